"""W2: the rules, as text and as data, and made-up customers."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

RULES = (
    (Path(__file__).parent.parent / "rules" / "rules.txt").read_text(encoding="utf-8").splitlines()
)
TODAY = datetime.date(2026, 6, 30)
EPOCH = datetime.date(1970, 1, 1)
TEXTS = {
    "tier": (["basic", "silver", "gold", "platinum"], 5),
    "city": (["上海", "北京", "广州", "深圳", "成都", "重庆", "西安", "昆明", "武汉"], 40),
    "channel": (["wechat", "email", "app", "sms"], 6),
    "gender": (["f", "m"], 3),
}
SETS = {
    "channels": (["app", "sms", "email"], 6),
    "interests": (["tea", "books", "beauty", "sport", "outdoor"], 20),
}
#: A condition: what is asked, of which column, and the constants; or a junction of conditions.
Condition = tuple[Any, ...]


def values_of(known: list[str], n: int) -> list[str]:
    return known + [f"other {at}" for at in range(len(known), n)]


def customers(n: int) -> Any:
    """A table of made-up customers, a tenth of the values null."""
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(1)

    def waiting(mean: float) -> Any:
        return rng.exponential(mean, n)

    def column(values: Any, kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind, mask=rng.random(n) < 0.1)

    day = (TODAY - EPOCH).days
    found = {
        "age": column(16 + rng.integers(0, 65, n), pa.int64()),
        "orders_90d": column(waiting(2.5).astype(np.int64), pa.int64()),
        "visits_30d": column(waiting(6).astype(np.int64), pa.int64()),
        "spend_365d": column(waiting(6000).round(2), pa.float64()),
        "churn_risk": column(rng.random(n), pa.float64()),
        "last_order": column((day - waiting(80)).astype(np.int32), pa.int32()).cast(pa.date32()),
        "joined": column((day - rng.integers(0, 2000, n)).astype(np.int32), pa.int32()).cast(
            pa.date32()
        ),
        "vip": column(rng.random(n) < 0.1, pa.bool_()),
        "email_ok": column(rng.random(n) < 0.6, pa.bool_()),
    }
    for name, (known, size) in TEXTS.items():
        coded = np.array(values_of(known, size), dtype=object)
        found[name] = column(coded[rng.integers(0, size, n)], pa.string())
    for name, (known, size) in SETS.items():
        words = values_of(known, size)
        codes = rng.integers(0, size, (n, 3))
        lengths = rng.integers(0, 4, n)
        null = rng.random(n) < 0.1
        lists = [
            None if null[i] else sorted({words[code] for code in codes[i, : lengths[i]]})
            for i in range(n)
        ]
        found[name] = pa.array(lists, pa.list_(pa.string()))
    return pa.table(found)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


#: The rules once more, as data, with every negation at a condition: who is unknown is not selected.
CONDITIONS: list[Condition] = [
    ("and", ("in", "tier", ["gold", "platinum"]), (">=", "churn_risk", 0.6)),
    ("and", ("between", "spend_365d", 5000, 20000), (">=", "orders_90d", 3)),
    ("and", ("in", "city", ["上海", "北京", "广州", "深圳"]), ("not in", "tier", ["basic"])),
    ("and", ("<", "last_order", day("2026-04-01")), (">", "spend_365d", 1000)),
    ("and", ("any", "channels", ["app"]), ("between", "age", 18, 30)),
    ("and", ("any", "channels", ["sms", "email"]), ("is", "email_ok", True)),
    ("all", "interests", ["tea", "books"]),
    ("or", ("is", "vip", True), (">", "spend_365d", 50000)),
    ("and", (">=", "age", 60), ("in", "city", ["成都"])),
    ("and", ("=", "orders_90d", 0), (">=", "last_order", day("2025-06-30"))),
    ("and", ("<", "churn_risk", 0.2), ("in", "tier", ["platinum"]), (">", "visits_30d", 10)),
    ("and", ("in", "gender", ["f"]), ("between", "age", 25, 45), ("any", "interests", ["beauty"])),
    ("and", (">=", "joined", day("2026-06-01")), ("<=", "orders_90d", 1)),
    ("and", ("not in", "city", ["上海", "北京"]), (">=", "spend_365d", 2000)),
    ("and", ("in", "channel", ["wechat"]), ("between", "visits_30d", 3, 20)),
    (
        "and",
        ("in", "tier", ["gold", "platinum"]),
        ("<", "last_order", day("2026-05-01")),
        ("between", "churn_risk", 0.4, 0.8),
    ),
    ("and", ("=", "visits_30d", 0), ("=", "orders_90d", 0), ("is", "vip", False)),
    (
        "and",
        ("any", "interests", ["sport", "outdoor"]),
        ("<", "age", 40),
        ("in", "city", ["成都", "重庆", "西安", "昆明", "武汉"]),
    ),
    ("and", (">=", "spend_365d", 8000), ("between", "orders_90d", 1, 4)),
    (
        "and",
        ("is", "email_ok", True),
        ("in", "channel", ["email", "app"]),
        ("<", "joined", day("2024-01-01")),
        (">", "churn_risk", 0.5),
    ),
]


def number(value: Any) -> Any:
    """A constant for an engine without dates: days since 1970."""
    return (value - EPOCH).days if isinstance(value, datetime.date) else value
