"""Value tiers: who brings the value, and how unevenly it is spread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Plot, Table
from tagloom.errors import ParamsError


def _values(values: Any) -> dict[str, list[Any]]:
    # To go through a table is to go through the names of its columns.
    if isinstance(values, Mapping) or hasattr(values, "columns"):
        message = "`values`: a table; wanted one column of it, a number a customer"
        raise ParamsError(message, code="marketing.argument")
    for name in ("to_list", "tolist"):
        if hasattr(values, name):
            return {"value": list(getattr(values, name)())}
    return {"value": list(values)}


class Concentration:
    """How unevenly value is spread over customers; made by `concentration`.

    Attributes:
        n: How many customers have a value.
        n_negative: How many of them have one below 0.
        n_zero: How many have 0.
        total: The sum of the values as they count.
    """

    def __init__(self, native: _tagloom._Concentration) -> None:
        self._native = native
        self.n, self.n_negative, self.n_zero, self.total = native.counts

    @property
    def gini(self) -> float | None:
        """The Gini coefficient: 0 is even, (n − 1)/n is all in one hand."""
        return self._native.gini(corrected=False)

    @property
    def gini_corrected(self) -> float | None:
        """The same times n/(n − 1), for small samples: 1 is all in one hand."""
        return self._native.gini(corrected=True)

    def top_share(self, share: float) -> float | None:
        """Gives the share of the total that the best `share` of customers (0 to 1) have."""
        return self._native.top_share(share)

    def customers_with(self, share: float) -> float | None:
        """Gives the smallest share of customers that have at least `share` of the total."""
        return self._native.customers_with(share)

    def lorenz(self, points: int = 101) -> Table:
        """Gives the Lorenz curve: `customers` (from the smallest value) and `value`, 0 to 1."""
        return self._native.lorenz(points)

    def plot(self) -> Plot:
        """Draws the Lorenz curve."""
        return self._native.plot()

    def __repr__(self) -> str:
        gini = "None" if self.gini is None else f"{self.gini:.4f}"
        return f"Concentration({self.n} customers, total {self.total:g}, gini {gini})"


def concentration(values: Any, *, negatives: Literal["zero", "keep"] = "zero") -> Concentration:
    """Says how unevenly value is spread: Gini coefficient, Lorenz curve, shares of the best.

    Args:
        values: A number a customer: a list, a Series, an array, a `Column`. Nulls and NaN are left
            out.
        negatives: What values below 0 count for: nothing (`zero`), or as they are (`keep`).

    Examples:
        >>> from tagloom import marketing as mk
        >>> spread = mk.concentration([70, 15, 8, 4, 3])
        >>> spread
        Concentration(5 customers, total 100, gini 0.5800)
        >>> spread.top_share(0.2), spread.customers_with(0.8)
        (0.7, 0.4)
    """
    return Concentration(_tagloom._concentration(_values(values), "value", negatives))


class AbcClasses:
    """ABC classes by cumulative share of the value, and groups of equally many customers.

    From the best customer down, a customer is in the first class whose share is above that which
    better customers have together; equal values are in one class. Values of 0 or less are in the
    last class. `fit` learns where classes start, `transform` places anybody by that.

    Args:
        classes: From the best to the last, the share of the value up to which each goes; the last
            goes up to 1.
        groups: How many groups of customers: 10 for deciles. Group 1 is the best.

    Examples:
        >>> from tagloom import marketing as mk
        >>> abc = mk.AbcClasses().fit([70, 15, 8, 4, 3])
        >>> abc.transform([70, 15, 8, 4, 3, 0, None])["class"].to_list()
        ['A', 'A', 'B', 'B', 'C', 'C', None]
        >>> [(c["name"], c["from"], c["n"]) for c in abc.classes]
        [('A', 15.0, 2), ('B', 4.0, 2), ('C', 3.0, 1)]
    """

    def __init__(self, classes: Mapping[str, float] | None = None, *, groups: int = 10) -> None:
        self._classes = {"A": 0.8, "B": 0.95, "C": 1.0} if classes is None else dict(classes)
        self._groups = groups
        self._state: str | None = None

    def fit(self, values: Any) -> AbcClasses:
        """Learns where classes and groups start, from a value a customer, and gives itself."""
        classes = [(name, float(up_to)) for name, up_to in self._classes.items()]
        self._state = _tagloom._value_tier_fit(_values(values), "value", classes, self._groups)
        return self

    def transform(self, values: Any) -> Table:
        """Gives `class` and `group` (1 is the best) of each value, by what was learnt."""
        return _tagloom._value_tier_apply(self._fitted(), _values(values), "value")

    @property
    def classes(self) -> list[dict[str, Any]]:
        """The classes: `name`, `up_to`, `from` (the smallest value), `n`, `share` of the value."""
        classes: list[dict[str, Any]] = json.loads(self._fitted())["classes"]
        return classes

    @property
    def gini(self) -> float | None:
        """The Gini coefficient of the values that were learnt from."""
        gini: float | None = json.loads(self._fitted())["gini"]
        return gini

    def _fitted(self) -> str:
        if self._state is None:
            raise ParamsError("AbcClasses was not fitted; call fit()", code="marketing.not_fitted")
        return self._state

    def __repr__(self) -> str:
        state = "fitted" if self._state is not None else "not fitted"
        return f"AbcClasses({self._classes!r}, {state})"
