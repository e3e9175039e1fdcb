"""Personas: groups of similar people, what distinguishes each, and a typical member."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Table
from tagloom.errors import ParamsError


class Persona:
    """Groups of similar people by k-means, with texts and truth values by k-prototypes.

    `fit` learns the groups and names each after what distinguishes it most; `transform` says of
    anybody alone which one fits, `explain` why.

    Args:
        k: How many personas: a number, `"auto"` (the best of 2 to 8), or `(from, to)`. The best has
            the largest silhouette among those that come out again from resampled people.
        scale: How numbers are brought to one scale: `auto` (the logarithm where numbers are never
            negative and skewed), `log_z_score`, `z_score`, `none`.
        missing: `median` (a missing number counts as the median, a missing text is a category of
            its own) or `leave_out`.
        gamma: How much a category that differs weighs against a number that differs by one standard
            deviation; by default half the mean standard deviation of the scaled numbers.
        starts: How many starts; the best is kept.
        max_levels: Of a text so many most frequent values are told apart.
        seed: Of all randomness: the same seed and people give the same personas.
        language: Of the names: `en` or `zh`.

    Examples:
        >>> from tagloom import marketing as mk
        >>> people = {
        ...     "spend": [10.0, 12.0, 11.0, 900.0, 950.0, 980.0],
        ...     "city": ["Oslo", "Oslo", "Lyon", "Lyon", "Lyon", "Lyon"],
        ... }
        >>> persona = mk.Persona(k=2).fit(people)
        >>> persona.names
        ['low spend, city Oslo', 'high spend, city Lyon']
        >>> persona.transform(people)["persona"].to_list()[3]
        'high spend, city Lyon'
        >>> persona.explain(people, 3)["contributions"][0]["feature"]
        'spend'
    """

    def __init__(
        self,
        *,
        k: int | Literal["auto"] | tuple[int, int] = "auto",
        scale: Literal["auto", "log_z_score", "z_score", "none"] = "auto",
        missing: Literal["median", "leave_out"] = "median",
        gamma: float | None = None,
        starts: int = 10,
        max_levels: int = 20,
        seed: int = 0,
        language: Literal["en", "zh"] = "en",
    ) -> None:
        self.k = k
        self.scale = scale
        self.missing = missing
        self.gamma = gamma
        self.starts = starts
        self.max_levels = max_levels
        self.seed = seed
        self.language = language
        self._state: str | None = None
        self._about: dict[str, Any] = {}

    def fit(
        self,
        profiles: Any,
        *,
        tags: Sequence[str] | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> Persona:
        """Learns personas from the rows of a table, and gives itself.

        Args:
            profiles: Any frame, table or dict of columns, a row a person.
            tags: The columns to tell people apart by: numbers, true/false, texts. By default all.
            titles: What columns are called in names and on cards.
        """
        k: Any = self.k
        if isinstance(k, tuple):
            k = {"from": k[0], "to": k[1]}
        params = {
            "k": k,
            "scale": self.scale,
            "missing": self.missing,
            "gamma": self.gamma,
            "starts": self.starts,
            "max_levels": self.max_levels,
            "seed": self.seed,
            "language": self.language,
        }
        names = None if tags is None else list(tags)
        called = list((titles or {}).items())
        self._state = _tagloom._persona_fit(profiles, names, called, json.dumps(params))
        self._about = json.loads(self._state)
        return self

    def transform(self, profiles: Any) -> Table:
        """Gives the persona of each row.

        Returns:
            `persona`, `distance` (from its middle), `typical` (the share of its members that are at
            least as far), `next` (the next nearest persona), `margin` (how clear the case is, 0 to
            1). Null where a value is missing and `missing` is `leave_out`.
        """
        return _tagloom._persona_apply(self._known(), profiles)

    def explain(self, profiles: Any, row: int) -> dict[str, Any] | None:
        """Says why a row has its persona, column by column; `None` where it has none.

        `nearer` is by how much the squared distance is smaller than to the next persona through
        this column.
        """
        return _tagloom._persona_explain(self._known(), profiles, row)

    @property
    def personas(self) -> list[dict[str, Any]]:
        """The personas, the largest first: name, size, share, traits with effects, typical."""
        self._known()
        found: list[dict[str, Any]] = self._about["personas"]
        return found

    @property
    def names(self) -> list[str]:
        """The names of the personas, the largest first."""
        return [str(persona["name"]) for persona in self.personas]

    @property
    def choice(self) -> Table:
        """Of each number of personas that was looked at: silhouette, stability, distortion."""
        return _tagloom._persona_choice(self._known())

    @property
    def separation(self) -> list[dict[str, Any]]:
        """How much each column separates the personas, the most first (η², Cramér's V)."""
        self._known()
        found: list[dict[str, Any]] = self._about["separation"]
        return found

    @property
    def silhouette(self) -> float | None:
        """The mean silhouette, -1 to 1; `None` for one persona."""
        self._known()
        found: float | None = self._about["silhouette"]
        return found

    @property
    def stability(self) -> float | None:
        """The mean adjusted Rand index between resamples; 1 is the same again each time."""
        self._known()
        found: float | None = self._about["stability"]
        return found

    @property
    def inertia(self) -> float:
        """The sum of the squared distances of all people from the middle of their persona."""
        self._known()
        return float(self._about["inertia"])

    def to_html(self) -> str:
        """Gives a page with a card for each persona that needs nothing else."""
        return _tagloom._persona_html(self._known(), whole=True)

    def _repr_html_(self) -> str | None:
        return None if self._state is None else _tagloom._persona_html(self._state, whole=False)

    def _known(self) -> str:
        if self._state is None:
            raise ParamsError("Persona was not fitted; call fit()", code="marketing.not_fitted")
        return self._state

    def __repr__(self) -> str:
        if self._state is None:
            return f"Persona(k={self.k!r}, not fitted)"
        shown = ", ".join(f"{p['name']!r}: {p['size']}" for p in self.personas)
        return f"Persona({{{shown}}})"
