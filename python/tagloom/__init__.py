"""tagloom turns raw customer data into explained profile tags, inside your own process.

A `Catalog` says what a company wants to know about its customers. `Catalog.build` reads tables,
joins identifiers into one profile a person and computes a pyramid of tags. The resulting `Profiles`
explain every value, select people (`Audience`) and go out as Arrow, pandas, Polars or Parquet.
"""

from __future__ import annotations

from tagloom import errors, marketing
from tagloom._tagloom import (
    Audience,
    Catalog,
    Column,
    DecisionTable,
    Explanation,
    Fitted,
    Frame,
    Profile,
    Profiles,
    Report,
    Rule,
    RuleOutput,
    RuleSet,
    ScoreCard,
    __version__,
    json_schema,
)
from tagloom.errors import (
    AudienceError,
    CatalogError,
    ExportError,
    FitError,
    IdentityError,
    MissingFileError,
    ParamsError,
    ProfileNotFoundError,
    RuleError,
    SchemaError,
    SourceError,
    StoppedError,
    StoreError,
    TagloomError,
    UnknownNameError,
)

__all__ = [
    "Audience",
    "AudienceError",
    "Catalog",
    "CatalogError",
    "Column",
    "DecisionTable",
    "Explanation",
    "ExportError",
    "FitError",
    "Fitted",
    "Frame",
    "IdentityError",
    "MissingFileError",
    "ParamsError",
    "Profile",
    "ProfileNotFoundError",
    "Profiles",
    "Report",
    "Rule",
    "RuleError",
    "RuleOutput",
    "RuleSet",
    "SchemaError",
    "ScoreCard",
    "SourceError",
    "StoppedError",
    "StoreError",
    "TagloomError",
    "UnknownNameError",
    "__version__",
    "errors",
    "json_schema",
    "marketing",
]
