"""Kano: which features delight, which satisfy, and which are only missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tagloom import _tagloom
from tagloom._tagloom import Plot, Table
from tagloom.errors import ParamsError

Columns = str | Sequence[str] | Mapping[str, str]
ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")


class KanoResult:
    """What features are to people.

    Attributes:
        features: A row a feature, for everybody (`audience` is null) and for each group: `n` and
            `missing`, the counts `M`, `O`, `A`, `I`, `R`, `Q`, the `category` and what to do about
            it (`policy`), `better` and `worse` with their intervals of 95 %, `category_strength`,
            `total_strength`, whether the two most frequent categories are `distinct` (Fong), and
            the continuous scores of DuMouchel (`functional`, `dysfunctional`,
            `continuous_category`).
        categories: A column a feature, a row a person: the category of the person's answers.
    """

    def __init__(self, features: Table, categories: Table) -> None:
        self.features = features
        self.categories = categories

    def plot(self, audience: str | None = None) -> Plot:
        """Draws the features by how they please and how their absence hurts.

        Args:
            audience: Of this group; default everybody.
        """
        columns = self.features.to_dict()
        rows = [
            (feature, better, worse, category)
            for feature, group, better, worse, category in zip(
                columns["feature"],
                columns["audience"],
                columns["better"],
                columns["worse"],
                columns["category"],
                strict=True,
            )
            if group == audience and better is not None
        ]
        return _tagloom._plot_kano(rows)

    def __repr__(self) -> str:
        return f"KanoResult({len(self.categories.columns)} features, {len(self.categories)} people)"


def kano(
    survey: Any,
    *,
    functional: Columns,
    dysfunctional: Columns,
    audience: str | None = None,
    wording: Sequence[str] | Mapping[str, str] | None = None,
    table: Literal["classic", "modified"] = "classic",
    category: Literal["mode", "grouped"] = "mode",
) -> KanoResult:
    """Reads a Kano survey, a row a person.

    Args:
        survey: Any table.
        functional: The column, or the columns, with the answers where a feature is there; a mapping
            gives the features names.
        dysfunctional: The columns with the answers where it is missing, in the same order or by
            the same names.
        audience: A column with groups, which are looked at apart, too.
        wording: What the answers look like: five texts, from "like" to "dislike", or a mapping
            from text to `like`, `must_be`, `neutral`, `live_with` or `dislike`. The usual wordings
            in English, Chinese, German, French and Spanish and the numbers 1 to 5 are known.
        table: Which pair of answers has which category: Berger's, or Pouliot's (`modified`), where
            must-be/must-be and live-with/live-with are questionable, too.
        category: The most frequent (`mode`; of equal ones M before O, A, I), or the most frequent
            of O, A, M where they outnumber I, R, Q, else of these (`grouped`).

    Raises:
        FitError: Where an answer is none of the five.

    Examples:
        >>> from tagloom import marketing as mk
        >>> answers = {
        ...     "fast": ["I like it", "I like it", "2"],
        ...     "slow": ["I can live with it", "I dislike it", "5"],
        ... }
        >>> found = mk.kano(answers, functional="fast", dysfunctional="slow")
        >>> found.categories["fast"].to_list()
        ['attractive', 'one_dimensional', 'must_be']
        >>> found.features["better"].to_list()
        [0.6666666666666666]
    """
    there, missing = _named(functional), _named(dysfunctional)
    if not isinstance(dysfunctional, Mapping):
        columns = [dysfunctional] if isinstance(dysfunctional, str) else list(dysfunctional)
        if len(there) != len(columns):
            message = f"{len(there)} functional columns, {len(columns)} dysfunctional ones"
            raise ParamsError(message, code="marketing.argument")
        missing = dict(zip(there, columns, strict=True))
    if there.keys() != missing.keys():
        odd = sorted(there.keys() ^ missing.keys())
        message = f"features with one of two columns only: {', '.join(odd)}"
        raise ParamsError(message, code="marketing.argument")
    questions = [(feature, there[feature], missing[feature]) for feature in there]
    own = wording or {}
    if not isinstance(own, Mapping):
        if len(own) != len(ANSWERS):
            message = f"wording has {len(own)} texts, wanted {len(ANSWERS)}: {', '.join(ANSWERS)}"
            raise ParamsError(message, code="marketing.argument")
        own = dict(zip(own, ANSWERS, strict=True))
    texts = list(own.items())
    return KanoResult(*_tagloom._kano(survey, questions, audience, texts, table, category))


def _named(columns: Columns) -> dict[str, str]:
    if isinstance(columns, Mapping):
        return dict(columns)
    if isinstance(columns, str):
        return {columns: columns}
    return {column: column for column in columns}
