"""How long customers stay where their leaving is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Column, Plot, Table
from tagloom.errors import ParamsError


class KaplanMeier:
    """The share of customers that is still there after a time (Kaplan and Meier 1958).

    Customers who are still there count for as long as they were seen. Variances are Greenwood's,
    intervals (95 %) symmetric for `ln(-ln S)`. Leavings at a time come before last sightings at it.

    Examples:
        >>> from tagloom import marketing as mk
        >>> contracts = {"months": [1, 2, 3, 4, 6], "ended": [True, False, True, True, False]}
        >>> curve = mk.KaplanMeier().fit(contracts, time="months", left="ended")
        >>> curve.survival(3), curve.median
        (0.5333333333333333, 4.0)
        >>> curve.table["survival"].to_list()
        [0.8, 0.8, 0.5333333333333333, 0.26666666666666666, 0.26666666666666666]
    """

    def __init__(self) -> None:
        self._curve: _tagloom._KaplanMeier | None = None

    @classmethod
    def _of(cls, curve: _tagloom._KaplanMeier) -> KaplanMeier:
        fitted = cls()
        fitted._curve = curve
        return fitted

    def fit(
        self,
        spells: Any,
        *,
        time: str = "time",
        left: str = "left",
        entry: str | None = None,
        weight: str | None = None,
    ) -> KaplanMeier:
        """Makes the curve, and gives itself.

        Args:
            spells: Any table, a row a customer.
            time: The column that says for how long each was there; above 0, in any unit.
            left: The column that says whether they left then; otherwise they were last seen then.
            entry: The column that says from when on they were watched (left truncation).
            weight: The column that says how many customers the row stands for; default one.

        Raises:
            FitError: Where there are no customers, or one that cannot be.
        """
        self._curve = _tagloom._survival_fit(spells, time, left, entry, weight)
        return self

    def _known(self) -> _tagloom._KaplanMeier:
        if self._curve is None:
            message = "KaplanMeier was not fitted; call fit()"
            raise ParamsError(message, code="marketing.not_fitted")
        return self._curve

    @property
    def table(self) -> Table:
        """The curve, a row a time at which somebody left or was last seen.

        Columns: `time`, `at_risk`, `left`, `censored`, `survival`, `standard_error`, `low`, `high`.
        """
        return self._known().table()

    @property
    def median(self) -> float | None:
        """The time until which half have left; `None` where they have not."""
        return self._known().quantile(0.5)

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        """The interval of 95 % of the median; an end that there is none of is `None`."""
        return self._known().median_interval()

    def survival(self, time: float) -> float:
        """Gives the share that is still there after a time."""
        return self._known().survival(time)

    def interval(self, time: float) -> tuple[float, float]:
        """Gives the interval of 95 % of that share."""
        return self._known().interval(time)

    def quantile(self, share: float) -> float | None:
        """Gives the time until which a share has left; `None` where it has not."""
        return self._known().quantile(share)

    def restricted_mean(self, horizon: float) -> float:
        """Gives the mean time until leaving or the horizon, whichever comes first."""
        return self._known().restricted_mean(horizon)

    def survival_after(self, customers: Any, *, more: float, elapsed: str = "elapsed") -> Column:
        """Gives the chance of each who is there to be there `more` later.

        Null where that is past the longest time that anybody was seen.

        Args:
            customers: Any table, a row a customer.
            more: How much later.
            elapsed: The column that says for how long each has been there.
        """
        return self._known().apply(customers, elapsed, "survival", more)

    def time_to_leave(
        self, customers: Any, *, share: float = 0.5, elapsed: str = "elapsed"
    ) -> Column:
        """Gives the time from now after which each has left with a chance of `share`.

        That is how long there is to act; null where the curve does not fall so far.
        """
        return self._known().apply(customers, elapsed, "time_to_leave", share)

    def plot(self, name: str = "all") -> Plot:
        """Draws the curve with its interval; strokes are where somebody was last seen."""
        return plot_survival({name: self})

    def __repr__(self) -> str:
        if self._curve is None:
            return "KaplanMeier()"
        return f"KaplanMeier({self._curve.spells():g} customers, median {self.median})"


class LogRank:
    """A test of whether groups leave alike; made by `log_rank`.

    Attributes:
        chi_square: The statistic; `None` where no two groups were watched when somebody left.
        degrees_of_freedom: One less than the groups of which somebody was to be expected to leave.
        p_value: The chance of so large a statistic, or a larger one, if all groups leave alike.
        groups: For each group by its name `n`, `observed` and `expected`: how many there are, how
            many left (times the weights of when they did), and how many would have if all groups
            left alike.
        curves: The curve of each group.
    """

    def __init__(
        self,
        groups: dict[str, dict[str, float]],
        curves: dict[str, KaplanMeier],
        *,
        chi_square: float | None,
        degrees_of_freedom: int,
        p_value: float | None,
    ) -> None:
        self.groups = groups
        self.curves = curves
        self.chi_square = chi_square
        self.degrees_of_freedom = degrees_of_freedom
        self.p_value = p_value

    def plot(self) -> Plot:
        """Draws the curves with their intervals; the title says how sure the difference is."""
        plot = plot_survival(self.curves)
        if self.p_value is None:
            return plot
        return plot.labelled(title=f"Customers who stay (log-rank p = {self.p_value:.2g})")

    def __repr__(self) -> str:
        if self.chi_square is None:
            return f"LogRank({len(self.groups)} groups, nothing to compare)"
        return (
            f"LogRank({len(self.groups)} groups, chi-square {self.chi_square:.4g}, "
            f"{self.degrees_of_freedom} df, p {self.p_value:.4g})"
        )


def log_rank(
    spells: Any,
    *,
    group: str,
    time: str = "time",
    left: str = "left",
    entry: str | None = None,
    weight: str | None = None,
    weighting: Literal["log_rank", "wilcoxon", "peto"] = "log_rank",
) -> LogRank:
    """Tests whether groups leave alike (Mantel 1966; Peto and Peto 1972).

    Args:
        spells: Any table, a row a customer.
        group: The column with the group of each; two groups or more.
        time: The column that says for how long each was there; above 0, in any unit.
        left: The column that says whether they left then; otherwise they were last seen then.
        entry: The column that says from when on they were watched (left truncation).
        weight: The column that says how many customers the row stands for; default one.
        weighting: Which times count: all alike (`log_rank`), or early ones more: by how many were
            watched (`wilcoxon`, Gehan and Breslow), by the share that was there (`peto`).

    Raises:
        FitError: Where there are fewer than two groups, or a customer that cannot be.

    Examples:
        >>> from tagloom import marketing as mk
        >>> months = [1, 2, 3, 4, 5, 6]
        >>> contracts = {"months": months, "ended": [True] * 6, "plan": ["a"] * 3 + ["b"] * 3}
        >>> mk.log_rank(contracts, group="plan", time="months", left="ended")
        LogRank(2 groups, chi-square 5.052, 1 df, p 0.0246)
    """
    named, chi_square, degrees_of_freedom, p_value = _tagloom._log_rank(
        spells, group, time, left, entry, weight, weighting
    )
    names = ("n", "observed", "expected")
    return LogRank(
        {name: dict(zip(names, numbers, strict=True)) for name, _, numbers in named},
        {name: KaplanMeier._of(curve) for name, curve, _ in named},
        chi_square=chi_square,
        degrees_of_freedom=degrees_of_freedom,
        p_value=p_value,
    )


def plot_survival(curves: Mapping[str, KaplanMeier]) -> Plot:
    """Draws several curves, by the names of their groups."""
    return _tagloom._plot_survival(list(curves), [curve._known() for curve in curves.values()])
