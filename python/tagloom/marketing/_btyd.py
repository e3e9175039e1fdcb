"""Buy till you die: customers without a contract."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tagloom import _tagloom
from tagloom._tagloom import Column, Plot, Table
from tagloom.errors import ParamsError
from tagloom.marketing._fitted import FittedModel
from tagloom.marketing._reported import ReportedTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

DAYS_PER_YEAR = 365.25


class BtydSummary(ReportedTable):
    """The few numbers that the models want of each customer; a table like any other.

    Columns: `customer`; `x`, the periods with a purchase less the first; `t_x`, the time from the
    first to the last purchase; `T`, from the first purchase to the end; `m`, the mean money of the
    periods of repeat purchases; `n`, the periods to buy again in; and `holdout`, the periods with a
    purchase after the end, where a hold-out was asked for.

    Attributes:
        table: The columns.
        unit: The unit of `t_x` and `T`, such as `7d`.
        holdout_length: How long the hold-out is, in units; `None` without one.
        left_out: Customers who bought only after the end, or only returned things.
        report: What became of the rows: how many were read, which were rejected and why.
    """

    def __init__(self, table: Table, unit: str, about: dict[str, Any]) -> None:
        super().__init__(table, about["report"])
        self.unit = unit
        self.holdout_length: float | None = about["holdout_length"]
        self.left_out: int = about["left_out"]

    def __repr__(self) -> str:
        return f"BtydSummary({len(self)} customers, unit {self.unit}: {', '.join(self.columns)})"


def btyd_summary(
    transactions: Any,
    *,
    customer: str,
    time: str,
    money: str | None = None,
    period: str = "1d",
    unit: str | None = None,
    end: str | datetime.date | None = None,
    holdout_end: str | datetime.date | None = None,
    timezone: str = "UTC",
    returns: Literal["net", "ignore"] = "net",
) -> BtydSummary:
    """Puts transactions together to what the models want of each customer.

    Args:
        transactions: Any table, a row a transaction.
        customer: The column that says who bought.
        time: The column that says when: dates, times or text.
        money: The column with the amount; rows without one are left out.
        period: Purchases of one period count as one: `1d`, `7d` (from Monday), `12h`, `1mo`.
        unit: The unit of `t_x` and `T`; default the period.
        end: A moment in the last period that counts; default that of the latest transaction.
        holdout_end: A moment in the last period of a hold-out after `end`.
        timezone: Whose days and months count, and the clock of times without a zone.
        returns: `net`: negative amounts lower the money of their period, and a period below 0 is
            none with a purchase. `ignore`: rows with a negative amount are left out.

    Examples:
        >>> from tagloom import marketing as mk
        >>> orders = {
        ...     "who": ["a", "a", "a", "b"],
        ...     "day": ["2026-01-01", "2026-01-08", "2026-01-22", "2026-01-05"],
        ...     "amount": [10.0, 20.0, 30.0, 5.0],
        ... }
        >>> s = mk.btyd_summary(orders, customer="who", time="day", money="amount", unit="7d",
        ...                     end="2026-01-29")
        >>> s
        BtydSummary(2 customers, unit 7d: customer, x, t_x, T, m, n)
        >>> s["x"].to_list(), s["t_x"].to_list(), s["T"].to_list(), s["m"].to_list()
        ([2.0, 0.0], [3.0, 0.0], [4.0, 3.4285714285714284], [25.0, None])
    """
    table, about = _tagloom._btyd_summary(
        transactions, customer, time, money, period, unit, end, holdout_end, timezone, returns
    )
    return BtydSummary(table, unit or period, about)


class BtydModel(FittedModel):
    """A buy-till-you-die model; see the classes below.

    Args:
        params: Known parameters by name; then no fit is needed.
        unit: The unit of time of the parameters, such as `7d`; `fit` takes that of the summary.
    """

    kind: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]

    def __init__(
        self, params: Mapping[str, float] | None = None, *, unit: str | None = None
    ) -> None:
        super().__init__(params)
        self.unit = unit

    def fit(self, summary: Any) -> Self:
        """Finds the parameters under which the customers are most likely, and gives itself.

        Args:
            summary: A table with the columns `x`, `t_x` and `T` (`BgBb`: `n` instead of `T`).

        Raises:
            FitError: Where there is nothing to learn from, or a customer that cannot be.
        """
        self._take(_tagloom._btyd_fit(self.kind, summary))
        self.unit = getattr(summary, "unit", self.unit)
        return self

    def p_alive(self, summary: Any, *, horizon: float | str = 0.0) -> Column:
        """Gives the chance that each customer is still one, now or after `horizon`."""
        return self._apply("p_alive", summary, self._units(horizon))

    def expected_purchases(self, summary: Any, *, horizon: float | str) -> Column:
        """Gives the mean number of purchases of each customer in `horizon` from now.

        Args:
            summary: The customers.
            horizon: In the unit of the model, or as text (`90d`) where the model knows its unit.
        """
        return self._apply("expected_purchases", summary, self._units(horizon))

    def purchase_probability(self, summary: Any, *, n: int, horizon: float | str) -> Column:
        """Gives the chance of exactly `n` purchases of each customer in `horizon` from now."""
        return self._apply("purchase_probability", summary, self._units(horizon), n)

    def time_to_next(self, summary: Any, *, probability: float = 0.5) -> Column:
        """Gives the time within which the next purchase comes with a probability.

        It is in the model's unit. Null where it never comes to that, as the customer may be gone.
        The mean time is infinite for whoever may be gone.
        """
        return self._apply("time_to_next", summary, probability)

    def time_to_leave(self, summary: Any, *, probability: float = 0.5) -> Column:
        """Gives the time after which the chance to be still a customer is below a probability.

        That is how long there is to act: 0 where it is already below, null where it never is.
        """
        return self._apply("time_to_leave", summary, probability)

    def log_likelihoods(self, summary: Any) -> Column:
        """Gives the logarithm of how likely each customer's history is."""
        return self._apply("log_likelihood", summary, 0.0)

    def count_table(self, summary: Any, *, last: int = 7) -> Table:
        """Gives how many customers made 0, 1, … repeat purchases, and how many are expected.

        The last row is for `last` or more. Expected is what the model expects of customers of the
        same ages. Columns: `x`, `actual`, `expected`.
        """
        return _tagloom._btyd_table(self.kind, self._known(), summary, None, last)[0]

    def holdout_table(
        self, summary: Any, *, length: float | None = None, last: int = 7
    ) -> tuple[Table, dict[str, float]]:
        """Compares what was expected of a hold-out with what came.

        Args:
            summary: The customers, with the column `holdout`.
            length: How long the hold-out is, in the model's unit; default what the summary says.
            last: The last row is for customers with so many repeat purchases or more.

        Returns:
            A table with the means by repeat purchases before (`x`, `customers`, `actual`,
            `expected`), and the totals and errors over all customers.
        """
        length = self._holdout_length(summary, length)
        return _tagloom._btyd_table(self.kind, self._known(), summary, length, last)

    def tracking(
        self,
        transactions: Any,
        *,
        customer: str,
        time: str,
        money: str | None = None,
        period: str = "1d",
        end: str | datetime.date | None = None,
        holdout_end: str | datetime.date | None = None,
        timezone: str = "UTC",
        returns: Literal["net", "ignore"] = "net",
        points: int = 100,
    ) -> tuple[Table, Plot]:
        """Compares the repeat purchases of everybody with what is expected, over time.

        Args:
            transactions: Those that the summary was made of.
            customer: As for the summary; so are `time` to `returns`.
            time: The column that says when.
            money: The column with the amount.
            period: Purchases of one period count as one.
            end: A moment in the last period that the model was fitted to.
            holdout_end: A moment in the last period of the hold-out.
            timezone: Whose days and months count.
            returns: What becomes of negative amounts.
            points: At how many times.

        Returns:
            A table (`time` since the first customer's first purchase in the model's unit, `actual`,
            `expected`), and the picture.
        """
        columns = (customer, time, money)
        ends = (end, holdout_end)
        return _tagloom._btyd_tracking(
            self.kind,
            self._known(),
            transactions,
            columns,
            period,
            self.unit,
            *ends,
            timezone,
            returns,
            points,
        )

    def plot_counts(self, summary: Any, *, last: int = 7) -> Plot:
        """Draws how many customers made how many repeat purchases, and how many should have."""
        return _tagloom._btyd_plot(self.kind, self._known(), summary, None, last)

    def plot_holdout(self, summary: Any, *, length: float | None = None, last: int = 7) -> Plot:
        """Draws the mean purchases in the hold-out by purchases before, and the expected ones."""
        length = self._holdout_length(summary, length)
        return _tagloom._btyd_plot(self.kind, self._known(), summary, length, last)

    def p_alive_over_time(
        self, purchases: Sequence[float], *, until: float, points: int = 200
    ) -> tuple[Table, Plot]:
        """Follows the chance of one customer to be still one: it falls in silence and jumps back.

        Args:
            purchases: When there were repeat purchases, since the first one, in the model's unit.
            until: Up to when.
            points: At how many times.

        Returns:
            A table (`time`, `p_alive`) and the picture.
        """
        repeats = [float(time) for time in purchases]
        return _tagloom._btyd_p_alive_over_time(
            self.kind, self._known(), repeats, float(until), points
        )

    def _holdout_length(self, summary: Any, length: float | None) -> float:
        length = getattr(summary, "holdout_length", None) if length is None else length
        if length is None:
            raise ParamsError("wanted the length of the hold-out", code="marketing.argument")
        return length

    def _apply(self, what: str, summary: Any, argument: float, n: int = 0) -> Column:
        return _tagloom._btyd_apply(self.kind, self._known(), summary, what, argument, n)

    def _units(self, horizon: float | str) -> float:
        if not isinstance(horizon, str):
            return float(horizon)
        if self.unit is None:
            message = (
                f"horizon `{horizon}`: the model does not know its unit; give unit, or a number"
            )
            raise ParamsError(message, code="marketing.no_unit")
        if horizon == self.unit:
            return 1.0
        days = _tagloom._window_days("horizon", horizon)
        return days / _tagloom._window_days("unit", self.unit)


class BgNbd(BtydModel):
    """BG/NBD (Fader, Hardie and Lee 2005): one leaves after a repeat purchase with some chance.

    Whoever bought only once is alive for certain: where churn is asked for, take `MbgNbd` or
    `ParetoNbd`.

    Examples:
        >>> from tagloom import marketing as mk
        >>> m = mk.BgNbd(params={"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
        >>> one = {"x": [2], "t_x": [30.43], "T": [38.86]}
        >>> round(m.expected_purchases(one, horizon=39)[0], 3)
        1.226
    """

    kind = "bg_nbd"
    parameter_names = ("r", "alpha", "a", "b")


class MbgNbd(BtydModel):
    """MBG/NBD (Batislam, Denizel and Filiztekin 2007): one leaves after any purchase."""

    kind = "mbg_nbd"
    parameter_names = ("r", "alpha", "a", "b")


class ParetoNbd(BtydModel):
    """Pareto/NBD (Schmittlein, Morrison and Colombo 1987): one leaves at any moment."""

    kind = "pareto_nbd"
    parameter_names = ("r", "alpha", "s", "beta")


class BgBb(BtydModel):
    """BG/BB (Fader, Hardie and Shang 2010): one chance to buy at each opportunity.

    It reads `n`, the number of opportunities, instead of `T`, and `t_x` in opportunities: make the
    summary without `unit`.
    """

    kind = "bg_bb"
    parameter_names = ("alpha", "beta", "gamma", "delta")


MODELS = {model.kind: model for model in (BgNbd, MbgNbd, ParetoNbd, BgBb)}


def choose_btyd(
    summary: Any,
    *,
    models: Sequence[str] = ("bg_nbd", "mbg_nbd", "pareto_nbd"),
    holdout_length: float | None = None,
) -> list[tuple[BtydModel, float | None]]:
    """Fits several models and gives them with the best first.

    Models that did not converge or are degenerate come last. Among the others the mean absolute
    error in the hold-out decides, where the summary has one, else AIC.

    Returns:
        Each model with its error in the hold-out, or `None`.
    """
    if holdout_length is None:
        holdout_length = getattr(summary, "holdout_length", None)
    found: list[tuple[BtydModel, float | None]] = []
    for kind, fit, error in _tagloom._btyd_choose(list(models), summary, holdout_length):
        model = MODELS[kind](unit=getattr(summary, "unit", None))
        model._take(fit)
        found.append((model, error))
    return found


class GammaGamma(FittedModel):
    """Gamma-Gamma (Fader, Hardie and Lee 2005): how much a purchase is worth.

    It supposes that how much one spends has nothing to do with how often one buys.

    Examples:
        >>> from tagloom import marketing as mk
        >>> spend = mk.GammaGamma(params={"p": 6.25, "q": 3.74, "v": 15.44})
        >>> spend.expected_spend({"x": [2, 0], "m": [22.35, None]}).to_list()
        [24.663..., 35.218...]
    """

    parameter_names: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    def fit(self, summary: Any) -> GammaGamma:
        """Finds the parameters, from customers with repeat purchases whose mean amount is above 0.

        Args:
            summary: A table with the columns `x` and `m`.
        """
        self._take(_tagloom._spend_fit(summary))
        return self

    def expected_spend(self, summary: Any) -> Column:
        """Gives the expected amount of the next purchase of each customer.

        Raises:
            FitError: Where the mean is infinite, for q of 1 or below.
        """
        return _tagloom._spend_apply(self._known(), summary)


def lifetime_value(
    model: BtydModel,
    spend: GammaGamma,
    summary: Any,
    *,
    horizon: float | str,
    annual_discount_rate: float = 0.0,
    margin: float = 1.0,
) -> Column:
    """Gives the profit to expect of each customer in `horizon` from now, in today's money.

    Args:
        model: How often and how long; it must know its unit of time where money is discounted.
        spend: How much a purchase.
        summary: The customers: `x`, `t_x`, `T` and `m`.
        horizon: In the model's unit, or as text such as `365d`.
        annual_discount_rate: At 0.1, a purchase in a year counts 1/1.1.
        margin: The share of an amount that is profit.
    """
    unit = model.unit
    if unit is None and annual_discount_rate != 0.0:
        message = "a discount rate a year wants a model that knows its unit: give unit"
        raise ParamsError(message, code="marketing.no_unit")
    days = 1.0 if unit is None else _tagloom._window_days("unit", unit)
    return _tagloom._lifetime_value(
        model.kind,
        model._known(),
        spend._known(),
        summary,
        model._units(horizon),
        DAYS_PER_YEAR / days,
        annual_discount_rate,
        margin,
    )
