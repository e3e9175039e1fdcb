"""Loyalty, and what customers could buy besides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tagloom import _tagloom
from tagloom._tagloom import Table
from tagloom.errors import ParamsError


class Loyalty:
    """True, latent, spurious or no loyalty, by behaviour and attitude (Dick and Basu 1994).

    Args:
        behaviour: What customers do: components, each a mapping with `of` (a numeric column), `to`
            (the value that scores 1), and where wanted `from` (the value that scores 0, default 0),
            `weight` (default 1), `age` (a column that says how many days old it is) and
            `half_life_days` (after how many its weight is halved).
        attitude: What customers say, such as NPS and CSAT: components likewise.
        at_least: From where behaviour and attitude are high.
        min_evidence: The smallest part of the weights that has to be known; with less the type is
            null, `unknown` says which side it is, and `possible` what the type can still be.

    Examples:
        >>> from tagloom import marketing as mk
        >>> loyalty = mk.Loyalty(
        ...     behaviour=[{"of": "repeat_rate", "to": 0.5}],
        ...     attitude=[{"of": "nps", "to": 10, "age": "days", "half_life_days": 180}],
        ... )
        >>> customers = {"repeat_rate": [0.4, 0.4, 0.1], "nps": [9, None, 9], "days": [30, None, 0]}
        >>> found = loyalty.assess(customers)
        >>> found["type"].to_list(), found["unknown"].to_list()
        (['true', None, 'latent'], [None, 'attitude', None])
    """

    def __init__(
        self,
        *,
        behaviour: Sequence[Mapping[str, Any]],
        attitude: Sequence[Mapping[str, Any]],
        at_least: tuple[float, float] = (0.5, 0.5),
        min_evidence: float = 0.2,
    ) -> None:
        self._ages = ([c.get("age") for c in behaviour], [c.get("age") for c in attitude])
        sides = zip((behaviour, attitude), at_least, strict=True)
        made = [{"components": [_component(c) for c in side], "at_least": at} for side, at in sides]
        params = {"behaviour": made[0], "attitude": made[1], "min_evidence": min_evidence}
        self._params = json.dumps(params)

    def assess(self, customers: Any) -> Table:
        """Assesses each row of a table.

        Returns:
            `type`, the scores `behaviour` and `attitude` (0 to 1), `behaviour_evidence` and
            `attitude_evidence` (the part of the weights that is known), `unknown`, `possible`.
        """
        return _tagloom._loyalty(customers, self._params, self._ages)

    def __repr__(self) -> str:
        sides = json.loads(self._params)
        named = {
            name: [component["name"] for component in sides[name]["components"]]
            for name in ("behaviour", "attitude")
        }
        return f"Loyalty(behaviour={named['behaviour']}, attitude={named['attitude']})"


def _component(given: Mapping[str, Any]) -> dict[str, Any]:
    odd = given.keys() - {"of", "from", "to", "weight", "age", "half_life_days"}
    if odd or "of" not in given or "to" not in given:
        wrong = f"unknown {', '.join(sorted(odd))}" if odd else "wanted `of` and `to`"
        raise ParamsError(f"component {dict(given)!r}: {wrong}", code="marketing.argument")
    if ("age" in given) != ("half_life_days" in given):
        message = f"component `{given['of']}`: wanted `age` and `half_life_days`, or neither"
        raise ParamsError(message, code="marketing.argument")
    return {
        "name": given["of"],
        "from": float(given.get("from", 0.0)),
        "to": float(given["to"]),
        "weight": float(given.get("weight", 1.0)),
        "half_life_days": given.get("half_life_days"),
    }


class CategoryGaps:
    """Categories in which customers spend less than their peers.

    A gap is what a customer would spend in a category beyond what they do, if they divided their
    money as their peers do in the mean.

    Args:
        min_penetration: The smallest share of peers who buy a category.
        min_peers: A group of fewer is set against everybody.

    Examples:
        >>> from tagloom import marketing as mk
        >>> rows = {
        ...     "who": ["a", "a", "b", "b", "c"],
        ...     "what": ["food", "toys", "food", "toys", "food"],
        ...     "paid": [60.0, 40.0, 80.0, 20.0, 100.0],
        ... }
        >>> gaps = mk.CategoryGaps().fit(rows, customer="who", category="what", amount="paid")
        >>> found = gaps.transform(rows)
        >>> found["customer"].to_list(), found["category"].to_list()
        (['a', 'c'], ['food', 'toys'])
        >>> [round(gap, 9) for gap in found["gap"].to_list()]
        [20.0, 20.0]
    """

    def __init__(self, *, min_penetration: float = 0.1, min_peers: int = 30) -> None:
        self._options = (min_penetration, min_peers)
        self._columns: tuple[str, str, str | None, str | None] | None = None
        self._state: str | None = None

    def fit(
        self,
        rows: Any,
        *,
        customer: str,
        category: str,
        amount: str | None = None,
        peers: str | None = None,
    ) -> CategoryGaps:
        """Learns how peers divide their money, and gives itself.

        Args:
            rows: Any table, a row a purchase, or a customer and category.
            customer: The column that says who.
            category: The column with the category.
            amount: The column with the money; without it rows are counted.
            peers: The column with the group of the customer, such as a segment.
        """
        self._columns = (customer, category, amount, peers)
        self._state = _tagloom._category_gap_fit(rows, self._columns, *self._options)
        return self

    def transform(self, rows: Any) -> Table:
        """Gives the gaps of the customers of a table, the largest first.

        Returns:
            A row a customer and category, by name and `rank`: `gap`, `expected_share` (of the
            peers), `own_share`, `penetration` (the share of peers who buy there).
        """
        if self._state is None or self._columns is None:
            raise ParamsError(
                "CategoryGaps was not fitted; call fit()", code="marketing.not_fitted"
            )
        return _tagloom._category_gap_apply(self._state, rows, self._columns)

    def __repr__(self) -> str:
        min_penetration, min_peers = self._options
        fitted = "" if self._state is None else ", fitted"
        return f"CategoryGaps(min_penetration={min_penetration}, min_peers={min_peers}{fitted})"
