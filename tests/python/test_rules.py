"""Rules alone: `Frame`, `Rule`, `DecisionTable`, `ScoreCard`, `RuleSet`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tagloom as tl
from conftest import AS_OF, CATALOG

PEOPLE: dict[str, list[Any]] = {
    "age": [20, 30, 40, None, 60],
    "tier": ["gold", "gold", None, "basic", "silver"],
    "risk": [0.1, 0.7, 0.9, 0.65, None],
    "channels": [["app"], [], None, ["app", "sms"], ["sms"]],
    "born": [
        datetime.date(2006, 1, 31),
        None,
        datetime.date(1986, 6, 1),
        None,
        datetime.date(1966, 2, 28),
    ],
}


def values(output: tl.RuleOutput, column: str = "value") -> list[Any]:
    found: list[Any] = output.to_arrow().column(column).to_pylist()
    return found


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PEOPLE, id="dict"),
        pytest.param(pa.table(PEOPLE), id="arrow"),
        pytest.param(pl.DataFrame(PEOPLE), id="polars"),
        pytest.param(pd.DataFrame(PEOPLE), id="pandas"),
        pytest.param(tl.Frame(PEOPLE), id="frame"),
    ],
)
def test_a_rule_over_any_table(data: Any) -> None:
    rule = tl.Rule("tier = 'gold' AND (risk < 0.2 OR channels HAS 'sms')")
    assert values(rule.apply(data)) == [True, False, None, False, False]


def test_one_profile() -> None:
    rule = tl.Rule("tier = 'gold' AND age >= 30")
    assert rule.names == ["tier", "age"]
    assert rule.test({"tier": "gold", "age": 31}) is True
    assert rule.test({"tier": "gold", "age": None}) is None
    why = rule.explain({"tier": "gold", "age": 20})
    assert why["children"][1]["decisive"]
    assert why["children"][1]["distance"] == 10
    (change,) = rule.changes({"tier": "gold", "age": 20}) or []
    assert (change["text"], change["distance"]) == ("age >= 30", 10)
    today = tl.Rule("born <= TODAY() - INTERVAL 18 YEARS", as_of="2026-06-01")
    assert today.test({"born": datetime.date(2008, 6, 1)}) is True
    with pytest.raises(tl.RuleError, match="as_of"):
        tl.Rule("born < TODAY()").test({"born": datetime.date(2008, 6, 1)})


def test_errors_have_diagnostics() -> None:
    with pytest.raises(tl.RuleError) as raised:
        tl.Rule("城市 = '上海' AND (age >")
    (problem,) = raised.value.diagnostics
    assert (problem["code"], problem["line"], problem["column"]) == ("rule.syntax", 1, 25)
    shown = str(raised.value).splitlines()
    assert shown[-1].index("^") == len("1 | ") + 24
    with pytest.raises(tl.RuleError) as raised:
        tl.Rule("aeg > 1 AND teir = 2").apply(PEOPLE)
    assert [d["help"] for d in raised.value.diagnostics] == [
        "did you mean `age`?",
        "did you mean `tier`?",
    ]


def test_funnel_and_difference() -> None:
    old, new = tl.Rule("tier = 'gold' AND age >= 30"), tl.Rule("tier = 'gold' AND age >= 18")
    steps = old.funnel(PEOPLE)["children"]
    assert [step["passed"] for step in steps] == [2, 1]
    difference = old.diff(new, PEOPLE)
    assert (difference["stay"], difference["enter"], difference["leave"]) == (1, [0], [])
    assert difference["enter_by"][0]["text"] == "age >= 30"


def test_format_and_json_logic() -> None:
    assert tl.Rule("age>3 and tier in('gold')").format() == "age > 3 AND tier IN ('gold')"
    logic = {"and": [{">=": [{"var": "age"}, 18]}, {"in": [{"var": "tier"}, ["gold"]]}]}
    assert tl.Rule.from_json_logic(logic).text == "age >= 18 AND tier IN ('gold')"
    with pytest.raises(tl.RuleError, match="map"):
        tl.Rule.from_json_logic({"map": [1, 2]})


def test_values_of_no_known_kind() -> None:
    with pytest.raises(tl.RuleError, match="`a`") as caught:
        tl.Rule("a > 1").test({"a": object()})
    assert caught.value.code == "rule.python_value"


def test_warnings_come_with_the_values() -> None:
    report = tl.Rule("tier IN ('gold', 'golden') AND (age > 5 OR age < 9)").apply(PEOPLE).report
    assert [warning["code"] for warning in report["warnings"]] == [
        "rule.unseen_value",
        "rule.always_true",
    ]
    assert report["warnings"][0]["help"] == "did you mean 'gold'?"
    card = tl.ScoreCard({"items": [{"when": "tier = 'golden'", "points": 1}]})
    assert card.apply(PEOPLE).report["warnings"][0]["row"] == 1
    assert len(tl.RuleSet({"name": "none", "rules": {}}).apply(PEOPLE)) == len(PEOPLE["age"])


def test_profiles_at_an_instant() -> None:
    born = {"born": datetime.date(2008, 6, 30)}
    table = tl.DecisionTable(
        {
            "hit": "first",
            "inputs": ["born < TODAY() - INTERVAL 18 YEARS"],
            "outputs": ["x"],
            "rows": [[True, "grown"]],
        }
    )
    card = tl.ScoreCard({"items": [{"when": "born < TODAY() - INTERVAL 18 YEARS", "points": 5}]})
    # At 23:00 in UTC it is the next day in Shanghai.
    at = datetime.datetime(2026, 6, 30, 23, tzinfo=datetime.timezone.utc)
    assert table.test(born, as_of=at)["rows"] == []
    assert table.test(born, as_of=at, timezone="Asia/Shanghai")["rows"] == [1]
    assert [
        card.test(born, as_of=at, timezone=zone)["score"] for zone in ("UTC", "Asia/Shanghai")
    ] == [0, 5]
    with pytest.raises(tl.RuleError, match="as_of"):
        table.test(born)
    with pytest.raises(tl.RuleError, match="as_of"):
        card.test(born)


def test_decision_tables(tmp_path: Path) -> None:
    path = tmp_path / "care.csv"
    path.write_text(
        "tier,risk,=> care,=> discount\ngold,>= 0.6,call,0.2\ngold,-,mail,\n-,>= 0.6,coupon,0.1\n"
    )
    table = tl.DecisionTable.from_csv(path, hit="first")
    output = table.apply(PEOPLE)
    assert values(output, "care") == ["mail", "call", "coupon", "coupon", None]
    assert values(output, "row") == [2, 1, 3, 3, None]
    assert output.report == {"conflicts": 0, "unmatched": 1, "overflows": 0, "warnings": []}
    outcome = table.test({"tier": "gold", "risk": 0.7})
    assert outcome["rows"] == [1]
    assert [row["matches"] for row in outcome["why"]] == [
        True,
        True,
        True,
    ]
    same = tl.DecisionTable.from_frame(pd.read_csv(path, keep_default_na=False), hit="first")
    assert values(same.apply(PEOPLE), "care") == values(output, "care")
    listed = tl.DecisionTable.from_csv(path, hit="rule order")
    assert values(listed.apply(PEOPLE), "care")[1] == ["call", "mail", "coupon"]
    kinds = [finding["kind"] for finding in table.findings({"tier": "string", "risk": "float64"})]
    assert kinds[0] == "gap"
    with pytest.raises(tl.ParamsError):
        tl.DecisionTable.from_csv(path, hit="best")


def test_score_cards() -> None:
    card = tl.ScoreCard(
        {
            "base": 1,
            "items": [
                {"when": "age >= 30", "points": 10},
                {"when": "tier = 'gold'", "points": 5, "name": "gold"},
            ],
            "bands": {"low": 0, "high": 11},
        }
    )
    output = card.apply(PEOPLE)
    assert values(output, "score") == [6, 16, 11, 1, 11]
    assert values(output, "band") == ["low", "high", "high", "low", "high"]
    scored = card.test({"age": 31, "tier": "gold"})
    assert scored["contributions"][1] == {
        "name": "gold",
        "is_true": True,
        "points": 5.0,
        "possible": 5.0,
    }
    frame = {"when": ["age >= 30", "tier = 'gold'"], "points": [10.0, 5.0]}
    assert values(tl.ScoreCard.from_frame(frame, bands={"low": 0.0}).apply(PEOPLE), "score") == [
        5,
        15,
        10,
        0,
        10,
    ]


RULES = """
name: contact
version: "3"
rules:
  mail: {when: risk >= 0.6, group: contact}
  call:
    when: risk >= 0.6 AND tier = 'gold'
    group: contact
    priority: 1
    examples:
      - {given: {risk: 0.7, tier: gold}, expect: true}
      - {given: {risk: 0.7}, expect: null}
"""


def test_rule_sets(tmp_path: Path) -> None:
    rules = tl.RuleSet(RULES)
    output = rules.apply(PEOPLE)
    assert values(output, "mail") == [False, False, True, True, None]
    assert values(output, "call") == [False, True, None, False, False]
    assert output.report["versions"] == {"mail": "3", "call": "3"}
    assert rules.test({"risk": 0.7, "tier": "gold"}) == {"mail": False, "call": True}
    mail = rules.decide({"risk": 0.7, "tier": "gold"})[0]
    assert (mail["rule"], mail["version"], mail["excluded_by"]) == ("mail", "3", "call")
    assert rules.explain("call", {"risk": 0.7, "tier": "gold"})["value"] is True
    rules.replace(RULES.replace('"3"', '"4"'))
    assert rules.version == "4"
    path = tmp_path / "rules.yaml"
    path.write_text(RULES.replace("expect: true", "expect: false"), encoding="utf-8")
    with pytest.raises(tl.RuleError, match="example 1 gives true; expected false"):
        tl.RuleSet.load(path)
    with pytest.raises(tl.CatalogError, match="wehn"):
        tl.RuleSet(RULES.replace("when: risk >= 0.6,", "wehn: risk >= 0.6,"))


BUSINESS = """
  care:
    layer: business
    table:
      hit: first
      inputs: [会员等级, spend_90d]
      outputs: [action, discount]
      rows:
        - [金卡会员, ">= 120", call, 0.2]
        - [金卡会员, "-", mail, 0.1]
        - ["-", "[50..100]", coupon, null]
      otherwise: [none, 0]
  loyalty:
    layer: business
    score:
      base: 10
      items: [{when: "vip", points: 5, unknown: 1}, {when: "visits >= 3", points: 20, name: 常客}]
      bands: {low: 0, high: 30}
"""


def test_tables_and_cards_in_a_catalogue(tables: dict[str, Any]) -> None:
    profiles = tl.Catalog(CATALOG + BUSINESS).build(tables, as_of=AS_OF)
    row = {member: profiles.get(member=member) for member in "甲乙丙丁"}

    def value(member: str, tag: str) -> Any:
        return row[member][tag]

    # Spend in 90 days: 甲 130.5 (gold), 乙 20, 丙 0, 丁 100 (gold, as gold starts at 100).
    assert [value(m, "care") for m in "甲乙丙丁"] == ["call", "none", "none", "mail"]
    assert [value(m, "care.row") for m in "甲乙丙丁"] == [1, None, None, 2]
    assert [value(m, "care.discount") for m in "甲乙丙丁"] == [0.2, 0.0, 0.0, 0.1]
    # 甲 is a vip with 3 visits, 乙 neither, of 丙 both are unknown, 丁 is both.
    assert [value(m, "loyalty") for m in "甲乙丙丁"] == [35, 10, 11, 35]
    assert [value(m, "loyalty.band") for m in "甲乙丙丁"] == ["high", "low", "low", "high"]
    why = row["甲"].explain("care")
    assert why.because["taken"] == [1]
    assert "row 1 of 3" in str(why)
    assert "常客" in str(row["甲"].explain("loyalty"))
    assert "常客" in row["甲"].explain("loyalty").to_html()
    with pytest.raises(tl.CatalogError, match=r"rule\.table_width"):
        tl.Catalog(CATALOG + BUSINESS.replace("call, 0.2]", "call]"))


KEPT = """
  call:
    layer: business
    rule: "会员等级 = '金卡会员'"
    version: "2"
    owner: crm
    group: contact
    priority: 1
    examples: [{given: {会员等级: 金卡会员}, expect: true}, {given: {}, expect: null}]
  mail: {layer: business, rule: "spend_90d >= 0 OR 会员等级 = '钻石'", group: contact}
"""


def test_rules_are_kept_with_examples_versions_and_groups(tables: dict[str, Any]) -> None:
    profiles = tl.Catalog(CATALOG + KEPT).build(tables, as_of=AS_OF)
    row = {member: profiles.get(member=member) for member in "甲乙丙丁"}
    assert [row[m]["call"] for m in "甲乙丙丁"] == [True, False, False, True]
    assert [row[m]["mail"] for m in "甲乙丙丁"] == [False, True, True, False]
    why = row["甲"].explain("mail")
    assert why.because["excluded_by"] == "call"
    assert "`call` of the same group is true" in str(why)
    assert "call" in why.to_html()
    assert row["甲"].explain("call").version == "2"
    assert [(w["code"], w["path"]) for w in profiles.warnings] == [
        ("rule.unseen_value", "tags.mail.rule")
    ]
    with pytest.raises(tl.CatalogError, match=r"example 2 gives unknown; expected true"):
        tl.Catalog(CATALOG + KEPT.replace("expect: null", "expect: true"))


# Everything that both languages have words for, over rows with nulls.
TRANSLATED = [
    "age > 30",
    "NOT (age > 30)",
    "age BETWEEN 20 AND 40 AND tier IN ('gold', 'silver')",
    "tier NOT IN ('gold', NULL)",
    "tier LIKE 'g%' OR tier LIKE '_ilver'",
    "tier NOT LIKE '%\\%%'",
    "channels HAS 'app'",
    "channels HAS ANY ('sms', 'mail')",
    "channels HAS ALL ('sms', 'app')",
    "(risk > 0.5) IS NOT TRUE",
    "age IS NULL OR risk IS NULL",
    "risk / age > 0.01",
    "age / 0 = 1",
    "CASE WHEN age > 35 THEN 'old' WHEN tier = 'gold' THEN 'new' ELSE 'any' END = 'new'",
    "CASE tier WHEN 'gold' THEN 1 WHEN 'silver' THEN 2 END >= 1",
    "COALESCE(age, 0) + 1 < 30",
    "LENGTH(tier) = 4 AND UPPER(tier) = 'GOLD'",
    "STARTS_WITH(tier, 'g') OR ENDS_WITH(tier, 'r') OR CONTAINS(tier, 'asi')",
    "LEFT(tier, 2) = 'go' OR RIGHT(tier, 3) = 'ver'",
    "SUBSTRING(tier, 2) = 'old' OR SUBSTRING(tier, 2, 2) = 'il'",
    "LPAD(tier, 3, '0') = 'gol' OR LPAD(tier, 7, '0') = '0silver'",
    "RPAD(tier, 5, 'x') = 'goldx'",
    "REPLACE(REPLACE(tier, 'i', 'ee'), 'r', '') = 'seelve'",
    "POSITION(tier, 'l') = 3",
    "LTRIM(CONCAT(' ', tier)) = tier AND RTRIM(CONCAT(tier, ' ')) = tier",
    "ROUND(risk, 1) = 0.7",
    "GREATEST(age, 35) = 35",
    "NULLIF(age, 20) IS NULL",
    "IF(risk > 0.5, age, 1) > 20",
    "born < DATE '2000-01-01'",
    "born + INTERVAL 20 YEARS > DATE '2026-01-30'",
    "born > TODAY() - INTERVAL 40 YEARS",
    "DAYS_BETWEEN(born, TODAY()) > 10000",
    "YEAR(born) = 2006 OR MONTH(born) = 2 AND DAY(born) = 28",
]


@pytest.mark.parametrize("text", TRANSLATED)
def test_translations_give_the_same(text: str) -> None:
    rule = tl.Rule(text, as_of="2026-06-01")
    wanted = values(rule.apply(PEOPLE))
    people = pa.table(PEOPLE)
    connection = duckdb.connect()
    connection.register("people", people)
    rows = connection.execute(f"SELECT {rule.to_sql('duckdb')} FROM people").fetchall()
    assert [row[0] for row in rows] == wanted
    frame = pl.DataFrame(people)
    found = eval(rule.to_polars(), {"pl": pl})  # noqa: S307
    assert frame.select(found.alias("x"))["x"].to_list() == wanted
    assert rule.to_sql("spark")


def test_kept_json_is_plain() -> None:
    table = tl.DecisionTable(
        {"hit": "first", "inputs": ["a"], "outputs": ["b"], "rows": [[">= 1", 2]]}
    )
    assert json.loads(json.dumps(table.to_dict()))["rows"] == [[">= 1", 2]]
