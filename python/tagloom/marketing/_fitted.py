"""What all models of a few parameters share: the parameters and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tagloom.errors import ParamsError

NativeFit = tuple[dict[str, float], dict[str, Any], list[tuple[float, float] | None]]


class FittedModel:
    """A model whose parameters are known: given, or found by `fit`."""

    def __init__(self, params: Mapping[str, float] | None = None) -> None:
        self._params = None if params is None else {name: float(v) for name, v in params.items()}
        self._card: dict[str, Any] | None = None
        self._intervals: list[tuple[float, float] | None] = []

    def _take(self, fit: NativeFit) -> None:
        self._params, self._card, self._intervals = fit

    def _known(self) -> dict[str, float]:
        if self._params is None:
            message = f"{type(self).__name__} has no parameters yet; call fit(), or give params"
            raise ParamsError(message, code="marketing.not_fitted")
        return self._params

    def _fit(self) -> dict[str, Any]:
        if self._card is None:
            message = f"{type(self).__name__} was not fitted; call fit()"
            raise ParamsError(message, code="marketing.not_fitted")
        return self._card

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(self._known())

    @property
    def log_likelihood(self) -> float:
        """The logarithm of the likelihood of all customers; a sum, not a mean."""
        return float(self._fit()["log_likelihood"])

    @property
    def customers(self) -> int:
        """How many customers the model was fitted to."""
        return int(self._fit()["customers"])

    @property
    def standard_errors(self) -> dict[str, float] | None:
        """The standard error of each parameter; `None` where there is no proper maximum."""
        errors = self._fit()["standard_errors"]
        return None if errors is None else dict(zip(self._known(), errors, strict=True))

    @property
    def intervals(self) -> dict[str, tuple[float, float]] | None:
        """The interval of 95 % of each parameter; `None` where there is no proper maximum."""
        self._fit()
        found = [tuple(interval) for interval in self._intervals if interval is not None]
        if len(found) < len(self._intervals):
            return None
        return {name: (low, high) for name, (low, high) in zip(self._known(), found, strict=True)}

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return float(self._fit()["aic"])

    @property
    def bic(self) -> float:
        """The Bayesian criterion; lower is better."""
        return float(self._fit()["bic"])

    @property
    def gradient_norm(self) -> float:
        """The largest derivative of the mean log-likelihood by the logarithm of a parameter."""
        return float(self._fit()["gradient_norm"])

    @property
    def converged(self) -> bool:
        """Whether the parameters are at a maximum: the gradient is 0 but for rounding."""
        return bool(self._fit()["converged"])

    @property
    def degenerate(self) -> bool:
        """Whether a parameter ran towards 0 or infinity, so that it says nothing."""
        return bool(self._fit()["degenerate"])

    def summary(self) -> str:
        """Gives the parameters with their errors and intervals, and the fit, for reading."""
        card, lines = self._fit(), []
        lines.append(f"{type(self).__name__}: {card['customers']} customers")
        lines.append(f"{'':>8} {'estimate':>12} {'std. error':>12} {'2.5 %':>12} {'97.5 %':>12}")
        errors, intervals = self.standard_errors, self.intervals
        for name, value in self._known().items():
            cells = [f"{value:.6g}"]
            cells.append("-" if errors is None else f"{errors[name]:.4g}")
            cells += ["-", "-"] if intervals is None else [f"{end:.6g}" for end in intervals[name]]
            lines.append(f"{name:>8} " + " ".join(f"{cell:>12}" for cell in cells))
        lines.append(
            f"log-likelihood {self.log_likelihood:.6f}, AIC {self.aic:.3f}, BIC {self.bic:.3f}"
        )
        state = "converged" if self.converged else "NOT converged"
        note = ", degenerate: a parameter has no finite estimate" if self.degenerate else ""
        lines.append(
            f"{state} in {card['iterations']} steps, gradient {self.gradient_norm:.1e}{note}"
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        if self._params is None:
            return f"{type(self).__name__}()"
        shown = ", ".join(f"{name}={value:.6g}" for name, value in self._params.items())
        return f"{type(self).__name__}({shown})"
