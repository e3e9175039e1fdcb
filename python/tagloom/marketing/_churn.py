"""Who has left where nobody says goodbye, why, and in which stage of life customers are."""

from __future__ import annotations

import datetime
import json
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Table
from tagloom.errors import ParamsError
from tagloom.marketing._reported import ReportedTable


def rhythm(
    transactions: Any,
    *,
    customer: str,
    time: str,
    money: str | None = None,
    as_of: str | datetime.date | None = None,
    timezone: str = "UTC",
    returns: Literal["net", "ignore"] = "net",
    share: float = 0.95,
) -> ReportedTable:
    """Puts transactions together to how each customer buys: days with a purchase and their gaps.

    Columns: `customer`; `purchases`, the days with one; `age_days` and `silence_days` since the
    first and the last; `usual_gap_days`, the median gap; `long_gap_days`, the gap that `share` of
    them do not exceed; `last_gap_days`; `early_purchases` and `late_purchases` after the first, in
    the first and second half of the age.

    Args:
        transactions: Any table, a row a transaction.
        customer: The column that says who bought.
        time: The column that says when: dates, times or text.
        money: The column with the amount; rows without one are left out.
        as_of: Only what was before counts; default the day after the latest transaction.
        timezone: Whose days count, and the clock of times without a zone.
        returns: `net`: a day on which more was returned than bought is none with a purchase.
            `ignore`: rows with a negative amount are left out.
        share: The share of gaps of `long_gap_days`.

    Examples:
        >>> from tagloom import marketing as mk
        >>> orders = {"who": ["a", "a", "a"], "day": ["2026-01-01", "2026-01-08", "2026-01-18"]}
        >>> r = mk.rhythm(orders, customer="who", time="day", as_of="2026-02-01")
        >>> r["silence_days"].to_list(), r["usual_gap_days"].to_list(), r["last_gap_days"].to_list()
        ([14.0], [8.5], [10.0])
    """
    table, report = _tagloom._rhythm(
        transactions, customer, time, money, as_of, timezone, returns, share
    )
    return ReportedTable(table, report)


class _Learnt:
    """What is learnt from rhythms and says something of each."""

    def __init__(self) -> None:
        self._fitted: str | None = None

    def _known(self) -> str:
        if self._fitted is None:
            message = f"{type(self).__name__} was not fitted; call fit()"
            raise ParamsError(message, code="marketing.not_fitted")
        return self._fitted

    @property
    def population_days(self) -> float | None:
        """The days that hold for whoever has too few gaps of their own."""
        days: float | None = json.loads(self._known())["population_days"]
        return days

    @property
    def customers(self) -> int:
        """How many customers who bought twice it was learnt from."""
        return int(json.loads(self._known())["customers"])


def _peers(peers: Any, rhythms: Any) -> dict[str, list[Any]] | None:
    if peers is None:
        return None
    names = [name for name in ("to_list", "tolist") if hasattr(peers, name)]
    found = list(getattr(peers, names[0])() if names else peers)
    if hasattr(rhythms, "__len__") and not isinstance(rhythms, dict) and len(found) != len(rhythms):
        message = f"`peers` has {len(found)} rows, `rhythms` {len(rhythms)}"
        raise ParamsError(message, code="marketing.argument")
    return {"peers": found}


class Silence(_Learnt):
    """Who has been silent for longer than nearly all of the own gaps between purchases.

    Whoever has fewer than `min_gaps` gaps is judged by the latest gaps of the own group, where
    `peers` says which that is and it is large enough, otherwise by those of all customers.

    Args:
        share: The share of gaps that the limit is not exceeded by, 0.5 to below 1.
        min_gaps: From how many own gaps on the own limit is taken. With n gaps below 19 the next
            one exceeds the limit of .95 by chance once in n + 1 times, from 19 on once in 20.
        min_peers: A group of which fewer customers have a gap is judged by everybody.

    Examples:
        >>> from tagloom import marketing as mk
        >>> orders = {
        ...     "who": ["a"] * 5 + ["b"] * 2,
        ...     "day": ["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-22", "2026-01-29",
        ...             "2026-01-01", "2026-01-21"],
        ... }
        >>> r = mk.rhythm(orders, customer="who", time="day", as_of="2026-02-08")
        >>> judged = mk.Silence(min_gaps=3).fit(r).apply(r)
        >>> judged["churned"].to_list(), judged["limit_days"].to_list(), judged["basis"].to_list()
        ([True, False], [7.0, 20.0], ['own', 'population'])
        >>> judged["days_left"].to_list()
        [0.0, 3.0]
    """

    def __init__(self, *, share: float = 0.95, min_gaps: int = 10, min_peers: int = 20) -> None:
        super().__init__()
        self.share = share
        self.min_gaps = min_gaps
        self.min_peers = min_peers

    def fit(self, rhythms: Any, *, peers: Any = None) -> Silence:
        """Learns the limit of those who have too few gaps of their own, and gives itself.

        Args:
            rhythms: The table that `rhythm` gives, made with the same `share`.
            peers: The group of each customer, such as a segment: texts in the order of the rows.
        """
        params = {"share": self.share, "min_gaps": self.min_gaps, "min_peers": self.min_peers}
        self._fitted = _tagloom._silence_fit(rhythms, json.dumps(params), _peers(peers, rhythms))
        return self

    def apply(self, rhythms: Any, *, peers: Any = None) -> Table:
        """Judges customers: `churned`, `limit_days`, `basis` and `days_left` until it is true."""
        return _tagloom._silence_apply(self._known(), rhythms, _peers(peers, rhythms))

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        """The groups that are large enough: `days` and from how many `customers`."""
        groups: dict[str, dict[str, Any]] = json.loads(self._known()).get("groups", {})
        return groups

    def __repr__(self) -> str:
        return f"Silence(share={self.share}, min_gaps={self.min_gaps})"


class Lifecycle(_Learnt):
    """The stage of life that customers are in, by the rhythm of their own purchases.

    `lost`: silent for more than `lost_after` usual gaps; `quiet`: for more than `quiet_after`;
    `returned`: the last purchase ended such a long silence; `new`: up to `new_purchases`;
    `growing`: significantly more purchases in the second half of the time since the first one than
    in the first (exact test of Przyborowski and Wilenski 1940); `mature`: otherwise. The usual gap
    is the median of the own ones, or, where they are fewer than `min_gaps`, that of all customers.
    Who buys at random is silent for more than k usual gaps with a chance of 1 in 2 to the k.

    Examples:
        >>> from tagloom import marketing as mk
        >>> orders = {
        ...     "who": ["a", "a", "a", "a", "b"],
        ...     "day": ["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-22", "2026-01-30"],
        ... }
        >>> r = mk.rhythm(orders, customer="who", time="day", as_of="2026-02-15")
        >>> placed = mk.Lifecycle().fit(r).apply(r)
        >>> placed["stage"].to_list(), placed["days_left"].to_list()
        (['quiet', 'new'], [19.0, 6.0])
    """

    def __init__(
        self,
        *,
        new_purchases: int = 2,
        min_gaps: int = 3,
        quiet_after: float = 3.0,
        lost_after: float = 6.0,
        growing_at: float = 0.1,
    ) -> None:
        super().__init__()
        self._params = {
            "new_purchases": new_purchases,
            "min_gaps": min_gaps,
            "quiet_after": quiet_after,
            "lost_after": lost_after,
            "growing_at": growing_at,
        }

    def fit(self, rhythms: Any) -> Lifecycle:
        """Learns the usual gap of those who have too few of their own, and gives itself.

        Args:
            rhythms: The table that `rhythm` gives.
        """
        self._fitted = _tagloom._lifecycle_fit(rhythms, json.dumps(self._params))
        return self

    def apply(self, rhythms: Any) -> Table:
        """Gives each customer's stage.

        Columns: `stage`, `usual_gap_days`, `basis`, `days_left` of silence until the customer is
        quiet, or, if quiet, lost, and `p_growing`, the chance of such growth by chance.
        """
        return _tagloom._lifecycle_apply(self._known(), rhythms)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self._params.items())
        return f"Lifecycle({shown})"


def churn_kind(
    customers: Any,
    *,
    churned: str,
    involuntary: str | None = None,
    happy_reason: str | None = None,
    unhappy_reason: str | None = None,
    goal_reached: str | None = None,
    life_stage_over: str | None = None,
    satisfied: str | None = None,
    complaint: str | None = None,
    falling_satisfaction: str | None = None,
) -> Table:
    """Says why customers left, by evidence: happy, unhappy, involuntary or unknown.

    All arguments are conditions in the rule language over the columns of the table. The first that
    is true decides: involuntary, an explicit reason (two that contradict each other are none), a
    goal reached or a stage of life over in satisfaction, a complaint, falling satisfaction. Nobody
    is put into a class without evidence, and whoever did not leave has none.

    Returns:
        The columns `kind` and `evidence`, the name of the argument that decided.

    Raises:
        RuleError: Where a condition cannot be read, or does not fit the columns.

    Examples:
        >>> from tagloom import marketing as mk
        >>> table = {
        ...     "left": [True, True, True, False],
        ...     "card_declined": [True, False, None, False],
        ...     "complaints": [2, 1, 0, 5],
        ... }
        >>> found = mk.churn_kind(table, churned="left", involuntary="card_declined",
        ...                       complaint="complaints > 0")
        >>> found["kind"].to_list(), found["evidence"].to_list()
        (['involuntary', 'unhappy', 'unknown', None], ['involuntary', 'complaint', None, None])
    """
    conditions = [
        churned,
        involuntary,
        happy_reason,
        unhappy_reason,
        goal_reached,
        life_stage_over,
        satisfied,
        complaint,
        falling_satisfaction,
    ]
    return _tagloom._churn_kind(customers, conditions)
