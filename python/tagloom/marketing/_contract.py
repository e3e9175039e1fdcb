"""Contracts: customers whose end is seen."""

from __future__ import annotations

from typing import Any, ClassVar

from tagloom import _tagloom
from tagloom._tagloom import Column
from tagloom.marketing._fitted import FittedModel


class ShiftedBetaGeometric(FittedModel):
    """Shifted beta-geometric (Fader and Hardie 2007): how long contracts are renewed.

    Examples:
        >>> from tagloom import marketing as mk
        >>> cohort = {  # of 1,000 customers 631 renewed once, 468 twice, …
        ...     "periods": [1, 2, 3, 4, 5, 6, 7, 7],
        ...     "ended": [True, True, True, True, True, True, True, False],
        ...     "customers": [369, 163, 86, 56, 37, 27, 21, 241],
        ... }
        >>> m = mk.ShiftedBetaGeometric().fit(cohort, weight="customers")
        >>> m
        ShiftedBetaGeometric(alpha=0.704077, beta=1.18204)
        >>> m.retention({"periods": [0, 7]}).to_list()
        [0.62..., 0.92...]
    """

    parameter_names: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    def fit(
        self,
        contracts: Any,
        *,
        periods: str = "periods",
        ended: str = "ended",
        weight: str | None = None,
    ) -> ShiftedBetaGeometric:
        """Finds the parameters under which the contracts are most likely.

        Args:
            contracts: Any table, a row a contract.
            periods: The column with the number of renewal dates that came; where the contract
                ended, the last of them is its end.
            ended: The column that says whether it ended.
            weight: The column that says how many contracts the row stands for; default one.
        """
        self._take(_tagloom._contract_fit(contracts, periods, ended, weight))
        return self

    def survival(self, contracts: Any, *, more: int, periods: str = "periods") -> Column:
        """Gives the chance of each running contract to be there `more` renewal dates later."""
        return self._apply(contracts, periods, "survival", more)

    def retention(self, contracts: Any, *, periods: str = "periods") -> Column:
        """Gives the chance of each running contract to be renewed at the next date."""
        return self._apply(contracts, periods, "retention")

    def expected_periods(
        self,
        contracts: Any,
        *,
        horizon: int,
        discount_rate: float = 0.0,
        periods: str = "periods",
    ) -> Column:
        """Gives how many more periods to expect of each running contract over `horizon` dates.

        Args:
            contracts: The contracts.
            horizon: How many renewal dates.
            discount_rate: By how much a period later counts less, a period.
            periods: The column with the number of renewals.
        """
        return self._apply(contracts, periods, "expected_periods", horizon, discount_rate)

    def _apply(
        self, contracts: Any, periods: str, what: str, more: int = 0, rate: float = 0.0
    ) -> Column:
        return _tagloom._contract_apply(self._known(), contracts, periods, what, more, rate)
