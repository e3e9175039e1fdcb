"""What comes out: profiles, audiences, explanations, reports, frames."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest
from conftest import AS_OF, CATALOG

import tagloom as tl


def test_profiles_read_like_a_table(profiles: tl.Profiles) -> None:
    assert len(profiles) == 4
    assert profiles.columns[:3] == ["profile_id", "member", "phone"]
    assert profiles.as_of == dt.datetime(2026, 5, 31, 16, tzinfo=dt.timezone.utc)
    assert profiles.schema["spend_90d"] == {
        "name": "spend_90d",
        "tag": "spend_90d",
        "field": None,
        "layer": "fact",
        "data_type": "float64",
        "title": "近90天消费",
        "unit": "元",
        "personal": False,
    }
    assert "会员等级" in profiles
    assert "等级" not in profiles
    assert profiles["会员等级"].to_list() == ["金卡会员" if (p["spend_90d"] or 0) >= 100 else p["会员等级"] for p in profiles]
    assert repr(profiles).startswith('Profiles("shop"')


def test_frames(profiles: tl.Profiles) -> None:
    table = profiles.to_arrow()
    assert table.column_names == profiles.columns
    assert table.schema.metadata[b"tagloom.catalog"] == b"shop"
    polars = profiles.to_polars()
    pandas = profiles.to_pandas()
    assert isinstance(polars, pl.DataFrame)
    assert isinstance(pandas, pd.DataFrame)
    assert list(pandas.columns) == polars.columns == profiles.columns
    for name in ("spend_90d", "visits", "vip", "birthday", "points", "城市", "profile_id"):
        wanted = table[name].to_pylist()
        assert polars[name].to_list() == wanted, name
        assert [None if pd.isna(x) else x for x in pandas[name]] == wanted, name
    assert pa.table(profiles).equals(table)
    assert duckdb.sql("SELECT sum(spend_90d) FROM table").fetchall() == [(250.5,)]


def test_columns(profiles: tl.Profiles) -> None:
    column = profiles["会员等级"]
    assert (column.name, column.layer, column.type, column.unit) == ("会员等级", "model", "string", None)
    assert profiles["spend_90d"].title == "近90天消费"
    values = column.to_list()
    assert list(column) == values
    assert column.to_arrow().to_pylist() == values
    assert column.to_polars().to_list() == values
    assert column.to_polars().name == column.to_pandas().name == "会员等级"
    assert [None if pd.isna(x) else x for x in column.to_pandas()] == values
    assert column.null_count == values.count(None)
    assert column[-1] == values[-1]
    with pytest.raises(IndexError, match="position 4 of 4"):
        column[4]
    with pytest.raises(tl.UnknownNameError, match="等级"):
        profiles["等级"]


def test_a_profile(profiles: tl.Profiles) -> None:
    profile = profiles.get(member="甲")
    assert profile.identifiers == {"member": ["甲"], "phone": ["13800000001"]}
    assert profile["spend_90d"] == 130.5
    assert profile["值得回访"] is True
    assert profile["birthday"] == dt.date(1990, 2, 3)
    assert str(profile["points"]) == "1200.50"
    assert profile["likes"] == ["书", "茶"]
    assert profile["last_order"] == dt.datetime(2026, 5, 3, 3, 15, tzinfo=dt.timezone.utc)
    assert dict(profile) == profile.tags
    assert profile.items() == list(zip(profile.keys(), profile.values(), strict=True))
    assert list(profile.layers) == ["fact", "model", "business"]
    assert profile.layers["business"] == {"值得回访": True}
    assert profile.get("nothing") is None
    assert profile.get("nothing", 3) == 3
    assert "值得回访" in profile
    assert len(profile) == len(profile.keys())
    with pytest.raises(tl.UnknownNameError):
        profile["nothing"]
    assert "近90天消费" in str(profile)
    assert "13800000001" not in str(profile) + repr(profile)
    card = profile.to_dict()
    assert card["id"] == profile.id
    assert card["as_of"] == "2026-05-31T16:00:00Z"
    assert [layer["layer"] for layer in card["layers"]] == ["fact", "model", "business"]


def test_ways_to_find_a_profile(profiles: tl.Profiles) -> None:
    profile = profiles.get(member="甲")
    assert profiles.get(profile.id) == profile
    assert profiles.get(phone=13800000001) == profile
    assert profiles.get(phone="+86 138-0000-0001") == profile
    assert {profile, profiles.get(profile.id)} == {profile}
    assert profile != profiles.get(member="乙")
    assert profile != "甲"
    assert [p.id for p in profiles] == profiles.ids
    for wrong in ({"member": "nobody"}, {"member": 10**30}):
        with pytest.raises(tl.ProfileNotFoundError):
            profiles.get(**wrong)  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="no profile with the id `甲`"):
        profiles.get("甲")
    with pytest.raises(tl.UnknownNameError, match="did you mean `phone`"):
        profiles.get(phon="1")
    for arguments in ({}, {"member": "甲", "phone": "1"}, {"member": 1.5}):
        with pytest.raises(TypeError):
            profiles.get(**arguments)  # type: ignore[arg-type]


def test_an_explanation(profiles: tl.Profiles) -> None:
    why = profiles.explain(member="甲", tag="值得回访")
    assert (why.tag, why.value, why.layer, why.is_default) == ("值得回访", True, "business", False)
    assert why.profile == profiles.get(member="甲").id
    assert set(why.reads) == {"会员等级", "城市"}
    spend = next(below for below in why.below if below.tag == "spend_90d")
    assert spend.because["n_rows"] == 2
    assert [row["values"]["amount"] for row in spend.because["rows"]] == [60.0, 70.5]
    assert (spend.unit, spend.title) == ("元", "近90天消费")
    assert "值得回访 = true" in str(why)
    assert why.to_dict()["below"][0]["definition_hash"]
    fields = profiles.get(member="乙").explain("会员等级").fields
    assert fields == {"next": "金卡会员", "gap": 80.0}
    one_row = profiles.explain(member="甲", tag="spend_90d", max_rows=1)
    assert [row["row"] for row in one_row.because["rows"]] == [2]
    assert one_row.because["n_rows"] == 2
    with pytest.raises(tl.UnknownNameError, match="did you mean `spend_90d`"):
        profiles.explain(member="甲", tag="spend_9d")


def test_an_audience(profiles: tl.Profiles) -> None:
    gold = profiles.audience("会员等级 = '金卡会员'")
    shanghai = profiles.audience("城市 = '上海'")
    assert [profiles.get(id).identifiers["member"][0] for id in gold] == ["丁", "甲"]  # noqa: A001
    assert len(gold & shanghai) == 1
    assert len(gold | shanghai) == 2
    assert len(gold - shanghai) == 1
    assert len(~gold) == 2
    assert gold.ids == list(gold)
    assert [profiles.ids[row] for row in gold.rows] == gold.ids
    assert profiles.get(member="甲") in gold
    assert profiles.get(member="乙") not in gold
    assert gold.ids[0] in gold
    assert "no id" not in gold
    with pytest.raises(TypeError):
        1 in gold  # type: ignore[operator] # noqa: B015
    table = gold.to_arrow()
    assert table.column_names == ["profile_id", "member", "phone"]
    assert table["profile_id"].to_pylist() == gold.ids
    assert gold.to_polars()["member"].to_list() == ["丁", "甲"]
    assert gold.to_pandas()["member"].to_list() == ["丁", "甲"]
    assert bool(gold)
    assert not (gold & ~gold)
    assert (gold & shanghai).expression == "(会员等级 = '金卡会员') AND (城市 = '上海')"
    assert "金卡会员" in repr(gold)


def test_audiences_of_different_runs(catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles) -> None:
    other = catalog.build(tables, as_of=AS_OF)
    with pytest.raises(tl.AudienceError, match="different runs"):
        profiles.audience("vip") & other.audience("vip")
    assert other.get(member="甲") in profiles.audience("vip")
    with pytest.raises(TypeError):
        profiles.audience("vip") & {"a"}  # type: ignore[operator]


def test_warnings_of_an_audience(profiles: tl.Profiles) -> None:
    [warning] = profiles.audience("城市 <> '上海'").warnings
    assert warning["severity"] == "warning"
    assert warning["line"] == 1


def test_a_report(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    tables["orders"]["paid_at"][1] = "<b>yesterday</b>"
    report = catalog.build(tables, as_of=AS_OF).report()
    assert report.profiles == 4
    assert report.rejected_rows == 1
    orders = report.sources[0]
    assert (orders["source"], orders["rows_read"], orders["used"], orders["after_as_of"]) == ("orders", 6, 4, 1)
    assert orders["rejected"][0]["code"] == "row.not_a_date"
    assert report.identity["n_conflicts"] == 0
    assert report.to_dict()["sources"] == report.sources
    assert "orders: 6 rows read, 4 used, 1 rejected" in repr(report)
    assert "<b>" not in report._repr_html_()  # noqa: SLF001


def test_write(profiles: tl.Profiles, tmp_path: Path) -> None:
    path = tmp_path / "profiles.parquet"
    profiles.write(path)
    assert pa.parquet.read_table(path).to_pylist() == profiles.to_arrow().to_pylist()
    first = path.read_bytes()
    profiles.write(str(path))
    assert path.read_bytes() == first
    with pytest.raises(tl.MissingFileError):
        profiles.write(tmp_path / "no" / "profiles.parquet")


def test_a_catalogue(catalog: tl.Catalog, tmp_path: Path) -> None:
    assert catalog.name == "shop"
    assert catalog.tags[0] == "spend_90d"
    assert catalog.warnings == []
    assert repr(catalog) == 'Catalog("shop", 2 sources, 11 tags)'
    path = tmp_path / "shop.yaml"
    path.write_text(CATALOG, encoding="utf-8")
    same = [
        tl.Catalog.load(path),
        tl.Catalog.parse(CATALOG, format="yaml"),
        tl.Catalog(catalog.to_dict()),
        copy.deepcopy(catalog),
        pickle.loads(pickle.dumps(catalog)),  # noqa: S301
    ]
    for other in same:
        assert other == catalog
        assert hash(other) == hash(catalog)
        assert other.tag_hash("会员等级") == catalog.tag_hash("会员等级")
        assert other.tags == catalog.tags
    assert catalog != tl.Catalog({**catalog.to_dict(), "name": "other"})
    with pytest.raises(tl.UnknownNameError):
        catalog.tag_hash("nothing")


def test_dates_in_a_dictionary(catalog: tl.Catalog) -> None:
    definition = catalog.to_dict()
    definition["tags"]["vip"]["valid_from"] = dt.date(2026, 1, 1)
    assert tl.Catalog(definition).to_dict()["tags"]["vip"]["valid_from"] == "2026-01-01"


def test_fitted(catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, tmp_path: Path) -> None:
    fitted = catalog.fit(tables, as_of=AS_OF)
    assert (fitted.name, fitted.hash, fitted.as_of) == ("shop", catalog.hash, "2026-05-31T16:00:00Z")
    assert fitted.warnings == []
    assert fitted.artifact("value_segment")
    assert fitted.artifact("vip") is None
    path = tmp_path / "shop.tagloom"
    fitted.save(path)
    assert path.read_bytes() == fitted.to_bytes()
    for same in (
        fitted,
        tl.Fitted.load(str(path)),
        tl.Fitted.from_bytes(fitted.to_bytes()),
        pickle.loads(pickle.dumps(fitted)),  # noqa: S301
        copy.copy(fitted),
        profiles.fitted,
    ):
        assert same.apply(tables, as_of=AS_OF).to_arrow().equals(profiles.to_arrow())
    only_a = {name: pl.DataFrame(table).filter(pl.col("member_id") == "甲") for name, table in tables.items()}
    assert fitted.apply(only_a, as_of=AS_OF).get(member="甲").tags == profiles.get(member="甲").tags


@pytest.mark.parametrize(
    "as_of",
    [
        "2026-06-01",
        dt.date(2026, 6, 1),
        dt.datetime(2026, 6, 1),  # noqa: DTZ001 - a wall clock in the catalogue's zone
        dt.datetime(2026, 5, 31, 16, tzinfo=dt.timezone.utc),
        pd.Timestamp("2026-06-01"),
        pd.Timestamp("2026-06-01", tz="Asia/Shanghai"),
    ],
)
def test_ways_to_say_as_of(catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, as_of: Any) -> None:
    assert catalog.build(tables, as_of=as_of).as_of == profiles.as_of


def test_json_schema() -> None:
    schema = tl.json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "tags" in schema["properties"]
