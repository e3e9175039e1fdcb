"""How long customers stay where their leaving is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def plot_survival(curves: Mapping[str, KaplanMeier]) -> Plot:
    """Draws several curves, by the names of their groups."""
    return _tagloom._plot_survival(list(curves), [curve._known() for curve in curves.values()])
