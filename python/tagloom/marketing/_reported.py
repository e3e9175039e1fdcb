"""Tables that were made of rows, of which some could perhaps not be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagloom._tagloom import Column, Table

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class ReportedTable:
    """A table like any other, which knows what became of the rows that it was made of.

    Attributes:
        table: The columns.
        report: What became of the rows: how many were read, which were rejected and why.
    """

    def __init__(self, table: Table, report: dict[str, Any]) -> None:
        self.table = table
        self.report = report

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.table.columns

    def to_dict(self) -> dict[str, list[Any]]:
        """Gives the columns as lists."""
        return self.table.to_dict()

    def to_arrow(self) -> Any:
        """Gives the columns as a `pyarrow.Table`."""
        return self.table.to_arrow()

    def to_pandas(self) -> pd.DataFrame:
        """Gives the columns as a `pandas.DataFrame`."""
        return self.table.to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Gives the columns as a `polars.DataFrame`."""
        return self.table.to_polars()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, name: str) -> Column:
        return self.table[name]
