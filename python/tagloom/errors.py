"""The exceptions of tagloom.

All are a `TagloomError`. Where Python has a class for the case, they are that class as well: a
parameter that makes no sense is a `ValueError`, a profile that does not exist a `KeyError`, a file
that does not exist a `FileNotFoundError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "AudienceError",
    "CatalogError",
    "ExportError",
    "FitError",
    "IdentityError",
    "MissingFileError",
    "ParamsError",
    "ProfileNotFoundError",
    "RuleError",
    "SchemaError",
    "SourceError",
    "StoppedError",
    "StoreError",
    "TagloomError",
    "UnknownNameError",
]


class TagloomError(Exception):
    """Any error of tagloom.

    Attributes:
        code: Names the error; it stays the same when the wording changes (`catalog.unknown_field`).
        problems: What is wrong, one by one, where there can be several: for catalogues and
            expressions dictionaries with `code`, `message`, `line`, `column` (both from 1; a
            Chinese character takes two columns) and `help`. Empty for most other errors.
    """

    code: str
    problems: list[dict[str, Any]]

    def __init__(
        self, message: str = "", *, code: str = "", problems: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.problems = list(problems)

    def __str__(self) -> str:
        # `KeyError` would show the message quoted and `OSError` would look for an errno.
        return str(self.args[0]) if self.args else ""


class CatalogError(TagloomError):
    """A catalogue that cannot be used; `problems` has everything that is wrong with it."""


class RuleError(TagloomError):
    """An expression, table or set of rules that cannot be used.

    `problems` has everything that is wrong with it; `diagnostics` is another name for it.
    """

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """What is wrong: `code`, `message`, `span`, `line`, `column` and `help` of each."""
        return self.problems


class SourceError(TagloomError):
    """A table that cannot be read."""


class SchemaError(SourceError):
    """Tables that do not have the columns or the types that the catalogue declares."""


class IdentityError(TagloomError):
    """Identifiers that cannot be joined."""


class FitError(TagloomError):
    """A tag that cannot be learnt from these tables, or whose model is refused."""


class ParamsError(TagloomError, ValueError):
    """A parameter that makes no sense, such as an `as_of` that is no date."""


class StoppedError(TagloomError):
    """A run that was stopped."""


class ProfileNotFoundError(TagloomError, KeyError):
    """There is no such profile."""


class UnknownNameError(TagloomError, KeyError):
    """There is no tag, column or kind of identifier of this name."""


class AudienceError(TagloomError):
    """An audience that cannot be made."""


class ExportError(TagloomError):
    """Profiles that cannot be written."""


class StoreError(TagloomError):
    """A file of tagloom that cannot be written or read."""


class MissingFileError(TagloomError, FileNotFoundError):
    """A file that does not exist; `filename` has its path."""
