"""Membership levels: reached at once, kept for a period, lost at its end."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Plot, Table


class MembershipResult:
    """Where members stand, and all that happened.

    Attributes:
        standing: A row a customer, by name: `customer`, `level`, `since`, `previous`,
            `valid_until`, `in_grace`, `amount` (in the window that ends now), `next`, `gap` (to
            the next level), `keep_gap` (to keep the level when it ends, if nothing more happens),
            `changes`.
        changes: A row for each thing that happened, by customer and time: `why` is `reached`,
            `renewed`, `grace`, `lost` or `taken_back`, with the `amount` that decided and the
            `threshold` that it met or missed.
        report: What became of the rows of the table.
    """

    def __init__(self, standing: Table, changes: Table, plot: Plot, report: dict[str, Any]) -> None:
        self.standing = standing
        self.changes = changes
        self.report = report
        self._plot = plot

    def plot(self) -> Plot:
        """Draws how many members had each level, over time."""
        return self._plot

    def __repr__(self) -> str:
        return f"MembershipResult({len(self.standing)} members, {len(self.changes)} changes)"


def membership(
    orders: Any,
    *,
    customer: str,
    time: str,
    levels: Mapping[str, float | tuple[float, float]],
    window: str,
    as_of: str | datetime.date,
    amount: str | None = None,
    order: str | None = None,
    measure: Literal["amount", "orders"] = "amount",
    valid_for: str | None = None,
    until_end_of: Literal["day", "week", "month", "quarter", "year"] | None = None,
    grace: str | None = None,
    fall: Literal["to_kept", "one_level"] = "to_kept",
    returns: Literal["claw_back", "net", "ignore"] = "claw_back",
    timezone: str = "UTC",
) -> MembershipResult:
    """Replays a membership programme over transactions, as of any date.

    Args:
        orders: Any table, a row a purchase, a return (negative amount) or a part of an order.
        customer: The column that says who.
        time: The column that says when.
        levels: From the lowest to the highest, what reaches each: `{"basic": 0, "gold": 20000}`;
            or what reaches and what keeps it: `{"gold": (20000, 15000)}`.
        window: How far back the amount looks: `12mo`, `365d`, `this year`, `all`.
        as_of: The moment to look from; rows at or after it are not seen.
        amount: The column with money or points; needed to measure amounts.
        order: The column that names the order, where orders have several rows.
        measure: The sum of amounts, or the number of orders.
        valid_for: How long a level is held; default as long as the window.
        until_end_of: The period goes on to the end of this calendar unit.
        grace: How long after the period a level can still be saved.
        fall: To the highest level that is kept, or one level at most.
        returns: What is returned is taken off the purchases that it belongs to; with `claw_back` a
            level that stood on these is lost at once, with `net` only at the end of its period.
        timezone: Whose calendar.

    Examples:
        >>> from tagloom import marketing as mk
        >>> orders = {
        ...     "who": ["a", "a", "b"],
        ...     "day": ["2025-03-01", "2025-06-10", "2025-05-05"],
        ...     "paid": [6000.0, 14000.0, 100.0],
        ... }
        >>> found = mk.membership(
        ...     orders,
        ...     customer="who",
        ...     time="day",
        ...     amount="paid",
        ...     levels={"basic": 0, "silver": 5000, "gold": (20000, 15000)},
        ...     window="12mo",
        ...     as_of="2026-07-01",
        ... )
        >>> found.standing["level"].to_list()
        ['basic', 'basic']
        >>> found.changes["why"].to_list()
        ['reached', 'reached', 'lost', 'reached']
    """
    both = [
        (name, float(at[0]), float(at[1]))
        if isinstance(at, tuple)
        else (name, float(at), float(at))
        for name, at in levels.items()
    ]
    found = _tagloom._membership(
        orders,
        (customer, time, amount, order),
        both,
        as_of,
        window,
        (valid_for, until_end_of, grace),
        (measure, fall, returns),
        timezone,
    )
    return MembershipResult(*found)
