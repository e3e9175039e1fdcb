"""Rules against test suites that others wrote, where `TAGLOOM_DATA` has them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import tagloom as tl
from real_data import real_data


def predicates(path: Path) -> tuple[dict[str, tl.Frame], list[tuple[str, str, list[str]]]]:
    """The tables of a file and its queries: table, condition, expected lines."""
    text = gzip.decompress(path.read_bytes()).decode()
    rows: dict[str, list[list[Any]]] = {}
    for table, cells in re.findall(r"INSERT INTO (\w+) VALUES\((.*)\)", text):
        parts = re.findall(r"'[^']*'|[^,]+", cells)
        rows.setdefault(table, []).append([None if p == "NULL" else p.strip("'") for p in parts])
    for table, source in re.findall(r"INSERT INTO (\w+) SELECT \* FROM (\w+)", text):
        rows[table] = rows[source]
    names = ["pk", "col0", "col1", "col2", "col3", "col4", "col5"]
    kinds = [int, int, float, str, int, float, str]
    frames = {}
    for table, cells in rows.items():
        columns = {
            name: [None if row[at] is None else kinds[at](row[at]) for row in cells]
            for at, name in enumerate(names)
        }
        frames[table] = tl.Frame(columns)
    queries = []
    for record in re.split(r"\n\s*\n", text):
        head, _, result = record.partition("\n----")
        query = head.strip().splitlines()
        if len(query) < 2 or not query[-1].startswith("SELECT pk FROM"):
            continue
        found = re.match(r"SELECT pk FROM (\w+)(?: WHERE (.*))?$", query[-1])
        assert found, query[-1]
        queries.append((found[1], found[2] or "TRUE", result.strip().splitlines()))
    return frames, queries


@pytest.mark.parametrize(
    "name", ["between-1-slt_good_0", "commute-10-slt_good_0", "in-10-slt_good_3"], ids=str
)
def test_predicates_of_sqlite(name: str) -> None:
    path = real_data(f"sqllogictest/{name}.test.gz")
    frames, queries = predicates(path)
    keys = {
        table: tl.Rule("pk").apply(frame).to_arrow().column("value").to_pylist()
        for table, frame in frames.items()
    }
    refused: Counter[str] = Counter()
    for table, condition, wanted in queries:
        if "SELECT" in condition:
            refused["subquery"] += 1
            continue
        try:
            output = tl.Rule(condition).apply(frames[table]).to_arrow()
        except tl.RuleError as error:
            refused[error.code] += 1
            continue
        hits = output.column("value").to_pylist()
        found = sorted(str(key) for key, hit in zip(keys[table], hits, strict=True) if hit)
        if len(wanted) == 1 and "values hashing to" in wanted[0]:
            count, digest = re.match(r"(\d+) values hashing to (\w+)", wanted[0]).groups()  # type: ignore[union-attr]
            assert len(found) == int(count), condition
            lines = "".join(f"{key}\n" for key in found)
            assert hashlib.md5(lines.encode(), usedforsecurity=False).hexdigest() == digest, (
                condition
            )
        else:
            assert found == sorted(wanted), condition
    print(f"{name}: {len(queries)} queries, {sum(refused.values())} refused: {dict(refused)}")
    assert set(refused) <= {"subquery"}, refused
    assert sum(refused.values()) < len(queries) / 5, refused


DMN = "{https://www.omg.org/spec/DMN/20230324/MODEL/}"
TCK = "{http://www.omg.org/spec/DMN/20160719/testcase}"
POLICIES = {"COLLECT": "collect", "RULE ORDER": "rule_order", "OUTPUT ORDER": "output_order"}


def dmn_table(path: Path) -> tuple[tl.DecisionTable, list[str]]:
    table = next(ET.parse(path).getroot().iter(f"{DMN}decisionTable"))  # noqa: S314

    def text(node: ET.Element | None) -> str:
        return "" if node is None else node.findtext(f"{DMN}text", "").strip()

    hit = table.get("hitPolicy", "UNIQUE")
    hit = POLICIES.get(hit, hit.lower())
    if table.get("aggregation"):
        hit = f"collect_{table.get('aggregation', '').lower()}"
    inputs = [text(node.find(f"{DMN}inputExpression")) for node in table.iter(f"{DMN}input")]
    outputs = [
        node.get("name") or node.get("label") or "result" for node in table.findall(f"{DMN}output")
    ]
    values = {}
    for name, node in zip(outputs, table.findall(f"{DMN}output"), strict=True):
        listed = node.find(f"{DMN}outputValues")
        if listed is not None:
            values[name] = [value.strip().strip('"') for value in text(listed).split(",")]
    rows = []
    for rule in table.findall(f"{DMN}rule"):
        tests = [text(cell) for cell in rule.findall(f"{DMN}inputEntry")]
        results = [constant(text(cell)) for cell in rule.findall(f"{DMN}outputEntry")]
        rows.append(tests + results)
    definition = {
        "hit": hit,
        "inputs": [f'"{name}"' for name in inputs],
        "outputs": outputs,
        "rows": rows,
    }
    return tl.DecisionTable({**definition, "values": values}), outputs


def constant(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text.strip('"')


def cell(node: ET.Element) -> Any:
    value = node.find(f"{TCK}value")
    if value is None or value.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true":
        return None
    kind = value.get("{http://www.w3.org/2001/XMLSchema-instance}type", "")
    text = value.text or ""
    return {"xsd:decimal": float, "xsd:double": float, "xsd:boolean": lambda t: t == "true"}.get(
        kind, str
    )(text)


def wanted_of(result: ET.Element, outputs: list[str]) -> Any:
    expected = result.find(f"{TCK}expected")
    assert expected is not None
    listed = expected.find(f"{TCK}list")
    if listed is not None:
        return [one_of(item, outputs) for item in listed.findall(f"{TCK}item")]
    return one_of(expected, outputs)


def one_of(node: ET.Element, outputs: list[str]) -> Any:
    components = node.findall(f"{TCK}component")
    if components:
        found = {part.get("name"): cell(part) for part in components}
        return [found[name] for name in outputs]
    return [cell(node)]


def test_decision_tables_of_the_dmn_kit() -> None:
    home = real_data("dmn_tck")
    checked = 0
    for tests in sorted(home.glob("*-test-01.xml")):
        model = home / tests.name.replace("-test-01.xml", ".dmn")
        if "ternary" in tests.name:
            continue
        table, outputs = dmn_table(model)
        for case in ET.parse(tests).getroot().iter(f"{TCK}testCase"):  # noqa: S314
            given = {str(node.get("name")): cell(node) for node in case.findall(f"{TCK}inputNode")}
            outcome = table.test(given)
            found = [values for _, values in outcome["values"]]
            result = case.find(f"{TCK}resultNode")
            assert result is not None
            wanted = wanted_of(result, outputs)
            if wanted and isinstance(wanted[0], list):
                wanted = [[row[at] for row in wanted] for at in range(len(outputs))]
            else:
                wanted = [[value] for value in wanted]
            assert found == wanted, (tests.name, case.get("id"))
            checked += 1
    assert checked >= 18, checked


def test_ternary_logic_of_the_dmn_kit() -> None:
    home = real_data("dmn_tck")
    checked = 0
    for name in ["0106-feel-ternary-logic", "0107-feel-ternary-logic-not"]:
        model = ET.parse(home / f"{name}.dmn").getroot()  # noqa: S314
        expressions = {}
        for decision in model.iter(f"{DMN}decision"):
            literal = decision.find(f"{DMN}literalExpression/{DMN}text")
            if literal is not None and literal.text:
                text = literal.text.strip()
                text = re.sub(r"\bnot\s*\(", "NOT (", text)
                expressions[decision.get("name")] = tl.Rule(text)
        for case in ET.parse(home / f"{name}-test-01.xml").getroot().iter(f"{TCK}testCase"):  # noqa: S314
            given = {str(node.get("name")): cell(node) for node in case.findall(f"{TCK}inputNode")}
            given = {
                key: value if isinstance(value, bool) else None for key, value in given.items()
            }
            for result in case.findall(f"{TCK}resultNode"):
                expected = result.find(f"{TCK}expected")
                assert expected is not None
                assert expressions[result.get("name")].test(given) == cell(expected), (name, given)
                checked += 1
    assert checked >= 12, checked


def flat(data: Any, before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            found |= flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = value
    return found


def test_json_logic_cases() -> None:
    path = real_data("jsonlogic/compatible.json")
    counts: Counter[str] = Counter()
    different = []
    for case in json.loads(path.read_text(encoding="utf-8")):
        if isinstance(case, str):
            continue
        try:
            rule = tl.Rule.from_json_logic(case["rule"])
        except tl.RuleError as error:
            counts[f"not within the language: {error.code}"] += 1
            continue
        data = case.get("data")
        given = flat(data) if isinstance(data, dict) else {}
        for name in rule.names:
            given.setdefault(name, None)
        try:
            found = rule.test(given)
        except tl.RuleError as error:
            counts[f"types do not fit: {error.code}"] += 1
            continue
        if found == case["result"] or (isinstance(found, float) and found == case["result"]):
            counts["the same"] += 1
        elif found is None or str(found) == str(case["result"]):
            counts["unknown here"] += 1
        else:
            different.append((case["rule"], data, case["result"], found))
    print(counts)
    assert not different, different
    assert counts["the same"] >= 90, counts
