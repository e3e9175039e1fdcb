"""Score cards that are learnt: weight of evidence, points, reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Table
from tagloom.errors import ParamsError


class Scorecard:
    """A score card as banks use them: each characteristic in a few bins with points.

    `fit` parts numbers into bins in which the rate of events runs one way, groups categories, gives
    missing values a bin of their own, fits a logistic regression to the weights of evidence, and
    turns it into points.

    Args:
        max_bins: A characteristic has at most so many bins, missing values aside (2 to 20).
        prebins: Bins are made by joining so many of about equal size.
        min_share: The smallest share of all rows in a bin.
        monotone: Which way the rate of events may run: `auto`, `increasing`, `decreasing`, `none`.
        cuts: Own cut points of numbers, by characteristic, which ascend: `{"age": [18, 25, 40]}`.
            Such bins are taken as they are; a number at a cut point is in the bin above it.
        min_iv: Characteristics with a smaller information value are left out.
        pdo: So many points more double the odds.
        base_score: The score at which the odds are `base_odds`.
        base_odds: The odds of the better outcome against the other at `base_score`.
        better: What a high score stands for: `non_event` (the event is a loss) or `event` (it is a
            purchase).
        round: Whether points are whole numbers.
        l2: The L2 penalty of the regression.
        language: Of the page: `en` or `zh`.

    Examples:
        >>> from tagloom import marketing as mk
        >>> rows = range(400)
        >>> people = {"silent_days": [i * 7 % 100 for i in rows]}
        >>> lost = [i * 31 % 100 < d for i, d in zip(rows, people["silent_days"], strict=True)]
        >>> card = mk.Scorecard().fit(people, lost)
        >>> card.table["bin"].to_list()[0], card.table["bin"].to_list()[-1]
        ('< 30', 'missing')
        >>> scored = card.transform(people)
        >>> scored["score"].to_list()[0] > scored["score"].to_list()[14]
        True
        >>> card.explain(people, 14)["parts"][0]["characteristic"]
        'silent_days'
    """

    def __init__(
        self,
        *,
        max_bins: int = 5,
        prebins: int = 20,
        min_share: float = 0.05,
        monotone: Literal["auto", "increasing", "decreasing", "none"] = "auto",
        cuts: Mapping[str, Sequence[float]] | None = None,
        min_iv: float = 0.02,
        pdo: float = 20.0,
        base_score: float = 600.0,
        base_odds: float = 50.0,
        better: Literal["non_event", "event"] = "non_event",
        round: bool = True,  # noqa: A002
        l2: float = 1e-6,
        language: Literal["en", "zh"] = "en",
    ) -> None:
        self.max_bins = max_bins
        self.prebins = prebins
        self.min_share = min_share
        self.monotone = monotone
        self.cuts = {name: [float(cut) for cut in at] for name, at in (cuts or {}).items()}
        self.min_iv = min_iv
        self.pdo = pdo
        self.base_score = base_score
        self.base_odds = base_odds
        self.better = better
        self.round = round
        self.l2 = l2
        self.language = language
        self._state: str | None = None
        self._about: dict[str, Any] = {}

    def fit(self, X: Any, y: Any, *, features: Sequence[str] | None = None) -> Scorecard:  # noqa: N803
        """Learns a card, and gives itself.

        Args:
            X: Any frame, table or dict of columns, a row a person.
            y: Whether the event came: the name of a column of `X`, or a list or array of true and
                false, or 1 and 0.
            features: The columns to score by; by default all but `y`.
        """
        params = {
            "max_bins": self.max_bins,
            "prebins": self.prebins,
            "min_share": self.min_share,
            "monotone": self.monotone,
            "cuts": self.cuts,
            "min_iv": self.min_iv,
            "pdo": self.pdo,
            "base_score": self.base_score,
            "base_odds": self.base_odds,
            "better": self.better,
            "round": self.round,
            "l2": self.l2,
        }
        labelled, label = _labels(X, y)
        names = None if features is None else list(features)
        self._state = _tagloom._scorecard_fit(X, labelled, label, names, json.dumps(params))
        self._about = json.loads(self._state)
        return self

    def transform(self, X: Any, *, reasons: int = 3) -> Table:  # noqa: N803
        """Scores each row.

        Returns:
            `score` (the sum of the points), `probability` of the event, and `reasons`: the
            characteristics that cost the most points against the average, at most so many.
        """
        return _tagloom._scorecard_apply(self._known(), X, reasons)

    def explain(self, X: Any, row: int) -> dict[str, Any] | None:  # noqa: N803
        """Says why a row has its score: the points of each characteristic, the costliest first."""
        return _tagloom._scorecard_explain(self._known(), X, row)

    def measure(self, X: Any, y: Any) -> dict[str, Any] | None:  # noqa: N803
        """Measures the card on other people: AUC with its interval, Gini, KS.

        `None` where all labels are the same.
        """
        labelled, label = _labels(X, y)
        return _tagloom._scorecard_measure(self._known(), X, labelled, label)

    def shift(self, X: Any) -> dict[str, Any] | None:  # noqa: N803
        """Says how far people are from those of the fit (population stability index).

        Returns:
            `score`, its `verdict` (`stable` below 0.1, `moved` below 0.25, `other`), and the index
            of each of the `characteristics`, the largest first. `None` without people.
        """
        return _tagloom._scorecard_shift(self._known(), X)

    @property
    def table(self) -> Table:
        """The card, a row a bin: counts, rates, weight of evidence, information value, points."""
        return _tagloom._scorecard_table(self._known())

    @property
    def characteristics(self) -> list[dict[str, Any]]:
        """The characteristics with information value, coefficient, standard error and bins."""
        self._known()
        found: list[dict[str, Any]] = self._about["characteristics"]
        return found

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """The columns that are not on the card, and why."""
        self._known()
        found: list[dict[str, Any]] = self._about["left_out"]
        return found

    @property
    def intercept(self) -> float:
        """The log-odds of no event where all evidence is 0."""
        self._known()
        return float(self._about["intercept"])

    @property
    def measures(self) -> dict[str, Any]:
        """AUC with its interval, Gini and KS on the people that it was learnt from."""
        self._known()
        found: dict[str, Any] = self._about["measures"]
        return found

    def to_html(self) -> str:
        """Gives a page with the card that needs nothing else."""
        return _tagloom._scorecard_html(self._known(), self.language, whole=True)

    def _repr_html_(self) -> str | None:
        if self._state is None:
            return None
        return _tagloom._scorecard_html(self._state, self.language, whole=False)

    def _known(self) -> str:
        if self._state is None:
            raise ParamsError("Scorecard was not fitted; call fit()", code="marketing.not_fitted")
        return self._state

    def __repr__(self) -> str:
        if self._state is None:
            return "Scorecard(not fitted)"
        names = ", ".join(found["name"] for found in self.characteristics)
        return f"Scorecard({names}; Gini {self.measures['gini']:.3f})"


def psi(expected: Sequence[int], actual: Sequence[int]) -> float | None:
    """Gives the population stability index of two counts over the same bins.

    `Σ (a - e) ln(a / e)` of the shares; an empty bin counts half a row. `None` without rows.

    Examples:
        >>> from tagloom import marketing as mk
        >>> round(mk.psi([50, 50], [60, 40]), 6)
        0.040547
    """
    return _tagloom._psi(list(expected), list(actual))


def _labels(table: Any, labels: Any) -> tuple[Any, str]:
    """The table that the labels are in, and their column."""
    return (table, labels) if isinstance(labels, str) else ({"label": labels}, "label")
