"""Facts against DuckDB's SQL over the same rows, for every customer of Online Retail.

The data are UCI Online Retail (CC0); the tests are skipped where they are not at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import tagloom as tl
from real_data import real_data

ROOT = Path(__file__).parents[2]
AS_OF = "2011-12-10"
NOW = f"TIMESTAMP '{AS_OF}'"

# What each tag is, as SQL over the customer's lines before as_of; `{w}` is a window's condition.
SQL = {
    "lines_all": "count(*)",
    "lines_90d": f"count(*) FILTER (t >= {NOW} - INTERVAL 90 DAY)",
    "lines_3mo": f"count(*) FILTER (t >= {NOW} - INTERVAL 3 MONTH)",
    "sold_30d": f"count(*) FILTER (t >= {NOW} - INTERVAL 30 DAY AND quantity > 0)",
    "spend_all": "sum(amount)",
    "spend_90d": f"coalesce(sum(amount) FILTER (t >= {NOW} - INTERVAL 90 DAY), 0)",
    "bought_365d": f"coalesce(sum(amount) FILTER (t >= {NOW} - INTERVAL 365 DAY AND quantity > 0), 0)",
    "items": "sum(quantity)",
    "mean_price": "avg(unit_price)",
    "mean_quantity_1y": f"avg(quantity) FILTER (t >= {NOW} - INTERVAL 1 YEAR)",
    "cheapest": "min(unit_price)",
    "dearest_sold": "max(unit_price) FILTER (NOT starts_with(invoice_no, 'C'))",
    "first_time": "min(t)",
    "last_time": "max(t)",
    "invoices": "count(DISTINCT invoice_no)",
    "products_90d": f"count(DISTINCT stock_code) FILTER (t >= {NOW} - INTERVAL 90 DAY)",
    "days_since_last": f"date_diff('second', max(t), {NOW}) // 86400",
    "days_since_first": f"date_diff('second', min(t), {NOW}) // 86400",
    "cancelled_90d": f"count(*) FILTER (t >= {NOW} - INTERVAL 90 DAY AND invoice_no LIKE 'C%') > 0",
}

# Of equally frequent products the one seen last; of products at that moment the last by the order of rows.
MODE = """
    SELECT customer_id, stock_code FROM (
        SELECT customer_id, stock_code, count(*) AS n, max(t) AS last
        FROM lines GROUP BY ALL
    ) QUALIFY rank() OVER (PARTITION BY customer_id ORDER BY n DESC, last DESC) = 1
"""

# Orders by policy: net of each invoice, what counts as an order, and the money.
ORDERS = {
    "rfm_net": """
        SELECT customer_id, max(last) FILTER (net >= 0) AS last, count(*) FILTER (net >= 0) AS n, sum(net) AS money
        FROM (SELECT customer_id, invoice_no, max(t) AS last, sum(amount) AS net FROM lines GROUP BY ALL)
        GROUP BY ALL HAVING n > 0""",
    "rfm_ignore": """
        SELECT customer_id, max(t) AS last, count(DISTINCT invoice_no) AS n, sum(amount) AS money
        FROM lines WHERE amount >= 0 GROUP BY ALL""",
    "rfm_drop": """
        SELECT customer_id, max(last) AS last, count(*) AS n, sum(net) AS money
        FROM (SELECT customer_id, invoice_no, max(t) AS last, sum(amount) AS net, min(amount) AS low
              FROM lines GROUP BY ALL)
        WHERE low >= 0 GROUP BY ALL""",
}


@pytest.fixture(scope="module")
def path() -> Path:
    return real_data("online_retail/online_retail.parquet")


@pytest.fixture(scope="module")
def profiles(path: Path) -> tl.Profiles:
    catalog = tl.Catalog.load(ROOT / "examples/catalogues/online_retail.yaml")
    return catalog.build({"lines": path}, as_of=AS_OF)


@pytest.fixture(scope="module")
def sql(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        f"""CREATE TABLE lines AS
        SELECT *, invoice_date AS t, quantity * unit_price AS amount
        FROM read_parquet('{path}') WHERE customer_id IS NOT NULL AND invoice_date < {NOW}"""
    )
    return connection


def columns(profiles: tl.Profiles, *names: str) -> dict[str, tuple[Any, ...]]:
    table = profiles.to_arrow()
    values = [table.column(name).to_pylist() for name in names]
    return dict(zip(table.column("customer").to_pylist(), zip(*values, strict=True), strict=True))


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, float) and ours is not None:
        return bool(ours == pytest.approx(theirs, rel=1e-9, abs=1e-9))
    if hasattr(ours, "tzinfo"):
        ours = ours.replace(tzinfo=None)
    return bool(ours == theirs)


def test_there_are_enough_facts() -> None:
    assert len(SQL) >= 15


@pytest.mark.parametrize("tag", SQL)
def test_fact_equals_sql_for_every_customer(
    tag: str, profiles: tl.Profiles, sql: duckdb.DuckDBPyConnection
) -> None:
    ours = columns(profiles, tag)
    theirs = sql.execute(
        f"SELECT customer_id, {SQL[tag]} FROM lines GROUP BY customer_id"
    ).fetchall()
    assert len(theirs) == len(ours) == 4_372
    wrong = [(c, ours[c][0], value) for c, value in theirs if not same(ours[c][0], value)]
    assert not wrong, wrong[:5]


def test_mode_is_among_the_most_frequent_seen_last(
    profiles: tl.Profiles, sql: duckdb.DuckDBPyConnection
) -> None:
    allowed: dict[str, set[str]] = {}
    for customer, product in sql.execute(MODE).fetchall():
        allowed.setdefault(customer, set()).add(product)
    ours = columns(profiles, "favourite")
    assert all(ours[customer][0] in products for customer, products in allowed.items())
    assert len(ours) == len(allowed)


def test_top_product_equals_sql(profiles: tl.Profiles, sql: duckdb.DuckDBPyConnection) -> None:
    theirs = sql.execute(
        """SELECT customer_id, stock_code, money / sum(money) OVER (PARTITION BY customer_id) AS share
        FROM (SELECT customer_id, stock_code, sum(amount) AS money FROM lines WHERE amount > 0 GROUP BY ALL)
        QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY money DESC, stock_code) = 1"""
    ).fetchall()
    ours = columns(profiles, "top_product.key_1", "top_product.share_1")
    for customer, product, share in theirs:
        key, value = ours[customer]
        assert value == pytest.approx(share, rel=1e-9)
        # Two sums that differ in the last bit only may change places.
        assert key == product or share < 0.5


@pytest.mark.parametrize("tag", ORDERS)
def test_orders_by_policy_of_returns_equal_sql(
    tag: str, profiles: tl.Profiles, sql: duckdb.DuckDBPyConnection
) -> None:
    ours = columns(profiles, f"{tag}.recency_days", f"{tag}.frequency", f"{tag}.monetary")
    theirs = sql.execute(
        f"SELECT customer_id, date_diff('second', last, {NOW}) // 86400, n, money FROM ({ORDERS[tag]})"
    ).fetchall()
    found = {customer for customer, values in ours.items() if values[0] is not None}
    # A net that is zero but for rounding may fall on either side; those customers are left out of the comparison.
    near_zero = {
        c
        for (c,) in sql.execute(
            "SELECT DISTINCT customer_id FROM (SELECT customer_id, invoice_no, abs(sum(amount)) AS net FROM lines"
            " GROUP BY ALL) WHERE net BETWEEN 1e-12 AND 1e-6"
        ).fetchall()
    }
    assert found - near_zero == {row[0] for row in theirs} - near_zero
    for customer, recency, n, money in theirs:
        if customer not in near_zero:
            assert ours[customer][:2] == (recency, n), customer
            assert ours[customer][2] == pytest.approx(money, rel=1e-9, abs=1e-6), customer


def test_scores_keep_the_invariants(profiles: tl.Profiles) -> None:
    rows = columns(
        profiles, "rfm_net.recency_days", "rfm_net.r", "rfm_net.frequency", "rfm_net.f", "rfm_net.m"
    ).values()
    scored = [row for row in rows if row[0] is not None]
    for value, score, better in [(0, 1, -1), (2, 3, 1)]:
        by_value: dict[int, set[int]] = {}
        for row in scored:
            by_value.setdefault(row[value], set()).add(row[score])
        assert all(len(scores) == 1 for scores in by_value.values()), (
            "equal values have equal scores"
        )
        ordered = [next(iter(by_value[v])) for v in sorted(by_value)]
        assert ordered == sorted(ordered, reverse=better < 0), "scores follow values"
        assert min(ordered) == 1
        assert max(ordered) == 5, "the worst has 1, the best has 5"


def test_rows_without_a_customer_are_counted(profiles: tl.Profiles) -> None:
    (lines,) = profiles.report().to_dict()["sources"]
    assert lines["rows_read"] == 541_909
    assert sum(group["count"] for group in lines["rejected"]) == 135_080
    assert lines["used"] == 541_909 - 135_080
