"""The compiled part of tagloom. Everything public is in `tagloom`.

The examples on these pages share these tables and this catalogue:

>>> import tagloom as tl
>>> orders = {
...     "member_id": ["a", "b", "a"],
...     "paid_at": ["2026-05-01", "2026-05-02", "2026-05-03"],
...     "amount": [60.0, 20.0, 70.0],
... }
>>> catalog = tl.Catalog({
...     "tagloom": 1,
...     "name": "shop",
...     "timezone": "Asia/Shanghai",
...     "identifiers": {"member": {}},
...     "sources": {
...         "orders": {
...             "kind": "events",
...             "identifiers": {"member": "member_id"},
...             "time": "paid_at",
...             "columns": {"amount": "float64"},
...         },
...     },
...     "tags": {
...         "spend_90d": {"layer": "fact", "events": "orders", "sum": "amount", "window": "90d"},
...         "tier": {"layer": "model", "tier": {"by": "spend_90d", "levels": {"normal": 0, "gold": 100}}},
...         "call_back": {"layer": "business", "rule": "tier = 'gold'"},
...     },
... })
>>> profiles = catalog.build({"orders": orders}, as_of="2026-06-01")
"""

import datetime
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, final, type_check_only

import pandas as pd
import polars as pl
import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore]
from typing_extensions import CapsuleType, Self

__all__ = [
    "Audience",
    "Catalog",
    "Column",
    "DecisionTable",
    "Explanation",
    "Fitted",
    "Frame",
    "Plot",
    "Profile",
    "Profiles",
    "Report",
    "Rule",
    "RuleOutput",
    "RuleSet",
    "ScoreCard",
    "Table",
    "_Concentration",
    "_KaplanMeier",
    "_ProfileIterator",
    "_RfmMeasures",
    "__version__",
    "_btyd_apply",
    "_btyd_choose",
    "_btyd_fit",
    "_btyd_p_alive_over_time",
    "_btyd_plot",
    "_btyd_summary",
    "_btyd_table",
    "_btyd_tracking",
    "_category_gap_apply",
    "_category_gap_fit",
    "_churn_kind",
    "_concentration",
    "_contract_apply",
    "_contract_fit",
    "_error_class",
    "_kano",
    "_lifecycle_apply",
    "_lifecycle_fit",
    "_lifetime_value",
    "_log_rank",
    "_loyalty",
    "_membership",
    "_persona_apply",
    "_persona_choice",
    "_persona_explain",
    "_persona_fit",
    "_persona_html",
    "_plot_kano",
    "_plot_migration",
    "_plot_survival",
    "_psi",
    "_rfm_apply",
    "_rfm_fit",
    "_rfm_measures",
    "_rfm_migration",
    "_rhythm",
    "_scorecard_apply",
    "_scorecard_explain",
    "_scorecard_fit",
    "_scorecard_html",
    "_scorecard_measure",
    "_scorecard_shift",
    "_scorecard_table",
    "_silence_apply",
    "_silence_fit",
    "_spend_apply",
    "_spend_fit",
    "_survival_fit",
    "_value_tier_apply",
    "_value_tier_fit",
    "_window_days",
    "json_schema",
]

__version__: str

@type_check_only
class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

@type_check_only
class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...

_Path: TypeAlias = str | os.PathLike[str]
_Table: TypeAlias = (
    _ArrowStream | _ArrowArray | _Path | Sequence[_Path] | Mapping[str, Any] | pd.DataFrame
)
_AsOf: TypeAlias = str | datetime.date
_Progress: TypeAlias = bool | Callable[[str, int, int, str], object] | None

def json_schema() -> dict[str, Any]:
    """Gives the JSON Schema (draft 2020-12) of the catalogue format, for editors and other programs.

    Examples:
        >>> tl.json_schema()["title"]
        'tagloom catalogue, format version 1'
    """

def _error_class(code: str) -> str: ...

@final
class Catalog:
    """A checked catalogue: what a company wants to know about its customers.

    Two catalogues are equal where their definitions are, whatever the notation. Catalogues can be pickled.

    Args:
        definition: A dictionary, or text in YAML or JSON. `load` reads files.

    Raises:
        CatalogError: With all problems; those of a dictionary have the places of its JSON form.

    Examples:
        >>> catalog
        Catalog("shop", 1 sources, 3 tags)
        >>> tl.Catalog("tagloom: 1\\nname: shop\\nidentifiers: {}\\nsources: {}\\ntag: {}\\n")
        Traceback (most recent call last):
        ...
        tagloom.errors.CatalogError: ...
    """

    def __new__(cls, definition: str | Mapping[str, Any], /) -> Catalog: ...
    @classmethod
    def load(cls, path: _Path, /) -> Catalog:
        """Reads a catalogue file.

        Args:
            path: The extension says the notation: `.yaml`, `.yml`, `.json` or `.toml`.

        Raises:
            MissingFileError: Where there is no such file; it is a `FileNotFoundError`.
            CatalogError: With all problems, each with line and column.
        """

    @classmethod
    def parse(
        cls, text: str, /, *, format: Literal["yaml", "json", "toml"] | None = None
    ) -> Catalog:
        """Reads a catalogue from text.

        Args:
            text: The definitions.
            format: The notation; default JSON where the text starts with `{`, YAML otherwise.

        Raises:
            CatalogError: With all problems, each with line and column.
            ParamsError: Where there is no such notation.
        """

    def build(
        self,
        tables: Mapping[str, _Table],
        /,
        *,
        as_of: _AsOf,
        threads: int | None = None,
        memory_limit: int | str | None = None,
        progress: _Progress = None,
    ) -> Profiles:
        """Learns from tables and computes all profiles, as of an instant.

        Bad rows are no error: they are counted in `Profiles.report`. Ctrl-C stops the run at its next step.

        Args:
            tables: A table for each source: anything that speaks the Arrow PyCapsule protocol (pandas, Polars, pyarrow,
                DuckDB), a path to a `.parquet`, `.csv` or `.tsv` file, a list of such paths, or a dictionary of columns.
                The columns are lists, arrays of numpy, or Arrow arrays; their type follows from the values (`bool`,
                `int`, `float`, `Decimal`, `str`, `date`, `datetime`, lists of `str`; `None` for missing ones).
            as_of: The instant: rows at or after it are not looked at. A day is its first instant in the catalogue's
                time zone, a time without zone a wall clock there, a time with zone or offset is itself.
            threads: How many threads, from 1; default as many as the machine has. The result is the same.
            memory_limit: About how much memory the run may take: bytes, or text such as `"2GB"`; default 80 % of what
                the machine has left. Rows that do not fit wait on disk, in the folder for temporary files; tags and
                identifiers are always in memory. The result is the same.
            progress: `True` for a line on stderr, or a function that is called with stage, steps done, steps in all,
                and the source or tag that comes next; an exception in it stops the run. Default: a line where stderr
                is a terminal and the run takes more than a second.

        Returns:
            One row a profile, in the order of the profiles' strongest identifiers.

        Raises:
            SchemaError: Where tables or columns are missing or of the wrong type.
            SourceError: Where a table cannot be read.
            MissingFileError: Where a file does not exist.
            FitError: Where a tag cannot be learnt from these tables.
            ParamsError: Where `as_of` is no time, `threads` is 0, `memory_limit` is no size, or rows that do not fit into
                memory cannot be written to disk.

        Examples:
            >>> catalog.build({"orders": orders}, as_of="2026-05-02").get(member="a")["spend_90d"]
            60.0
        """

    def fit(
        self,
        tables: Mapping[str, _Table],
        /,
        *,
        as_of: _AsOf,
        threads: int | None = None,
        memory_limit: int | str | None = None,
        progress: _Progress = None,
    ) -> Fitted:
        """Learns what has to be learnt from the population, as of an instant.

        Args:
            tables: As in `build`.
            as_of: As in `build`.
            threads: As in `build`.
            memory_limit: As in `build`.
            progress: As in `build`.

        Raises:
            TagloomError: As `build`.

        Examples:
            >>> catalog.fit({"orders": orders}, as_of="2026-06-01")
            Fitted("shop", as_of='2026-05-31T16:00:00Z')
        """

    @property
    def name(self) -> str:
        """The name."""

    @property
    def hash(self) -> str:
        """The content hash of all definitions; the order of keys and comments do not matter."""

    @property
    def tags(self) -> list[str]:
        """The names of the tags, in the order of the catalogue."""

    def tag_hash(self, tag: str, /) -> str:
        """Gives the content hash of a tag's definition.

        Raises:
            UnknownNameError: Where there is no such tag.
        """

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What the checks found that is no error."""

    def to_dict(self) -> dict[str, Any]:
        """Gives the definitions; `Catalog` makes the same catalogue of them.

        Examples:
            >>> tl.Catalog(catalog.to_dict()) == catalog
            True
        """

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Fitted:
    """A checked catalogue with everything that was learnt from a population.

    It can be saved, pickled, and applied to any rows at any time: the result for a profile depends on that profile's
    rows alone. `Catalog.fit` and `load` make one.

    Examples:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "shop.tagloom"
        >>> catalog.fit({"orders": orders}, as_of="2026-05-15").save(path)
        >>> tl.Fitted.load(path).apply({"orders": orders}, as_of="2026-06-01").get(member="a")["tier"]
        'gold'
    """

    @classmethod
    def load(cls, path: _Path, /) -> Fitted:
        """Reads what `save` wrote.

        Raises:
            MissingFileError: Where there is no such file; it is a `FileNotFoundError`.
            StoreError: Where the file is not of tagloom, of another version, or damaged.
        """

    @classmethod
    def from_bytes(cls, data: bytes, /) -> Fitted:
        """Reads what `to_bytes` gave.

        Raises:
            StoreError: As `load`.
        """

    def save(self, path: _Path, /) -> None:
        """Writes it to a file. The file is written beside its place and moved there at the end.

        Raises:
            StoreError: Where the file cannot be written.
        """

    def to_bytes(self) -> bytes:
        """Gives the saved form as bytes; the same for the same content."""

    def apply(
        self,
        tables: Mapping[str, _Table],
        /,
        *,
        as_of: _AsOf,
        threads: int | None = None,
        memory_limit: int | str | None = None,
        progress: _Progress = None,
    ) -> Profiles:
        """Computes the tags of all profiles in some tables, as of an instant, with what was learnt.

        Args:
            tables: As in `Catalog.build`.
            as_of: As in `Catalog.build`.
            threads: As in `Catalog.build`.
            memory_limit: As in `Catalog.build`.
            progress: As in `Catalog.build`.

        Raises:
            TagloomError: As `Catalog.build`.
        """

    @property
    def name(self) -> str:
        """The name of the catalogue."""

    @property
    def hash(self) -> str:
        """The content hash of all definitions."""

    @property
    def as_of(self) -> str:
        """The instant up to which it was learnt, in RFC 3339 and UTC."""

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What the checks of the catalogue found that is no error."""

    def artifact(self, tag: str, /) -> dict[str, Any] | None:
        """Gives what was learnt for a tag: cut points, weights, measures of the test; `None` where nothing is learnt."""

    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Profiles:
    """The profiles of a run: one row a profile, one column a tag or a tag's field.

    It speaks the Arrow PyCapsule protocol: `pyarrow.table`, `polars.DataFrame` and DuckDB take it as it is.

    Examples:
        >>> profiles
        Profiles("shop", as_of='2026-05-31T16:00:00Z', 2 profiles, 5 tag columns)
        >>> profiles.columns
        ['profile_id', 'member', 'spend_90d', 'tier', 'tier.next', 'tier.gap', 'call_back']
        >>> profiles["spend_90d"].to_list()
        [130.0, 20.0]
        >>> [profile["tier"] for profile in profiles]
        ['gold', 'normal']
    """

    @property
    def as_of(self) -> datetime.datetime:
        """The instant of the run, in UTC."""

    @property
    def ids(self) -> list[str]:
        """The stable ids of the profiles (32 hexadecimal digits), by row."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns of the table: `profile_id`, the kinds of identifiers, the tags and their fields."""

    @property
    def schema(self) -> dict[str, dict[str, Any]]:
        """What the tag columns are: by name `tag`, `field`, `layer`, `data_type`, `title`, `unit` and `personal`.

        Examples:
            >>> profiles.schema["tier"]["layer"], profiles.schema["tier"]["data_type"]
            ('model', 'string')
        """

    @property
    def fitted(self) -> Fitted:
        """The catalogue and what was learnt."""

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What to tell the authors of rules, given these profiles: texts that a tag is compared with and never has.

        Each has a `code`, `path`, `message` and `help`. For what can be told without data, see `Catalog.warnings`.
        """

    def get(self, id: str | None = None, /, **identifier: str | int) -> Profile:
        """Gives the profile with an id or with an identifier.

        Args:
            id: The id of the profile.
            **identifier: In its place one identifier: its kind and value, normalised as the catalogue says.

        Raises:
            ProfileNotFoundError: Where no profile has it; it is a `KeyError`.
            UnknownNameError: Where there is no such kind of identifier.

        Examples:
            >>> profiles.get(member="a").tags
            {'spend_90d': 130.0, 'tier': 'gold', 'tier.next': None, 'tier.gap': None, 'call_back': True}
        """

    def explain(
        self, id: str | None = None, /, *, tag: str, max_rows: int = 20, **identifier: str | int
    ) -> Explanation:
        """Says why a profile has its value of a tag, down to the rows.

        Args:
            id: The id of the profile.
            tag: The tag.
            max_rows: How many rows to show for each tag at most; the latest are shown.
            **identifier: In place of the id one identifier: its kind and value. Of kinds that are named `tag` or
                `max_rows`, use `get(...).explain(...)`.

        Raises:
            ProfileNotFoundError: Where no profile has it; it is a `KeyError`.
            UnknownNameError: Where there is no such tag or kind of identifier.

        Examples:
            >>> print(profiles.explain(member="a", tag="call_back"))
            profile ...
            call_back = true  [business]
            ...
        """

    def audience(self, expression: str, /) -> Audience:
        """Gives the profiles for which an expression over tags is true.

        Profiles for which it is unknown are not in it, nor in the audience of its negation.

        Args:
            expression: In the language of rules: `tier = 'gold' AND spend_90d BETWEEN 100 AND 500`.

        Raises:
            RuleError: With every error of the expression.

        Examples:
            >>> profiles.audience("spend_90d >= 100")
            Audience("spend_90d >= 100", 1 profiles)
        """

    def report(self) -> Report:
        """Says what became of the rows and of the identifiers."""

    def to_arrow(self) -> pa.Table:
        """Gives the profiles as a `pyarrow.Table`; the text of tags is dictionary-coded.

        Raises:
            ImportError: Where pyarrow is not installed.
        """

    def to_pandas(self) -> pd.DataFrame:
        """Gives the profiles as a `pandas.DataFrame`; the text of tags is categorical.

        Raises:
            ImportError: Where pandas or pyarrow is not installed.
        """

    def to_polars(self) -> pl.DataFrame:
        """Gives the profiles as a `polars.DataFrame`; text is categorical.

        Raises:
            ImportError: Where Polars is not installed.
        """

    def write(self, path: _Path, /) -> None:
        """Writes the profiles to a Parquet file; the same profiles give the same bytes.

        The schema carries the catalogue's name, its content hash and `as_of`. The file is written beside its place and
        moved there at the end.

        Raises:
            ExportError: Where the file cannot be written.
        """

    def to_html(self) -> str:
        """Gives a page about the population: for each tag how many profiles have a value and how the values are spread.

        It needs nothing else: styles inside, no scripts, no network. Values of personal tags are not in it.
        """

    def write_html(self, path: _Path, /) -> None:
        """Writes the page of `to_html` to a file.

        Raises:
            ExportError: Where the file cannot be written.
        """

    def _repr_html_(self) -> str: ...
    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType: ...
    def __len__(self) -> int: ...
    def __getitem__(self, name: str, /) -> Column: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __iter__(self) -> Iterator[Profile]: ...

@final
class _ProfileIterator(Iterator[Profile]):
    def __iter__(self) -> _ProfileIterator: ...
    def __next__(self) -> Profile: ...

@final
class Column:
    """The values of a tag or of a tag's field, one a profile.

    Examples:
        >>> column = profiles["spend_90d"]
        >>> column
        Column("spend_90d", float64, 2 profiles, 0 null)
        >>> column[0], column[-1], len(column)
        (130.0, 20.0, 2)
    """

    @property
    def name(self) -> str:
        """The name: the tag's, or `tag.field`."""

    @property
    def layer(self) -> str:
        """The layer of the tag: `fact`, `predicted`, `model` or `business`."""

    @property
    def type(self) -> str:
        """The type: `bool`, `int64`, `float64`, `decimal(12,2)`, `string`, `date`, `timestamp` or `set<string>`."""

    @property
    def title(self) -> str | None:
        """The tag's title."""

    @property
    def unit(self) -> str | None:
        """The tag's unit."""

    @property
    def null_count(self) -> int:
        """How many profiles have no value."""

    def to_list(self) -> list[Any]:
        """Gives the values as Python objects; times in UTC, sets as sorted lists, `None` for no value."""

    def to_arrow(self) -> pa.Array[Any]:
        """Gives the values as a `pyarrow.Array`.

        Raises:
            ImportError: Where pyarrow is not installed.
        """

    def to_pandas(self) -> pd.Series[Any]:
        """Gives the values as a `pandas.Series`.

        Raises:
            ImportError: Where pandas or pyarrow is not installed.
        """

    def to_polars(self) -> pl.Series:
        """Gives the values as a `polars.Series`.

        Raises:
            ImportError: Where Polars is not installed.
        """

    def __arrow_c_array__(
        self, requested_schema: CapsuleType | None = None
    ) -> tuple[CapsuleType, CapsuleType]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, row: int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...

@final
class Profile:
    """One profile. It reads like a dictionary from the names of the tag columns to values.

    `str()` gives the tags for reading, without the identifiers and without the values of personal tags.

    Examples:
        >>> profile = profiles.get(member="a")
        >>> profile["tier"], profile["spend_90d"], profile.identifiers
        ('gold', 130.0, {'member': ['a']})
        >>> dict(profile) == profile.tags
        True
    """

    @property
    def id(self) -> str:
        """The stable id: 32 hexadecimal digits."""

    @property
    def as_of(self) -> datetime.datetime:
        """The instant of the run, in UTC."""

    @property
    def identifiers(self) -> dict[str, list[str]]:
        """The identifiers by kind, strongest kind first, as they are stored: not masked."""

    @property
    def tags(self) -> dict[str, Any]:
        """The tags and their fields (`tier`, `tier.gap`), in the order of the catalogue."""

    @property
    def layers(self) -> dict[str, dict[str, Any]]:
        """The tags by layer, from the bottom up.

        Examples:
            >>> profiles.get(member="b").layers["fact"]
            {'spend_90d': 20.0}
        """

    def explain(self, tag: str, /, *, max_rows: int = 20) -> Explanation:
        """Says why the profile has its value of a tag, down to the rows.

        Args:
            tag: The tag.
            max_rows: How many rows to show for each tag at most; the latest are shown.

        Raises:
            UnknownNameError: Where there is no such tag.
        """

    def to_dict(self) -> dict[str, Any]:
        """Gives all of it in JSON form: `id`, `as_of`, `identifiers`, `layers`; decimals and times as text."""

    def to_html(self) -> str:
        """Gives a page about the profile: its tags, and why it has those that are not plain facts.

        Personal identifiers and values are masked.
        """

    def _repr_html_(self) -> str: ...
    def keys(self) -> list[str]:
        """The names of the tag columns."""

    def values(self) -> list[Any]:
        """The values of the tag columns."""

    def items(self) -> list[tuple[str, Any]]:
        """The names and values of the tag columns."""

    def get(self, name: str, default: Any = None, /) -> Any:
        """Gives the value of a tag column, or the default where there is no such column."""

    def __getitem__(self, name: str, /) -> Any: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Explanation:
    """Why a profile has a value of a tag, down to the rows. `print` shows it for people, `to_dict` for programs.

    Examples:
        >>> why = profiles.explain(member="a", tag="spend_90d")
        >>> why.value, why.because["aggregate"], why.because["n_rows"]
        (130.0, 'sum of amount', 2)
    """

    @property
    def tag(self) -> str:
        """The tag."""

    @property
    def title(self) -> str | None:
        """Its title."""

    @property
    def layer(self) -> str:
        """Its layer."""

    @property
    def profile(self) -> str:
        """The id of the profile."""

    @property
    def as_of(self) -> datetime.datetime:
        """The instant of the run, in UTC."""

    @property
    def value(self) -> Any:
        """The value; `None` for a tag that has fields only."""

    @property
    def fields(self) -> dict[str, Any]:
        """The values of the tag's fields."""

    @property
    def unit(self) -> str | None:
        """The unit of the value."""

    @property
    def version(self) -> str | None:
        """The version of the definition, or of the catalogue."""

    @property
    def is_default(self) -> bool:
        """Whether the value is the definition's `when_missing`, as there was none."""

    @property
    def because(self) -> dict[str, Any]:
        """How the value came about; `kind` says what else is in it."""

    @property
    def reads(self) -> list[str]:
        """The tags that it reads."""

    @property
    def below(self) -> list[Explanation]:
        """The explanations of all tags that it stands on, from the top down, each once.

        Examples:
            >>> [below.tag for below in profiles.explain(member="a", tag="call_back").below]
            ['tier', 'spend_90d']
        """

    def to_dict(self) -> dict[str, Any]:
        """Gives all of it in JSON form, with the definitions and their hashes; decimals and times as text."""

    def to_html(self) -> str:
        """Gives the explanation as a page. Times are in UTC; personal values are masked."""

    def _repr_html_(self) -> str: ...

@final
class Audience:
    """A set of profiles of one run, with the expression that made it.

    Audiences of the same `Profiles` combine: `&` both, `|` one or both, `-` this and not the other, `~` everybody else.
    It speaks the Arrow PyCapsule protocol: a table of `profile_id` and a column for each kind of identifier.

    Examples:
        >>> gold = profiles.audience("tier = 'gold'")
        >>> len(gold), profiles.get(member="a") in gold, len(~gold), len(gold & ~gold)
        (1, True, 1, 0)
        >>> (gold | ~gold).expression
        "(tier = 'gold') OR (EVERYBODY MINUS (tier = 'gold'))"
    """

    @property
    def expression(self) -> str:
        """The expression that made it."""

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What the expression does with missing values, where that may surprise."""

    @property
    def ids(self) -> list[str]:
        """The ids of its profiles, by row."""

    @property
    def rows(self) -> list[int]:
        """The rows of its profiles, ascending."""

    def to_arrow(self) -> pa.Table:
        """Gives the audience as a `pyarrow.Table`.

        Raises:
            ImportError: Where pyarrow is not installed.
        """

    def to_pandas(self) -> pd.DataFrame:
        """Gives the audience as a `pandas.DataFrame`.

        Raises:
            ImportError: Where pandas or pyarrow is not installed.
        """

    def to_polars(self) -> pl.DataFrame:
        """Gives the audience as a `polars.DataFrame`.

        Raises:
            ImportError: Where Polars is not installed.
        """

    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, profile: Profile | str, /) -> bool: ...
    def __and__(self, other: Audience, /) -> Audience: ...
    def __rand__(self, other: Audience, /) -> Audience: ...
    def __or__(self, other: Audience, /) -> Audience: ...
    def __ror__(self, other: Audience, /) -> Audience: ...
    def __sub__(self, other: Audience, /) -> Audience: ...
    def __rsub__(self, other: Audience, /) -> Audience: ...
    def __invert__(self) -> Audience: ...

@final
class Frame:
    """Columns that are coded once for any number of rules.

    Args:
        data: Anything that speaks Arrow (pandas, Polars, pyarrow, DuckDB) or a dict of columns. Columns of
            types that rules do not have are left out.
        as_of: What `NOW()` is; `TODAY()` is its date.
        timezone: Of days, and of times that come without one.

    Examples:
        >>> frame = tl.Frame({"age": [20, 30], "tier": ["gold", None]})
        >>> frame
        Frame(2 rows, 2 columns)
        >>> frame.types
        [('age', 'int64'), ('tier', 'string')]
    """

    def __new__(
        cls, data: _Table, *, as_of: _AsOf | None = None, timezone: str = "UTC"
    ) -> Self: ...
    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""

    @property
    def types(self) -> list[tuple[str, str]]:
        """The names with the types that rules know."""

    def __len__(self) -> int: ...

_Rows: TypeAlias = Frame | _Table

@final
class RuleOutput:
    """What rules give for the rows of a table: a table that speaks Arrow."""

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""

    @property
    def report(self) -> Any:
        """What there is to know besides.

        `overflows`, how many values were lost, and `warnings`; of a set its `versions`, of a table how many rows were
        `unmatched` or in `conflicts`.
        """

    def to_arrow(self) -> pa.Table:
        """The table as a `pyarrow.Table`."""

    def to_pandas(self) -> pd.DataFrame:
        """The table as a `pandas.DataFrame`."""

    def to_polars(self) -> pl.DataFrame:
        """The table as a `polars.DataFrame`."""

    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType: ...
    def __len__(self) -> int: ...

@final
class Rule:
    """One rule of the rule language, over whatever it is applied to.

    Args:
        text: The rule, such as `"tier = 'gold' AND spend_90d >= 1000"`.
        as_of: What `NOW()` is; `TODAY()` is its date.
        timezone: Of days, and of times that come without one.

    Raises:
        RuleError: The text has no valid form; `diagnostics` has all errors.

    Examples:
        >>> rule = tl.Rule("tier = 'gold' AND spend >= 1000")
        >>> rule.test({"tier": "gold", "spend": 820.0})
        False
        >>> rule.changes({"tier": "gold", "spend": 820.0})[0]["distance"]
        180.0
        >>> rule.apply({"tier": ["gold", None], "spend": [1200, 10]}).to_arrow()["value"].to_pylist()
        [True, False]
    """

    def __new__(cls, text: str, *, as_of: _AsOf | None = None, timezone: str = "UTC") -> Self: ...
    @staticmethod
    def from_json_logic(logic: Any, *, as_of: _AsOf | None = None, timezone: str = "UTC") -> Rule:
        """Takes a rule over from JSON-logic, given as a dict or text.

        Raises:
            RuleError: Something is not within the language; the message says where and why.
        """

    @property
    def text(self) -> str:
        """The rule as it was written."""

    @property
    def names(self) -> list[str]:
        """The names that it reads, each once, in the order of the text."""

    def format(self) -> str:
        """The rule in canonical form, broken into lines where it is long, its comments first."""

    def apply(self, data: _Rows) -> RuleOutput:
        """The value for every row, as the column `value`: true, false, or null where it is unknown.

        Raises:
            RuleError: A name is unknown or a type does not fit.
        """

    def test(self, values: dict[str, Any]) -> Any:
        """The value for one profile; `None`, for a condition, is unknown."""

    def explain(self, values: dict[str, Any]) -> dict[str, Any]:
        """Why one profile has its value: a tree of `op`, `text`, `span`, `value`, `decisive`, `distance`, `children`."""

    def changes(self, values: dict[str, Any]) -> list[dict[str, Any]] | None:
        """What would have to change for the condition to be true; `None` where nothing makes it so."""

    def funnel(self, data: _Rows) -> dict[str, Any]:
        """For how many rows each condition is true, false, unknown and decisive, and how many pass each step."""

    def diff(self, new: Rule, data: _Rows) -> dict[str, Any]:
        """Who enters and who leaves where `new` takes this rule's place, and by which conditions."""

    def to_sql(self, dialect: Literal["duckdb", "spark"] = "duckdb") -> str:
        """The rule as an SQL expression."""

    def to_polars(self) -> str:
        """The rule as Python code for Polars, with `import polars as pl`."""

@final
class DecisionTable:
    """A decision table: rows of conditions with outputs.

    Args:
        definition: A dict, or a text in YAML or JSON, with `hit`, `inputs`, `outputs` and `rows`.

    Raises:
        RuleError: Cells that cannot be read, each with its row and column.

    Examples:
        >>> table = tl.DecisionTable({
        ...     "hit": "first", "inputs": ["age"], "outputs": ["fee"], "rows": [[">= 18", 10], ["-", 5]],
        ... })
        >>> table.apply({"age": [20, 3]}).to_arrow()["fee"].to_pylist()
        [10, 5]
    """

    def __new__(cls, definition: dict[str, Any] | str) -> Self: ...
    @staticmethod
    def from_csv(path: _Path, *, hit: str = "unique") -> DecisionTable:
        """Reads a table from CSV: columns named `=> …` are outputs, `# …` remarks, all others inputs.

        Args:
            path: The file, in UTF-8.
            hit: `unique`, `any`, `priority`, `first`, `collect`, `collect_sum`, `collect_min`, `collect_max`,
                `collect_count`, `rule_order` or `output_order`; the names and letters of DMN are known, too.
        """

    @staticmethod
    def from_frame(data: _Rows, *, hit: str = "unique") -> DecisionTable:
        """Takes a table from a frame whose columns are named as in CSV."""

    @property
    def hit(self) -> str:
        """The hit policy."""

    @property
    def inputs(self) -> list[str]:
        """The inputs."""

    @property
    def outputs(self) -> list[str]:
        """The names of the outputs."""

    def to_dict(self) -> dict[str, Any]:
        """The definition."""

    def apply(
        self, data: _Rows, *, as_of: _AsOf | None = None, timezone: str = "UTC"
    ) -> RuleOutput:
        """The outputs for every row, and `row`, the row that was taken, from 1. Null where none was."""

    def test(
        self, values: dict[str, Any], *, as_of: _AsOf | None = None, timezone: str = "UTC"
    ) -> dict[str, Any]:
        """What one profile gets: `values`, `rows` that were taken, `is_conflict`, and `why` for each row."""

    def findings(self, types: dict[str, str]) -> list[dict[str, Any]]:
        """Gaps, conflicts, overlaps and rows that are never taken, for inputs of these types."""

@final
class ScoreCard:
    """A score card: points for conditions, bands of their sum.

    Args:
        definition: A dict, or a text in YAML or JSON, with `base`, `items` and `bands`.

    Examples:
        >>> card = tl.ScoreCard({"items": [{"when": "age >= 30", "points": 10}], "bands": {"low": 0, "high": 10}})
        >>> card.test({"age": 31})["band"]
        'high'
    """

    def __new__(cls, definition: dict[str, Any] | str) -> Self: ...
    @staticmethod
    def from_csv(path: _Path, *, bands: dict[str, float] | None = None) -> ScoreCard:
        """Reads a card from CSV with the columns `when`, `points`, and perhaps `weight`, `unknown`, `name`."""

    @staticmethod
    def from_frame(data: _Rows, *, bands: dict[str, float] | None = None) -> ScoreCard:
        """Takes a card from a frame whose columns are named as in CSV."""

    def to_dict(self) -> dict[str, Any]:
        """The definition."""

    def apply(
        self, data: _Rows, *, as_of: _AsOf | None = None, timezone: str = "UTC"
    ) -> RuleOutput:
        """The columns `score` and `band` for every row."""

    def test(
        self, values: dict[str, Any], *, as_of: _AsOf | None = None, timezone: str = "UTC"
    ) -> dict[str, Any]:
        """The `score` and `band` of one profile, and `contributions` of the conditions."""

@final
class RuleSet:
    """Rules with owner, version, priority, exclusive groups, validity and examples.

    Args:
        definition: A dict, or a text in YAML or JSON. Examples within it are run.

    Raises:
        CatalogError: The definition has no valid form.
        RuleError: A rule or an example is wrong; the message names it.

    Examples:
        >>> rules = tl.RuleSet({"name": "contact", "rules": {"call": {"when": "risk > 0.6"}}})
        >>> rules.test({"risk": 0.7})
        {'call': True}
    """

    def __new__(cls, definition: dict[str, Any] | str) -> Self: ...
    @staticmethod
    def load(path: _Path) -> RuleSet:
        """Reads a set from a YAML, JSON or TOML file."""

    @property
    def name(self) -> str:
        """The name of the set."""

    @property
    def version(self) -> str | None:
        """The version of the set."""

    @property
    def rules(self) -> list[str]:
        """The ids of the rules, in order."""

    def to_dict(self) -> dict[str, Any]:
        """The definition."""

    def replace(self, definition: dict[str, Any] | str) -> None:
        """Puts another definition in place of this one, for the calls that come; one that is wrong changes nothing."""

    def apply(self, data: _Rows, *, as_of: _AsOf | None = None) -> RuleOutput:
        """A column for each rule; `report["versions"]` says which version gave it."""

    def test(self, values: dict[str, Any], *, as_of: _AsOf | None = None) -> dict[str, bool | None]:
        """The value of each rule for one profile."""

    def decide(self, values: dict[str, Any], *, as_of: _AsOf | None = None) -> list[dict[str, Any]]:
        """What gave each value for one profile, in the order of the set.

        Each has `rule`, `version`, `value`, `in_force`, and `excluded_by`, the rule of the same group that is true in
        its place.
        """

    def explain(
        self, rule: str, values: dict[str, Any], *, as_of: _AsOf | None = None
    ) -> dict[str, Any]:
        """Why a rule gives what it gives for one profile."""

@final
class Report:
    """What became of the rows and of the identifiers of a run.

    Examples:
        >>> profiles.report()
        Report(2 profiles, 0 conflicts)
          orders: 3 rows read, 3 used, 0 rejected
    """

    @property
    def profiles(self) -> int:
        """How many profiles there are."""

    @property
    def sources(self) -> list[dict[str, Any]]:
        """By source: how many rows were read, used, and not used and why, with samples."""

    @property
    def identity(self) -> dict[str, Any]:
        """How identifiers were joined, and which links were refused."""

    @property
    def rejected_rows(self) -> int:
        """How many rows were rejected in all sources."""

    def to_dict(self) -> dict[str, Any]:
        """Gives all of it in JSON form."""

    def _repr_html_(self) -> str: ...

@final
class Table:
    """Named columns of equal length, as the models of `tagloom.marketing` give them.

    It speaks the Arrow PyCapsule protocol: `pl.DataFrame(table)`, `pa.table(table)`.
    """

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""

    def to_dict(self) -> dict[str, list[Any]]:
        """Gives the columns as lists."""

    def to_arrow(self) -> pa.Table:
        """Gives the columns as a `pyarrow.Table`.

        Raises:
            ImportError: Where pyarrow is not installed.
        """

    def to_pandas(self) -> pd.DataFrame:
        """Gives the columns as a `pandas.DataFrame`.

        Raises:
            ImportError: Where pandas or pyarrow is not installed.
        """

    def to_polars(self) -> pl.DataFrame:
        """Gives the columns as a `polars.DataFrame`.

        Raises:
            ImportError: Where Polars is not installed.
        """

    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType: ...
    def __len__(self) -> int: ...
    def __getitem__(self, name: str, /) -> Column: ...

@final
class Plot:
    """A picture of what a model says. A notebook shows it; `save` writes it to a file.

    Examples:
        >>> from tagloom import marketing as mk
        >>> m = mk.MbgNbd(params={"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}, unit="7d")
        >>> table, plot = m.p_alive_over_time([2.0, 5.0, 9.0], until=30)
        >>> plot
        Plot("Chance to be still a customer")
        >>> plot.labelled(x="weeks").to_svg()[:4]
        '<svg'
    """

    @property
    def title(self) -> str:
        """The title."""

    def labelled(
        self, *, title: str | None = None, x: str | None = None, y: str | None = None
    ) -> Plot:
        """Gives the same picture with other texts."""

    def to_svg(self) -> str:
        """Gives the picture as SVG, which needs nothing else."""

    def save(self, path: _Path) -> None:
        """Writes the picture to a file, such as `tracking.svg`."""

    def _repr_svg_(self) -> str: ...

# What `tagloom.marketing` calls.

@final
class _KaplanMeier:
    """A curve of Kaplan and Meier; `KaplanMeier` is what to use."""

    def table(self) -> Table:
        """The curve."""

    def spells(self) -> float:
        """How many spells, by weight."""

    def survival(self, time: float) -> float:
        """The share that is still there."""

    def interval(self, time: float) -> tuple[float, float]:
        """Its interval of 95 %."""

    def quantile(self, share: float) -> float | None:
        """The time until which a share has left."""

    def median_interval(self) -> tuple[float | None, float | None]:
        """The interval of 95 % of the median."""

    def restricted_mean(self, horizon: float) -> float:
        """The mean time until leaving or the horizon."""

    def apply(self, table: _Table, elapsed: str, what: str, argument: float) -> Column:
        """What the curve says of each who is there."""

def _survival_fit(
    table: _Table, time: str, left: str, entry: str | None, weight: str | None
) -> _KaplanMeier: ...
def _log_rank(
    table: _Table,
    group: str,
    time: str,
    left: str,
    entry: str | None,
    weight: str | None,
    weighting: str,
) -> tuple[list[tuple[str, _KaplanMeier, list[float]]], float | None, int, float | None]: ...
def _plot_survival(names: list[str], curves: list[_KaplanMeier]) -> Plot: ...
def _rhythm(
    table: _Table,
    customer: str,
    time: str,
    money: str | None,
    as_of: _AsOf | None,
    timezone: str,
    returns: str,
    share: float,
) -> tuple[Table, dict[str, Any]]: ...
def _silence_fit(table: _Table, params: str, peers: _Table | None) -> str: ...
def _silence_apply(fitted: str, table: _Table, peers: _Table | None) -> Table: ...
def _lifecycle_fit(table: _Table, params: str) -> str: ...
def _lifecycle_apply(fitted: str, table: _Table) -> Table: ...
def _churn_kind(table: _Table, conditions: list[str | None]) -> Table: ...
def _btyd_tracking(
    kind: str,
    params: dict[str, float],
    table: _Table,
    columns: tuple[str, str, str | None],
    period: str,
    unit: str | None,
    end: _AsOf | None,
    holdout_end: _AsOf | None,
    timezone: str,
    returns: str,
    points: int,
) -> tuple[Table, Plot]: ...
def _btyd_plot(
    kind: str, params: dict[str, float], table: _Table, holdout_length: float | None, last: int
) -> Plot: ...
def _btyd_p_alive_over_time(
    kind: str, params: dict[str, float], repeats: list[float], until: float, points: int
) -> tuple[Table, Plot]: ...

_Fit: TypeAlias = tuple[dict[str, float], dict[str, Any], list[tuple[float, float] | None]]

def _btyd_summary(
    table: _Table,
    customer: str,
    time: str,
    money: str | None,
    period: str,
    unit: str | None,
    end: _AsOf | None,
    holdout_end: _AsOf | None,
    timezone: str,
    returns: str,
) -> tuple[Table, dict[str, Any]]: ...
def _btyd_fit(kind: str, table: _Table) -> _Fit: ...
def _btyd_apply(
    kind: str, params: dict[str, float], table: _Table, what: str, argument: float, n: int
) -> Column: ...
def _btyd_table(
    kind: str, params: dict[str, float], table: _Table, holdout_length: float | None, last: int
) -> tuple[Table, dict[str, float]]: ...
def _btyd_choose(
    kinds: list[str], table: _Table, holdout_length: float | None
) -> list[tuple[str, _Fit, float | None]]: ...
def _spend_fit(table: _Table) -> _Fit: ...
def _spend_apply(params: dict[str, float], table: _Table) -> Column: ...
def _lifetime_value(
    kind: str,
    params: dict[str, float],
    spend: dict[str, float],
    table: _Table,
    horizon: float,
    units_per_year: float,
    annual_discount_rate: float,
    margin: float,
) -> Column: ...
def _contract_fit(table: _Table, periods: str, ended: str, weight: str | None) -> _Fit: ...
def _contract_apply(
    params: dict[str, float],
    table: _Table,
    periods: str,
    what: str,
    more: int,
    discount_rate: float,
) -> Column: ...
def _kano(
    table: _Table,
    questions: list[tuple[str, str, str]],
    audience: str | None,
    wording: list[tuple[str, str]],
    category_table: str,
    rule: str,
) -> tuple[Table, Table]: ...
def _persona_fit(
    table: _Table, tags: list[str] | None, titles: list[tuple[str, str]], params: str
) -> str: ...
def _persona_apply(state: str, table: _Table) -> Table: ...
def _persona_explain(state: str, table: _Table, row: int) -> dict[str, Any] | None: ...
def _persona_html(state: str, whole: bool) -> str: ...
def _persona_choice(state: str) -> Table: ...

@final
class _RfmMeasures: ...

def _rfm_measures(
    table: _Table,
    customer: str,
    time: str,
    money: str,
    order: str | None,
    as_of: _AsOf,
    look_back: str,
    timezone: str,
    returns: str,
) -> tuple[_RfmMeasures, dict[str, Any]]: ...
def _rfm_fit(params: str, measures: _RfmMeasures) -> tuple[str, list[str]]: ...
def _rfm_apply(
    fitted: str,
    measures: _RfmMeasures,
    language: str,
    weights: tuple[float, float, float] | None,
) -> Table: ...
def _plot_migration(moves: _Table, order: list[str]) -> Plot: ...
def _rfm_migration(before: _Table, after: _Table, customer: str, segment: str) -> Table: ...
def _scorecard_fit(
    table: _Table, labelled: _Table, label: str, features: list[str] | None, params: str
) -> str: ...
def _scorecard_apply(state: str, table: _Table, most_reasons: int) -> Table: ...
def _scorecard_explain(state: str, table: _Table, row: int) -> dict[str, Any] | None: ...
def _scorecard_measure(
    state: str, table: _Table, labelled: _Table, label: str
) -> dict[str, Any] | None: ...
def _scorecard_shift(state: str, table: _Table) -> dict[str, Any] | None: ...
def _scorecard_table(state: str) -> Table: ...
def _scorecard_html(state: str, language: str, whole: bool) -> str: ...
def _psi(expected: list[int], actual: list[int]) -> float | None: ...
def _window_days(name: str, text: str) -> float: ...

@final
class _Concentration:
    """What `Concentration` of `tagloom.marketing` stands on."""

    @property
    def counts(self) -> tuple[int, int, int, float]:
        """How many values there are, how many below 0, how many of 0, and their sum."""
    def gini(self, corrected: bool) -> float | None:
        """The Gini coefficient, corrected for small samples or not."""
    def top_share(self, share: float) -> float | None:
        """The share of the total that the best share of customers have."""
    def customers_with(self, share: float) -> float | None:
        """The smallest share of customers that have a share of the total."""
    def lorenz(self, points: int) -> Table:
        """Points of the Lorenz curve."""
    def plot(self) -> Plot:
        """The Lorenz curve as a picture."""

def _concentration(table: _Table, value: str, negatives: str) -> _Concentration: ...
def _value_tier_fit(
    table: _Table, value: str, classes: list[tuple[str, float]], groups: int
) -> str: ...
def _value_tier_apply(fitted: str, table: _Table, value: str) -> Table: ...
def _membership(
    table: _Table,
    columns: tuple[str, str, str | None, str | None],
    levels: list[tuple[str, float, float]],
    as_of: _AsOf,
    look_back: str,
    periods: tuple[str | None, str | None, str | None],
    choices: tuple[str, str, str],
    timezone: str,
) -> tuple[Table, Table, Plot, dict[str, Any]]: ...
def _loyalty(
    table: _Table, params: str, ages: tuple[list[str | None], list[str | None]]
) -> Table: ...
def _category_gap_fit(
    table: _Table,
    columns: tuple[str, str, str | None, str | None],
    min_penetration: float,
    min_peers: int,
) -> str: ...
def _category_gap_apply(
    fitted: str, table: _Table, columns: tuple[str, str, str | None, str | None]
) -> Table: ...
def _plot_kano(points: list[tuple[str, float, float, str | None]]) -> Plot: ...
