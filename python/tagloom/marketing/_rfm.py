"""Recency, frequency, monetary."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Plot, Table
from tagloom.errors import ParamsError


class Rfm:
    """Scores of recency, frequency and money from 1 (worst) up, and the segments that they make.

    `fit` learns the thresholds from all customers, `transform` scores anybody by them, later too.

    Args:
        score: `{"quantile": 5}` (2 to 10 classes of equal size), `{"kmeans": 5}` (2 to 10 classes
            of near values), `{"fixed": {"recency_days": [30, 90], "frequency": [2, 5],
            "monetary": [100, 1000]}}`, `"mean_split"` or `"median_split"` (2 classes).
        ties: What to do with equal values: `mid_rank` (equal values have equal scores, the worst
            has 1 and the best the highest), `same_value_upper` (as SPSS), `rank_first` (as pandas'
            `qcut(rank("first"))`: equal customers may get different scores).
        segments: `eleven` (5 classes), `eight` (2 classes), `three_tiers`, a mapping from segment
            to codes (`{"best": ["555", "5[4-5]*"], "rest": None}`, each code in just one, `None`
            for all codes that no other has), or `None`.
        returns: `net` (negative amounts lower the money; an order below 0 is no order), `ignore`
            (negative rows are left out), `drop_order` (orders with one are left out).
        weights: For a column `weighted`, the mean of the three scores with these weights.
        language: Of the segments' names: `en` or `zh`.

    Examples:
        >>> from tagloom import marketing as mk
        >>> orders = {
        ...     "who": ["a", "a", "b", "c", "c", "c"],
        ...     "day": ["05-01", "05-30", "01-03", "05-02", "05-03", "04-01"],
        ...     "amount": [20.0, 15.0, 5.0, 50.0, 80.0, 10.0],
        ... }
        >>> orders["day"] = [f"2026-{day}" for day in orders["day"]]
        >>> rfm = mk.Rfm(score="median_split", segments="eight")
        >>> rfm = rfm.fit(orders, customer="who", time="day", money="amount", as_of="2026-06-01")
        >>> scored = rfm.transform(orders)
        >>> scored["code"].to_list()
        ['211', '111', '122']
        >>> scored["segment"].to_list()
        ['General develop', 'General win-back', 'Key retain']
    """

    def __init__(
        self,
        *,
        score: Mapping[str, Any] | Literal["mean_split", "median_split"] | None = None,
        ties: Literal["mid_rank", "same_value_upper", "rank_first"] = "mid_rank",
        segments: str | Mapping[str, Sequence[str] | None] | None = "eleven",
        returns: Literal["net", "ignore", "drop_order"] = "net",
        weights: tuple[float, float, float] | None = None,
        language: Literal["en", "zh"] = "en",
    ) -> None:
        self.score = {"quantile": 5} if score is None else score
        self.ties = ties
        self.segments = segments
        self.returns = returns
        self.weights = weights
        self.language = language
        self._state: str | None = None
        self._columns: dict[str, Any] = {}
        #: What a reader of the scores should know, such as ties that leave classes empty.
        self.diagnostics: list[str] = []
        #: What became of the rows of the fit, and how many customers have no positive money.
        self.about: dict[str, Any] = {}

    def fit(
        self,
        orders: Any,
        *,
        customer: str,
        time: str,
        money: str,
        as_of: str | datetime.date,
        order: str | None = None,
        window: str = "all",
        timezone: str = "UTC",
    ) -> Rfm:
        """Learns the thresholds from the customers of a table, and gives itself.

        Args:
            orders: Any table, a row an order or a part of one.
            customer: The column that says who bought.
            time: The column that says when.
            money: The column with the amount.
            as_of: The moment to look back from; rows at or after it are not seen.
            order: The column that names the order, where orders have several rows.
            window: How far back: `365d`, `12mo`, `all`.
            timezone: Whose calendar and clock.
        """
        self._columns = {
            "customer": customer,
            "time": time,
            "money": money,
            "order": order,
            "as_of": as_of,
            "window": window,
            "timezone": timezone,
        }
        measures, self.about = self._measures(orders, as_of)
        self._state, self.diagnostics = _tagloom._rfm_fit(json.dumps(self._params()), measures)
        return self

    def transform(self, orders: Any, *, as_of: str | datetime.date | None = None) -> Table:
        """Scores the customers of a table by what was learnt.

        Args:
            orders: A table with the columns of the fit.
            as_of: Another moment than that of the fit.

        Returns:
            A row a customer, by name: `customer`, `recency_days`, `frequency`, `monetary`, the
            scores `r`, `f`, `m`, `code`, `segment`, and `weighted` where there are weights. Who had
            no order in the window has nulls.
        """
        if self._state is None:
            raise ParamsError("Rfm was not fitted; call fit()", code="marketing.not_fitted")
        measures, _ = self._measures(orders, as_of or self._columns["as_of"])
        return _tagloom._rfm_apply(self._state, measures, self.language, self.weights)

    @property
    def thresholds(self) -> dict[str, Any]:
        """The thresholds of the three measures, as they were learnt."""
        if self._state is None:
            raise ParamsError("Rfm was not fitted; call fit()", code="marketing.not_fitted")
        state: dict[str, Any] = json.loads(self._state)
        return {name: state[name] for name in ("recency", "frequency", "monetary")}

    def _measures(
        self, orders: Any, as_of: str | datetime.date
    ) -> tuple[_tagloom._RfmMeasures, dict[str, Any]]:
        columns = self._columns
        return _tagloom._rfm_measures(
            orders,
            columns["customer"],
            columns["time"],
            columns["money"],
            columns["order"],
            as_of,
            columns["window"],
            columns["timezone"],
            self.returns,
        )

    def _params(self) -> dict[str, Any]:
        score: Any = self.score
        if isinstance(score, Mapping) and set(score) == {"quantile"}:
            score = {"quantile": {"classes": score["quantile"], "ties": self.ties}}
        elif isinstance(score, Mapping) and set(score) == {"kmeans"}:
            score = {"kmeans": {"classes": score["kmeans"]}}
        elif isinstance(score, Mapping) and set(score) == {"fixed"}:
            cuts = dict(score["fixed"])
            cuts["recency"] = cuts.pop("recency_days", None)
            score = {"fixed": cuts}
        segments: Any = self.segments
        if isinstance(segments, Mapping):
            others = [{"name": name} for name, codes in segments.items() if codes is None]
            named = [
                {"name": name, "codes": list(codes)}
                for name, codes in segments.items()
                if codes is not None
            ]
            own: dict[str, Any] = {"segments": named}
            if others:
                own["otherwise"] = others[0]
            segments = {"custom": own}
        return {"scorer": score, "segments": segments}

    def __repr__(self) -> str:
        state = "fitted" if self._state is not None else "not fitted"
        return f"Rfm(score={self.score!r}, ties={self.ties!r}, {state})"


def migration(
    before: Any, after: Any, *, customer: str = "customer", segment: str = "segment"
) -> Table:
    """Counts how customers moved between segments from one table to another.

    Args:
        before: A row a customer, such as `Rfm.transform` gives.
        after: The same at a later date.
        customer: The column that says who.
        segment: The column with the segment; any other will do, such as `code` or a tier.

    Returns:
        `from`, `to`, `customers`: each pair of segments that somebody is in. Null is "no segment":
        not a customer yet, or without an order in the window.
    """
    return _tagloom._rfm_migration(before, after, customer, segment)


def plot_migration(moves: Any, *, order: Sequence[str] = ()) -> Plot:
    """Draws how customers moved between segments: a row a segment before, a column one after.

    Each cell says how many, and which share of its row that is, which is also its shade.

    Args:
        moves: `from`, `to`, `customers`, as `migration` gives them.
        order: Segments in the order in which they are to stand; others come after them, those of
            the built-in maps as these have them, the rest by name, and no segment last.

    Examples:
        >>> from tagloom import marketing as mk
        >>> before = {"customer": ["ann", "bob"], "segment": ["New", "New"]}
        >>> after = {"customer": ["ann", "bob"], "segment": ["Loyal", "New"]}
        >>> mk.plot_migration(mk.migration(before, after))
        Plot("Customers who moved")
    """
    return _tagloom._plot_migration(moves, list(order))
