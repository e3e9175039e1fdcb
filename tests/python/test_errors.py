"""Errors: each has a class, a code, and says where it is."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

import tagloom as tl
from conftest import AS_OF, CATALOG
from tagloom import _tagloom, errors

ROOT = Path(__file__).parents[2]


def codes_of_the_core() -> set[str]:
    """All codes in functions `code`, and those that the binding adds."""
    arm = re.compile(r'=> "([a-z]+\.[a-z_]+)"')
    made = re.compile(r'error::(?:new|of_cell)\(\s*"([a-z]+\.[a-z_]+)"')
    core = [path.read_text(encoding="utf-8") for path in (ROOT / "core/src").rglob("*.rs")]
    ours = [path.read_text(encoding="utf-8") for path in (ROOT / "python/src").rglob("*.rs")]
    return {code for text in core for code in arm.findall(text)} | {
        code for text in ours for code in made.findall(text)
    }


def test_every_code_has_a_class() -> None:
    # Rows and notes are counted in reports, no errors.
    codes = {code for code in codes_of_the_core() if not code.startswith(("row.", "note."))}
    assert {"source.no_table", "run.as_of", "profile.not_found", "store.damaged"} <= codes
    classes = {code: _tagloom._error_class(code) for code in codes}
    assert {code: name for code, name in classes.items() if name == "TagloomError"} == {}
    assert set(classes.values()) <= set(errors.__all__)


def test_classes() -> None:
    for name in errors.__all__:
        cls = getattr(errors, name)
        assert getattr(tl, name) is cls
        assert issubclass(cls, tl.TagloomError)
        error = cls("what", code="a.b", problems=[{"line": 1}])
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.code, again.problems) == ("what", "a.b", [{"line": 1}])
    assert issubclass(tl.ParamsError, ValueError)
    assert issubclass(tl.ProfileNotFoundError, KeyError)
    assert issubclass(tl.UnknownNameError, KeyError)
    assert issubclass(tl.MissingFileError, FileNotFoundError)
    assert issubclass(tl.SchemaError, tl.SourceError)


def test_a_wrong_catalogue_says_where() -> None:
    text = CATALOG.replace("sum: amount", "sum: amuont").replace("kind: records", "kind: record")
    with pytest.raises(tl.CatalogError) as caught:
        tl.Catalog(text)
    first = caught.value.problems[0]
    assert {"code", "path", "message", "help", "line", "column", "span"} <= set(first)
    assert text.splitlines()[first["line"] - 1].strip().startswith("kind: record")
    assert "kind: record" in str(caught.value)

    with pytest.raises(tl.CatalogError) as caught:
        tl.Catalog(CATALOG.replace("sum: amount", "sum: amuont"))
    [problem] = caught.value.problems
    assert problem["path"].startswith("tags.spend_90d")
    assert "`amount`" in problem["help"]


@pytest.mark.parametrize(
    ("definition", "error"),
    [
        ({}, tl.CatalogError),
        ({"tagloom": 1, "name": object()}, tl.CatalogError),
        ({"tagloom": 1, "name": float("nan")}, tl.CatalogError),
        ("", tl.CatalogError),
        ("\0", tl.CatalogError),
        ("{", tl.CatalogError),
        (3, TypeError),
        (Path("shop.yaml"), TypeError),
    ],
)
def test_what_is_no_catalogue(definition: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tl.Catalog(definition)


def test_a_definition_that_holds_itself() -> None:
    definition: dict[str, Any] = {"tagloom": 1}
    definition["name"] = definition
    with pytest.raises(tl.CatalogError, match="no JSON form") as caught:
        tl.Catalog(definition)
    assert caught.value.code == "catalog.not_json"
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("rule.type", {"layer": "business", "rule": "spend_90d > 'a'"}),
        (
            "tier.not_rising",
            {"layer": "model", "tier": {"by": "spend_90d", "levels": {"a": 5, "b": 1}}},
        ),
        (
            "membership.window",
            {
                "layer": "model",
                "membership": {
                    "events": "orders",
                    "amount": "amount",
                    "window": "last 5 events",
                    "levels": {"a": 0},
                },
            },
        ),
    ],
)
def test_any_mistake_in_a_catalogue_is_an_error_of_it(
    catalog: tl.Catalog, code: str, tag: dict[str, Any]
) -> None:
    definition = catalog.to_dict()
    definition["tags"]["wrong"] = tag
    with pytest.raises(tl.CatalogError) as caught:
        tl.Catalog(definition)
    assert caught.value.code == code
    assert [problem["code"] for problem in caught.value.problems] == [code]


def test_an_unknown_notation() -> None:
    with pytest.raises(tl.ParamsError, match="wanted yaml, json or toml"):
        tl.Catalog.parse("", format="xml")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "expression", ["", "vip AND", "spend_90d > 'a'", "spnd_90d > 1", "'" * 99, "(" * 9999]
)
def test_a_wrong_expression_says_where(profiles: tl.Profiles, expression: str) -> None:
    with pytest.raises(tl.RuleError) as caught:
        profiles.audience(expression)
    assert caught.value.code.startswith("rule.")
    problem = caught.value.problems[0]
    assert problem["line"] == 1
    assert problem["column"] >= 1
    assert "^" in str(caught.value)


def test_an_unknown_name_has_help(profiles: tl.Profiles) -> None:
    with pytest.raises(tl.RuleError) as caught:
        profiles.audience("会员等级 = '金卡会员' AND spend_9d > 1")
    [problem] = caught.value.problems
    assert problem["code"] == "rule.unknown_name"
    # In columns of a terminal: a Chinese character takes two.
    assert problem["column"] == 27
    assert "spend_90d" in problem["help"]


@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "", "0000-01-01"])
def test_as_of_is_no_time(catalog: tl.Catalog, tables: dict[str, Any], as_of: str) -> None:
    with pytest.raises(ValueError, match="as_of") as caught:
        catalog.build(tables, as_of=as_of)
    assert isinstance(caught.value, tl.ParamsError)
    assert caught.value.code == "run.as_of"


def test_as_of_of_a_wrong_type(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="wanted a str, date or datetime"):
        catalog.build(tables, as_of=20260601)  # type: ignore[arg-type]


def test_options_are_keywords(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        catalog.build(tables, AS_OF)  # type: ignore[call-arg]


def test_missing_tables_and_columns(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(tl.SchemaError, match="no table for source `members`"):
        catalog.build({"orders": tables["orders"]}, as_of=AS_OF)
    with pytest.raises(tl.SchemaError, match=r"`order` belongs to no source.*`orders`"):
        catalog.build({**tables, "order": tables["orders"]}, as_of=AS_OF)
    del tables["orders"]["amount"]
    with pytest.raises(tl.SchemaError, match="no column `amount`") as caught:
        catalog.build(tables, as_of=AS_OF)
    assert caught.value.code == "source.missing_column"


@pytest.mark.parametrize("name", ["no.parquet", "没有.csv"])
def test_missing_files(
    catalog: tl.Catalog, tables: dict[str, Any], tmp_path: Path, name: str
) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        catalog.build({**tables, "orders": tmp_path / name}, as_of=AS_OF)
    assert isinstance(caught.value, tl.TagloomError)
    assert caught.value.filename == str(tmp_path / name)
    for load in (tl.Catalog.load, tl.Fitted.load):
        with pytest.raises(tl.MissingFileError) as caught:
            load(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name)


def test_files_that_are_something_else(
    catalog: tl.Catalog, tables: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "orders.parquet"
    path.write_bytes(b"no parquet")
    with pytest.raises(tl.SourceError, match=r"orders\.parquet"):
        catalog.build({**tables, "orders": path}, as_of=AS_OF)
    with pytest.raises(tl.SourceError, match=r"wanted \.parquet, \.csv"):
        catalog.build({**tables, "orders": "orders.xlsx"}, as_of=AS_OF)
    with pytest.raises(tl.StoreError, match="not a tagloom file"):
        tl.Fitted.load(path)
    whole = catalog.fit(tables, as_of=AS_OF).to_bytes()
    for damaged in (b"", whole[:100], whole[:-1], whole[:-1] + b"x"):
        with pytest.raises(tl.StoreError):
            tl.Fitted.from_bytes(damaged)
    with pytest.raises(tl.CatalogError):
        tl.Catalog.load(tmp_path)
