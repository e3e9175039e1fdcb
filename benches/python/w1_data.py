"""W1: the events, made up from a seed, and the catalogue of tags over them.

20,000,000 events of 1,000,000 customers (popularity ~ rank^-0.75) over 730 days in the order of
time; whole-number keys or text keys of 16 characters; category (40 values, zipf 1.3), channel (6),
amount, dwell. zstd, row groups of a million rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAY = 86_400 * 1_000_000
#: 2022-01-01, in microseconds since 1970; the events end 730 days later, at AS_OF.
START = 1_640_995_200 * 1_000_000
DAYS = 730
AS_OF = "2024-01-01"
AS_OF_MICROS = START + DAYS * DAY
WINDOWS = (7, 30, 90, 365)
ROWS_PER_CUSTOMER = 20
ROW_GROUP = 1_000_000


def events(rows: int, keys: str, seed: int = 1) -> pa.Table:
    """The events; `keys` is int or text."""
    rng = np.random.default_rng(seed)
    customers = rows // ROWS_PER_CUSTOMER
    weight = np.arange(1, customers + 1) ** -0.75
    upto = np.cumsum(weight / weight.sum())
    who = np.minimum(np.searchsorted(upto, rng.random(rows)), customers - 1).astype(np.int64)
    time = np.sort(rng.integers(0, DAYS * DAY, rows)) + START
    zipf = np.arange(1, 41) ** -1.3
    category = rng.choice(40, rows, p=zipf / zipf.sum()).astype(np.int32)
    channel = rng.integers(0, 6, rows).astype(np.int32)
    # Sparse numbers: consecutive ones are not what databases hand out over years.
    number = who * 7_919 + 13
    if keys == "int":
        key: pa.Array = pa.array(number)
    else:
        every = (np.arange(customers) * 7_919 + 13).tolist()
        names = pa.array([f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}" for n in every])
        key = names.take(pa.array(who))
    return pa.table(
        {
            "user_id": key,
            "event_time": pa.array(time, pa.timestamp("us")),
            "category": pa.array([f"cat{i:02}" for i in range(40)]).take(pa.array(category)),
            "channel": pa.array([f"channel{i}" for i in range(6)]).take(pa.array(channel)),
            "amount": np.round(rng.lognormal(3, 1, rows), 2),
            "dwell": rng.integers(1, 600, rows).astype(np.int32),
        }
    )


def path(folder: Path, rows: int, keys: str) -> Path:
    """The file with the events; it is made where it is not there yet."""
    file = folder / f"w1_{rows}_{keys}.parquet"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(".part")
        pq.write_table(events(rows, keys), half, compression="zstd", row_group_size=ROW_GROUP)
        half.rename(file)
    return file


def catalogue(more: int = 0) -> dict[str, Any]:
    """The tags of W1, and `more` others on the same source."""

    def fact(**what: Any) -> dict[str, Any]:
        return {"layer": "fact", "events": "events", **what}

    tags = {
        "first": fact(first="event_time"),
        "last": fact(last="event_time"),
        "recency": fact(days_since_last={}),
        "n": fact(count={}),
        "amount": fact(sum="amount"),
        "dwell": fact(sum="dwell"),
        **{f"n_{days}": fact(count={}, window=f"{days}d") for days in WINDOWS},
        **{f"amount_{days}": fact(sum="amount", window=f"{days}d") for days in WINDOWS},
        "categories": fact(count_distinct="category"),
        "channel": fact(mode="channel"),
        "rfm": {"layer": "model", "rfm": {"events": "events", "amount": "amount"}},
    }
    kinds: list[dict[str, Any]] = [
        {"count": {}},
        {"sum": "amount"},
        {"sum": "dwell"},
        {"mean": "amount"},
        {"max": "amount"},
        {"count_distinct": "category"},
    ]
    for i in range(more):
        tags[f"more_{i}"] = fact(
            **kinds[i % len(kinds)], window=f"{[14, 60, 120, 180, 270][i // len(kinds) % 5]}d"
        )
    return {
        "tagloom": 1,
        "name": "w1",
        "identifiers": {"user": {"max_per_profile": 1}},
        "sources": {
            "events": {
                "kind": "events",
                "identifiers": {"user": "user_id"},
                "time": "event_time",
                "columns": {
                    "category": "string",
                    "channel": "string",
                    "amount": "float64",
                    "dwell": "int64",
                },
            }
        },
        "tags": tags,
    }
