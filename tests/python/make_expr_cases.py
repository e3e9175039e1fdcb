"""Makes tests/cases/expr.json: rules with the values that DuckDB gives them over a small table.

Run from the root of the repository: python tests/python/make_expr_cases.py
Needs the package duckdb. A case is a rule and, where DuckDB says the same thing in other words, the SQL for it;
the table is of made-up people. Values are JSON: null, bool, numbers, and text for decimals, dates and timestamps.
"""

import datetime
import decimal
import json
import pathlib

import duckdb

AS_OF = "2026-06-30T04:00:00Z"
ZONE = "Asia/Shanghai"
TODAY = "DATE '2026-06-30'"

# name, our type, DuckDB type, values
COLUMNS = [
    ("id", "int64", "BIGINT", [1, 2, 3, 4, 5, 6, 7, 8]),
    ("age", "int64", "BIGINT", [30, 18, None, 65, 0, -1, 9007199254740993, None]),
    ("visits", "int64", "BIGINT", [3, None, 0, 12, 7, 1, 100, 3]),
    ("score", "float64", "DOUBLE", [0.5, -1.5, 2.0, None, 0.1, 1e300, 9007199254740992.0, -0.0]),
    ("risk", "float64", "DOUBLE", [0.6, 0.59, None, 0.61, 1.0, 0.0, 0.25, 0.6]),
    (
        "spend",
        "decimal(12,2)",
        "DECIMAL(12,2)",
        ["12.50", "-0.05", None, "100.00", "0.00", "12.51", "9999999999.99", "3.10"],
    ),
    (
        "fee",
        "decimal(9,4)",
        "DECIMAL(9,4)",
        ["12.5000", "0.0001", "1.0000", None, "-2.2500", "0.1250", "99999.9999", "3.1000"],
    ),
    (
        "city",
        "string",
        "VARCHAR",
        ["上海", "北京", None, "", "Beijing", "beijing", "深圳市", "São Paulo"],
    ),
    ("name", "string", "VARCHAR", ["张三", "张", "李张", None, "Li_Si", "100%", " Bo ", "a\\b"]),
    (
        "tier",
        "string",
        "VARCHAR",
        ["金卡会员", "银卡会员", "金卡会员", None, "普通", "金卡会员", "", "银卡会员"],
    ),
    (
        "born",
        "date",
        "DATE",
        [
            "1990-06-15",
            "2008-02-29",
            None,
            "2026-06-30",
            "1970-01-01",
            "1969-12-31",
            "2000-03-31",
            "2026-04-01",
        ],
    ),
    (
        "last_order",
        "date",
        "DATE",
        [
            "2026-06-01",
            "2026-03-31",
            "2026-04-01",
            None,
            "2025-12-31",
            "2024-02-29",
            "2026-06-30",
            None,
        ],
    ),
    ("vip", "bool", "BOOLEAN", [True, False, None, True, False, None, True, False]),
    ("optin", "bool", "BOOLEAN", [True, True, True, None, False, False, None, None]),
]


def cases() -> list[tuple[str, str]]:
    """Pairs of a rule and its SQL (the same where they do not differ)."""
    found: list[tuple[str, str]] = []

    def add(*rules: str) -> None:
        found.extend((rule, rule) for rule in rules)

    ops = ["=", "<>", "<", "<=", ">", ">="]
    for op in ops:
        add(
            f"age {op} 18",
            f"18 {op} age",
            f"age {op} visits",
            f"risk {op} 0.6e0",
            f"spend {op} 12.50",
            f"spend {op} 12.505",
        )
        add(
            f"spend {op} fee",
            f"city {op} '上海'",
            f"city {op} name",
            f"born {op} '2000-03-31'",
            f"born {op} last_order",
        )
        add(f"visits {op} 2.5", f"spend {op} 100", f"id {op} fee", f"name {op} 'a'")
        # DuckDB turns the integer into a float, which rounds 2^53 + 1; as 128-bit decimals they compare exactly.
        exact = f"age {op} (CASE WHEN abs(score) < 1e18 THEN CAST(score AS DECIMAL(38,10)) WHEN score > 0 THEN 1e20::DECIMAL(38,10) END)"
        found.append((f"age {op} score", exact))
    add("vip = TRUE", "vip <> optin", "vip = (age > 20)", "vip", "NOT vip", "NOT (NOT optin)")
    names = ["vip", "optin", "age > 18", "city = '上海'"]
    for a in names:
        for b in names:
            add(f"{a} AND {b}", f"{a} OR {b}", f"NOT ({a} AND {b}) OR {b}")
    for test in ["TRUE", "FALSE", "UNKNOWN", "NULL"]:
        for negation in ["", "NOT "]:
            # DuckDB knows no IS UNKNOWN.
            found.append(
                (
                    f"(vip AND optin) IS {negation}{test}",
                    f"(vip AND optin) IS {negation}{test.replace('UNKNOWN', 'NULL')}",
                )
            )
            found.append(
                (
                    f"(age > 18) IS {negation}{test}",
                    f"(age > 18) IS {negation}{test.replace('UNKNOWN', 'NULL')}",
                )
            )
    add(
        "age IS NULL", "city IS NOT NULL", "spend IS NULL OR spend > 10", "COALESCE(age, 0) IS NULL"
    )
    for negation in ["", "NOT "]:
        add(
            f"age {negation}IN (18, 30, 99)",
            f"age {negation}IN (18, NULL)",
            f"city {negation}IN ('上海', '北京')",
        )
        add(
            f"city {negation}IN ('上海', NULL, '')",
            f"spend {negation}IN (12.5, 100, 0.00)",
            f"risk {negation}IN (0.6e0, 1)",
        )
        add(
            f"born {negation}IN (DATE '2008-02-29', DATE '1970-01-01')",
            f"visits {negation}IN (1,2,3,4,5,6,7,8,9,10,11,12)",
        )
        add(
            f"age {negation}BETWEEN 0 AND 30",
            f"spend {negation}BETWEEN -1 AND 12.50",
            f"risk {negation}BETWEEN 0.59e0 AND 0.6e0",
        )
        add(
            f"born {negation}BETWEEN '1970-01-01' AND '2008-02-29'",
            f"city {negation}BETWEEN 'A' AND 'c'",
            f"age {negation}BETWEEN visits AND id * 10",
        )
        for pattern in [
            "张%",
            "%张",
            "%张%",
            "张_",
            "_",
            "%",
            "",
            "B%g",
            "%i%i%",
            "%卡会_",
            "__",
            "%o",
        ]:
            add(f"name {negation}LIKE '{pattern}'", f"city {negation}LIKE '{pattern}'")
        for pattern in ["100\\%", "%\\_%", "a\\\\b", "%\\%"]:
            found.append(
                (f"name {negation}LIKE '{pattern}'", f"name {negation}LIKE '{pattern}' ESCAPE '\\'")
            )
    for op in ["+", "-", "*"]:
        add(
            f"visits {op} 3",
            f"visits {op} id",
            f"score {op} risk",
            f"spend {op} 1",
            f"visits {op} risk",
        )
        # DuckDB multiplies in 64 bits where the two precisions let it, and fails where that overflows.
        found.append(
            (f"spend {op} fee", f"CAST(spend AS DECIMAL(19,2)) {op} CAST(fee AS DECIMAL(19,4))")
        )
    for a, b in [
        ("visits", "id"),
        ("id", "visits"),
        ("risk", "visits"),
        ("id", "risk"),
        ("visits", "2"),
        ("-7", "id"),
    ]:
        found.append((f"{a} / {b}", f"CAST({a} AS DOUBLE) / NULLIF({b}, 0)"))
    found.append(("spend / 4", "CAST(spend AS DOUBLE) / 4"))
    found.append(("visits / 0", "CAST(NULL AS DOUBLE)"))
    add(
        "-visits",
        "-spend",
        "-risk",
        "1 + 2 * 3 - 4",
        "(1 + 2) * 3",
        "visits - id - 1",
        "visits - (id - 1)",
        "visits * 2 + id * 3 > 20",
    )
    found.append(("(visits + id) * 0.5", "CAST((visits + id) * 0.5 AS DECIMAL(38,1))"))
    add(
        "ABS(age)",
        "ABS(spend)",
        "ABS(risk - 0.5e0) < 0.1e0",
        "FLOOR(risk)",
        "CEIL(risk)",
        "FLOOR(spend)",
        "CEIL(spend)",
    )
    add("ROUND(spend, 1)", "ROUND(fee, 2)", "ROUND(risk, 1)", "ROUND(fee)", "ROUND(visits)")
    add(
        "LEAST(age, visits)",
        "GREATEST(age, visits, 10)",
        "LEAST(risk, score)",
        "GREATEST(born, last_order)",
        "LEAST(spend, fee)",
        "GREATEST(visits, 1)",
    )
    add(
        "COALESCE(visits, 0) > 3",
        "COALESCE(age, visits, -1)",
        "COALESCE(city, name, '?')",
        "COALESCE(born, last_order)",
        "COALESCE(vip, FALSE)",
        "COALESCE(spend, 0)",
    )
    add("NULLIF(visits, 3)", "NULLIF(city, '')", "NULLIF(born, last_order)")
    add(
        "CASE WHEN age < 18 THEN '未成年' WHEN age < 60 THEN '成年' ELSE '老年' END",
        "CASE WHEN vip THEN 'v' END",
    )
    add(
        "CASE tier WHEN '金卡会员' THEN 3 WHEN '银卡会员' THEN 2 ELSE 1 END",
        "CASE visits WHEN 3 THEN spend WHEN 12 THEN 0 END",
    )
    add(
        "CASE WHEN vip THEN born ELSE last_order END",
        "CASE WHEN optin THEN risk ELSE 0 END",
        "CASE WHEN vip THEN optin ELSE NULL END",
    )
    for condition in ["vip", "age > 18", "optin AND vip"]:
        found.append(
            (f"IF({condition}, visits, id)", f"CASE WHEN {condition} THEN visits ELSE id END")
        )
        found.append(
            (f"IF({condition}, city, '—')", f"CASE WHEN {condition} THEN city ELSE '—' END")
        )
    add(
        "LOWER(city)",
        "UPPER(name)",
        "TRIM(name)",
        "LENGTH(city)",
        "LENGTH(TRIM(name)) = 2",
        "LOWER(city) = 'beijing'",
        "UPPER(city) LIKE 'BEI%'",
    )
    for part in ["张", "B", "", "市"]:
        add(
            f"STARTS_WITH(city, '{part}')",
            f"ENDS_WITH(city, '{part}')",
            f"CONTAINS(city, '{part}')",
            f"STARTS_WITH(name, '{part}')",
        )
    for text in ["city", "name", "tier"]:
        for n in [0, 1, 2, 5, 100]:
            add(
                f"LEFT({text}, {n})",
                f"RIGHT({text}, {n})",
                f"LPAD({text}, {n}, '0')",
                f"RPAD({text}, {n}, '中')",
                f"SUBSTRING({text}, {n + 1})",
                f"SUBSTRING({text}, {n + 1}, 2)",
                f"SUBSTRING({text}, 2, {n})",
            )
        for part, by in [("i", "ee"), ("会员", ""), ("员", "员员"), ("Li", "李"), ("\\", "/")]:
            add(f"REPLACE({text}, '{part}', '{by}')")
            found.append((f"POSITION({text}, '{part}')", f"instr({text}, '{part}')"))
    add("LTRIM(name)", "RTRIM(name)")
    for rule in ["CONCAT(city, name)", "CONCAT(name, ' (', city, ')')", "CONCAT(tier, tier)"]:
        # DuckDB's own concat passes over nulls.
        found.append((rule, rule[7:-1].replace(",", " ||")))
    add("YEAR(born)", "MONTH(born)", "DAY(born)", "YEAR(born) * 100 + MONTH(last_order)")
    for unit in ["DAY", "WEEK", "MONTH", "YEAR"]:
        for n in [1, 13, 90]:
            for op in ["+", "-"]:
                found.append(
                    (
                        f"born {op} INTERVAL {n} {unit}S",
                        f"CAST(born {op} INTERVAL {n} {unit} AS DATE)",
                    )
                )
    for n, unit in [(90, "DAYS"), (3, "MONTHS"), (1, "YEAR"), (0, "DAYS")]:
        found.append(
            (
                f"last_order < TODAY() - INTERVAL {n} {unit}",
                f"last_order < CAST({TODAY} - INTERVAL {n} {unit} AS DATE)",
            )
        )
        found.append(
            (
                f"last_order >= TODAY() - INTERVAL {n} {unit}",
                f"last_order >= CAST({TODAY} - INTERVAL {n} {unit} AS DATE)",
            )
        )
    found.append(("DAYS_BETWEEN(last_order, TODAY())", f"date_diff('day', last_order, {TODAY})"))
    found.append(("DAYS_BETWEEN(born, last_order)", "date_diff('day', born, last_order)"))
    add("tier = '金卡会员' AND risk >= 0.6e0 AND NOT (city IN ('上海', '北京'))")
    add("tier = '金卡会员' AND risk >= 0.6e0 AND (city IN ('上海', '北京')) IS NOT TRUE")
    add("(age >= 18 AND vip) OR (spend > 10 AND NOT optin) OR city IS NULL")
    add("COALESCE(spend, 0) * 2 + COALESCE(visits, 0) > 20 AND tier <> ''")
    return found


def plain(value: object) -> object:
    if isinstance(value, (decimal.Decimal, datetime.date)):
        return str(value)
    return value


def main() -> None:
    connection = duckdb.connect()
    columns = ", ".join(f"{name} {sql}" for name, _, sql, _ in COLUMNS)
    connection.execute(f"CREATE TABLE people ({columns})")
    rows = list(zip(*(values for _, _, _, values in COLUMNS), strict=True))
    marks = ", ".join("?" for _ in COLUMNS)
    connection.executemany(f"INSERT INTO people VALUES ({marks})", rows)
    checked = []
    for rule, sql in cases():
        found = connection.execute(f"SELECT {sql} FROM people ORDER BY id").fetchall()
        checked.append({"rule": rule, "values": [plain(value) for (value,) in found]})
    out = {
        "about": "Values by DuckDB over the table; made by tests/python/make_expr_cases.py",
        "duckdb": duckdb.__version__,
        "as_of": AS_OF,
        "zone": ZONE,
        "columns": [
            {"name": name, "type": kind, "values": values} for name, kind, _, values in COLUMNS
        ],
    }
    path = pathlib.Path(__file__).resolve().parent.parent / "cases" / "expr.json"
    head = json.dumps(out, ensure_ascii=False, indent=1)[:-2]
    lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in checked)
    path.write_text(f'{head},\n "cases": [\n{lines}\n ]\n}}\n', encoding="utf-8")
    print(f"{len(checked)} cases")


if __name__ == "__main__":
    main()
