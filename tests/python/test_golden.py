"""The golden cases that Rust runs too, with the same expectations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tagloom as tl

CASES = Path(__file__).parents[1] / "cases" / "golden"


def load(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads((CASES / name).read_text(encoding="utf-8"))
    return case


def tag_value(profile: tl.Profile, name: str) -> Any:
    tag, _, field = name.partition(".")
    value = profile.to_dict()
    found = next(layer["tags"][tag] for layer in value["layers"] if tag in layer["tags"])
    return found["fields"][field] if field else found["value"]


@pytest.mark.parametrize(
    "name", ["facts.json", "derived_facts.json", "bad_rows.json", "identity.json", "models.json"]
)
def test_case(name: str) -> None:
    case = load(name)
    profiles = tl.Catalog(case["catalog"]).build(case["tables"], as_of=case["as_of"])
    expect = case["expect"]
    for who, tags in expect["profiles"].items():
        kind, value = who.split("=", 1)
        profile = profiles.get(**{kind: value})
        for tag, wanted in tags.items():
            ours = tag_value(profile, tag)
            if isinstance(wanted, float):
                assert ours == pytest.approx(wanted, rel=1e-12), (who, tag)
            else:
                assert ours == wanted, (who, tag)
    for expression, members in expect.get("audiences", {}).items():
        assert profiles.audience(expression).to_arrow().column("member").to_pylist() == members, (
            expression
        )
    report = profiles.report().to_dict()
    for source, counts in expect.get("report", {}).items():
        ours = next(s for s in report["sources"] if s["source"] == source)
        for what, n in counts.items():
            found = (
                sum(g["count"] for g in ours["rejected"]) if what == "n_rejected" else ours[what]
            )
            assert found == n, (source, what, ours["rejected"])
    if "n_profiles" in expect:
        assert len(profiles) == expect["n_profiles"]
    if "n_conflicts" in expect:
        assert report["identity"]["n_conflicts"] == expect["n_conflicts"]


def test_model_errors() -> None:
    case = load("model_errors.json")
    for tag, code, path in case["cases"]:
        with pytest.raises(tl.CatalogError) as error:
            tl.Catalog(f"{case['head']}  x: {{{tag}}}\n")
        found = [(problem["code"], problem["path"]) for problem in error.value.problems]
        assert found == [(code, f"tags.x.{path}")], tag


def test_definition_errors() -> None:
    case = load("definition_errors.json")
    text = case["text"]
    for mend, expect in [
        ([], "expect"),
        (case["mend"], "expect_mended"),
        (case["mend_cycle"], "expect_typed"),
    ]:
        for old, new in mend:
            text = text.replace(old, new)
        with pytest.raises(tl.CatalogError) as error:
            tl.Catalog(text)
        for wanted in case[expect]["problems"]:
            found = error.value.problems
            assert any(all(p[k] == v for k, v in wanted.items()) for p in found), (wanted, found)
