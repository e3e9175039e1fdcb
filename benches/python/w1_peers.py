"""W1 in DuckDB and in Polars, by somebody who wants them to win.

One grouping, no distinct count and no mode (40 categories fit into the bits of a number, 6 channels
into six counters); scores from the grouped table.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from w1_data import AS_OF_MICROS, DAY, WINDOWS

CHANNELS = range(6)
COLUMNS = ["user_id", "event_time", "category", "channel", "amount", "dwell"]


def since(days: int) -> int:
    """The first instant of the last `days` days, in microseconds since 1970."""
    return AS_OF_MICROS - days * DAY


def duckdb(source: Any, threads: int) -> pa.Table:
    """The tags; `source` is a path or an Arrow table."""
    import duckdb as db

    con = db.connect(config={"threads": threads, "preserve_insertion_order": False})
    if isinstance(source, pa.Table):
        con.register("events", source)
        table = "events"
    else:
        table = f"read_parquet('{source}')"
    windows = "".join(
        f", count(*) filter (t >= {since(d)}) n_{d}, coalesce(sum(amount) filter (t >= {since(d)}), 0) amount_{d}"
        for d in WINDOWS
    )
    channels = ", ".join(f"count(*) filter (channel = 'channel{c}') c{c}" for c in CHANNELS)
    best = "greatest(" + ", ".join(f"c{c}" for c in CHANNELS) + ")"
    channel = " ".join(f"when c{c} = {best} then 'channel{c}'" for c in CHANNELS)

    # The middle of the places of equal values, twice, so that it is whole; places and classes from the worst up.
    def score(measure: str, order: str) -> str:
        return (
            f"{measure}_scores as (select v, 1 + least(4, 5 * (mid - min(mid) over ()) //"
            f" greatest(max(mid) over () - min(mid) over (), 1)) s from (select v, 2 * sum(k) over (order by v {order})"
            f" - k - 1 mid from (select {measure} v, count(*) k from customers group by v)))"
        )

    sql = f"""
    with rows as (select user_id, epoch_us(event_time) t, category, channel, amount, dwell from {table}),
    customers as materialized (
        select user_id, min(t) "first", max(t) "last", ({AS_OF_MICROS} - max(t)) // {DAY} recency, count(*) n,
            sum(amount) amount, sum(dwell)::bigint dwell{windows},
            bit_count(bit_or(1::bigint << substr(category, 4)::int)) categories, {channels}
        from rows group by user_id),
    {score("recency", "desc")}, {score("n", "asc")}, {score("amount", "asc")}
    select customers.* exclude ({", ".join(f"c{c}" for c in CHANNELS)}), case {channel} end channel,
        r.s r, f.s f, m.s m
    from customers join recency_scores r on r.v = recency join n_scores f on f.v = n join amount_scores m on m.v = amount
    """
    return con.sql(sql).to_arrow_table()


def polars(source: Any, threads: int) -> pa.Table:
    """The tags; `source` is a path or an Arrow table. POLARS_MAX_THREADS has to be set before."""
    import polars as pl

    assert pl.thread_pool_size() == threads
    rows = pl.DataFrame(source).lazy() if isinstance(source, pa.Table) else pl.scan_parquet(source)
    t, channel = pl.col("event_time").dt.epoch("us"), pl.col("channel")
    rows = rows.select(
        "user_id",
        "amount",
        "dwell",
        t=t,
        bit=pl.lit(2, pl.Int64).pow(pl.col("category").str.slice(3).cast(pl.Int64)),
        **{f"c{c}": (channel == f"channel{c}").cast(pl.UInt32) for c in CHANNELS},
    )
    customers = rows.group_by("user_id").agg(
        pl.col("t").min().alias("first"),
        pl.col("t").max().alias("last"),
        pl.len().alias("n"),
        pl.col("amount").sum(),
        pl.col("dwell").cast(pl.Int64).sum(),
        pl.col("bit").bitwise_or().alias("bits"),
        *[pl.col(f"c{c}").sum() for c in CHANNELS],
        *[(pl.col("t") >= since(d)).sum().alias(f"n_{d}") for d in WINDOWS],
        *[
            pl.when(pl.col("t") >= since(d))
            .then(pl.col("amount"))
            .otherwise(0.0)
            .sum()
            .alias(f"amount_{d}")
            for d in WINDOWS
        ],
    )
    frame = customers.collect(engine="streaming")

    def score(measure: str, descending: bool) -> pl.Expr:
        mid = (pl.col(measure).rank("average", descending=descending) * 2 - 2).cast(pl.Int64)
        from_worst = mid - mid.min()
        return 1 + (5 * from_worst // pl.max_horizontal(mid.max() - mid.min(), 1)).clip(0, 4)

    best = pl.max_horizontal([f"c{c}" for c in CHANNELS])
    favourite: Any = pl
    for c in CHANNELS:
        favourite = favourite.when(pl.col(f"c{c}") == best).then(pl.lit(f"channel{c}"))
    frame = (
        frame.lazy()
        .with_columns(
            ((AS_OF_MICROS - pl.col("last")) // DAY).alias("recency"),
            pl.col("bits").bitwise_count_ones().alias("categories"),
            favourite.alias("channel"),
        )
        .with_columns(
            score("recency", True).alias("r"),
            score("n", False).alias("f"),
            score("amount", False).alias("m"),
        )
        .drop("bits", *[f"c{c}" for c in CHANNELS])
        .collect()
    )
    return frame.to_arrow()


def reading(source: Any, threads: int) -> pa.Table:
    """Nothing but the columns, batch by batch, as Arrow reads them: what no build from the file can go below."""
    import pyarrow.parquet as pq

    pa.set_cpu_count(threads)
    file = pq.ParquetFile(source, read_dictionary=["category", "channel"])
    rows = 0
    for group in range(file.num_row_groups):
        rows += file.read_row_group(group, columns=COLUMNS).num_rows
    return pa.table({"rows": [rows]})
