"""What goes in as a table gives the same profiles, whatever it is."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from conftest import AS_OF

import tagloom as tl


def as_polars(columns: dict[str, Any], _: Path) -> Any:
    return pl.DataFrame(columns)


def as_pandas(columns: dict[str, Any], _: Path) -> Any:
    return pd.DataFrame(columns)


def as_arrow_table(columns: dict[str, Any], _: Path) -> Any:
    return pa.table(columns)


def as_arrow_batch(columns: dict[str, Any], _: Path) -> Any:
    return pa.record_batch(columns)


def as_arrow_reader(columns: dict[str, Any], _: Path) -> Any:
    return pa.table(columns).to_reader(max_chunksize=2)


def as_duckdb(columns: dict[str, Any], _: Path) -> Any:
    return duckdb.from_arrow(pa.table(columns))


def as_parquet(columns: dict[str, Any], folder: Path) -> Any:
    pa.parquet.write_table(pa.table(columns), folder / "orders.parquet")
    return folder / "orders.parquet"


def as_csv_text_path(columns: dict[str, Any], folder: Path) -> Any:
    pa.csv.write_csv(pa.table(columns), folder / "orders.csv")
    return os.fspath(folder / "orders.csv")


def as_tsv(columns: dict[str, Any], folder: Path) -> Any:
    pl.DataFrame(columns).write_csv(folder / "orders.tsv", separator="\t")
    return folder / "orders.tsv"


def as_gbk_csv(columns: dict[str, Any], folder: Path) -> Any:
    text = pl.DataFrame(columns).write_csv()
    (folder / "orders.csv").write_bytes(text.encode("gbk"))
    return folder / "orders.csv"


def as_many_files(columns: dict[str, Any], folder: Path) -> Any:
    table = pa.table(columns)
    pa.parquet.write_table(table.slice(0, 2), folder / "a.parquet")
    pa.csv.write_csv(table.slice(2), folder / "b.csv")
    return [folder / "a.parquet", str(folder / "b.csv")]


def as_dict_of_arrays(columns: dict[str, Any], _: Path) -> Any:
    return {
        "member_id": pl.Series(columns["member_id"]),
        "paid_at": tuple(columns["paid_at"]),
        "amount": np.array(columns["amount"]),
        "city": pa.array(columns["city"]),
    }


def as_typed_times(columns: dict[str, Any], _: Path) -> Any:
    return pl.DataFrame(columns).with_columns(pl.col("paid_at").str.to_datetime("%Y-%m-%d %H:%M"))


def as_large_text_and_dictionary(columns: dict[str, Any], _: Path) -> Any:
    table = pa.table(columns)
    large = table["member_id"].cast(pa.large_string())
    return table.set_column(0, "member_id", large).set_column(3, "city", table["city"].dictionary_encode())


@pytest.mark.parametrize(
    "form",
    [
        as_arrow_batch,
        as_arrow_reader,
        as_arrow_table,
        as_csv_text_path,
        as_dict_of_arrays,
        as_duckdb,
        as_gbk_csv,
        as_large_text_and_dictionary,
        as_many_files,
        as_pandas,
        as_parquet,
        as_polars,
        as_tsv,
        as_typed_times,
    ],
)
def test_every_form_gives_the_same_profiles(
    form: Any, catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, tmp_path: Path
) -> None:
    tables["orders"] = form(tables["orders"], tmp_path)
    found = catalog.build(tables, as_of=AS_OF)
    assert found.to_arrow().equals(profiles.to_arrow())


def test_the_numbers_are_those_of_duckdb(profiles: tl.Profiles, orders: dict[str, Any]) -> None:
    frame = pl.DataFrame(orders)  # noqa: F841 - DuckDB reads it by its name
    wanted = duckdb.sql("""
        SELECT member_id, sum(amount) FROM frame
        WHERE paid_at::TIMESTAMP >= TIMESTAMP '2026-06-01' - INTERVAL 90 DAY AND paid_at < '2026-06-01'
        GROUP BY member_id ORDER BY member_id
    """).fetchall()
    assert [(p.identifiers["member"][0], p["spend_90d"]) for p in profiles if p["spend_90d"]] == wanted


def test_pandas_without_pyarrow(
    catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pyarrow(*_: Any, **__: Any) -> None:
        raise ImportError("pyarrow")

    frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    frames["orders"]["paid_at"] = pd.to_datetime(frames["orders"]["paid_at"])
    monkeypatch.setattr(pd.DataFrame, "__arrow_c_stream__", no_pyarrow)
    found = catalog.build(frames, as_of=AS_OF)
    monkeypatch.undo()
    assert found.to_arrow().equals(profiles.to_arrow())


def one_column(values: Any, data_type: str) -> list[Any]:
    """The values of a column after they went in as a dictionary and came out as a tag."""
    catalog = tl.Catalog({
        "tagloom": 1,
        "name": "one",
        "timezone": "Asia/Shanghai",
        "identifiers": {"id": {}},
        "sources": {"t": {"kind": "records", "identifiers": {"id": "id"}, "columns": {"x": data_type}}},
        "tags": {"x": {"layer": "fact", "record": "t.x"}},
    })
    ids = [f"{i:03}" for i in range(len(values))]
    profiles = catalog.build({"t": {"id": ids, "x": values}}, as_of=AS_OF)
    assert profiles.report().rejected_rows == 0, profiles.report()
    return profiles["x"].to_list()


UTC = dt.timezone.utc
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.parametrize(
    ("data_type", "values", "wanted"),
    [
        ("int64", [1, None, -(2**63)], None),
        ("int64", np.array([1, 2], dtype="int32"), [1, 2]),
        ("float64", [1, 2.5, None], [1.0, 2.5, None]),
        ("float64", [1.5, float("nan")], [1.5, None]),
        ("bool", [True, None, False], None),
        ("bool", np.array([True, False]), [True, False]),
        ("string", ["张三", None, ""], ["张三", None, None]),
        ("string", [None, None], None),
        ("string", [float("nan"), "a"], [None, "a"]),
        ("decimal(12,2)", [Decimal("1.5"), 2, Decimal("1E+3")], [Decimal("1.5"), Decimal(2), Decimal(1000)]),
        ("date", [dt.date(1970, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31), None], None),
        ("date", np.array(["1969-12-31"], dtype="datetime64[D]"), [dt.date(1969, 12, 31)]),
        (
            "timestamp",
            [dt.datetime(2026, 5, 1, 8, 0, 0, 1), None],
            [dt.datetime(2026, 5, 1, 0, 0, 0, 1, tzinfo=UTC), None],
        ),
        ("timestamp", [dt.datetime(2026, 5, 1, 8, tzinfo=SHANGHAI)], [dt.datetime(2026, 5, 1, tzinfo=UTC)]),
        ("timestamp", [pd.Timestamp("2026-05-01 08:00"), pd.NaT], [dt.datetime(2026, 5, 1, tzinfo=UTC), None]),
        ("timestamp", np.array(["1969-12-31T23:00"], dtype="datetime64[ns]"), [dt.datetime(1969, 12, 31, 15, tzinfo=UTC)]),
        ("timestamp", [np.datetime64("2026-05-01T08:00")], [dt.datetime(2026, 5, 1, tzinfo=UTC)]),
        ("set<string>", [["茶", "书"], {"茶"}, (), None], [["书", "茶"], ["茶"], [], None]),
        ("int64", [np.int64(7), np.int8(1)], [7, 1]),
        ("int64", pd.Series([1, None], dtype="Int64"), [1, None]),
    ],
)
def test_values_in_and_out(data_type: str, values: Any, wanted: Any) -> None:
    assert one_column(values, data_type) == (values if wanted is None else wanted)


@pytest.mark.parametrize(
    ("values", "place", "found"),
    [
        ([1, "a"], "position 1", "found str in a column of int"),
        (["a", 1], "position 1", "found int in a column of str"),
        ([True, 1], "position 1", "found int in a column of bool"),
        ([1.5, Decimal(1)], "position 1", "found Decimal in a column of float"),
        ([dt.date(2026, 1, 1), dt.datetime(2026, 1, 1)], "position 1", "datetime without time zone"),
        ([dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=UTC)], "position 1", "datetime with time zone"),
        ([None, object()], "position 1", "found `object`"),
        ([2**63], "position 0", "more than 64 bits"),
        ([0.5, 2**53 + 1], "position 1", "more than 53 bits"),
        ([Decimal("NaN")], "position 0", "no finite decimal"),
        ([["a"], [1]], "position 1", "a list of other than str"),
        (["\ud800"], "position 0", "surrogates"),
        ("text", "column `x`", "found `str`"),
        (3, "column `x`", "found `int`"),
    ],
)
def test_wrong_values_name_column_and_position(values: Any, place: str, found: str) -> None:
    catalog = {"tagloom": 1, "name": "n", "identifiers": {"id": {}}, "sources": {}}
    with pytest.raises(tl.SchemaError) as caught:
        tl.Catalog(catalog).build({"t": {"x": values}}, as_of=AS_OF)
    assert caught.value.code == "source.python_value"
    assert place in str(caught.value)
    assert found in str(caught.value)
    [problem] = caught.value.problems
    assert (problem["source"], problem["column"]) == ("t", "x")


def test_columns_of_different_length(catalog: tl.Catalog) -> None:
    with pytest.raises(tl.SchemaError, match="has 1 values; wanted 2") as caught:
        catalog.build({"orders": {"a": [1, 2], "b": [1]}}, as_of=AS_OF)
    assert caught.value.code == "source.python_length"


@pytest.mark.parametrize("table", [3, None, [], [1], object()])
def test_what_is_no_table(catalog: tl.Catalog, table: Any) -> None:
    with pytest.raises(TypeError, match="table `orders`"):
        catalog.build({"orders": table}, as_of=AS_OF)


def test_tables_is_no_mapping(catalog: tl.Catalog) -> None:
    with pytest.raises(TypeError, match="wanted a dict"):
        catalog.build([1], as_of=AS_OF)  # type: ignore[arg-type]


def test_a_stream_that_fails(catalog: tl.Catalog, orders: dict[str, Any]) -> None:
    table = pa.table(orders)

    def batches() -> Any:
        yield table.to_batches()[0]
        raise RuntimeError("the line is down")

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    with pytest.raises(tl.SourceError, match="the line is down"):
        catalog.build({"orders": reader}, as_of=AS_OF)


def test_empty_tables(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    empty = {name: pl.DataFrame(columns).clear() for name, columns in tables.items()}
    profiles = catalog.build(empty, as_of=AS_OF)
    assert len(profiles) == 0
    assert profiles.to_polars().height == 0
    assert list(profiles) == []
