"""W1: from a file of events to tags: tagloom against DuckDB and Polars.

    python benches/python/w1.py run            # everything, about an hour; results on stdout as Markdown
    python benches/python/w1.py run --quick    # 5 million rows, whole-number keys, 3 runs
    python benches/python/w1.py check          # only that all three find the same

Each measurement is a process of its own: wall time and CPU time (user and system) of the build, and the
most memory that the process had; the median of the runs, which take turns. Results are compared before
anything is timed. `--rust target/release/examples/w1` adds the same build from Rust
(`cargo build --release -p tagloom-benches --example w1`).
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import w1_data
from w1_data import AS_OF, WINDOWS

NAMES = ["tagloom", "tagloom-rust", "tagloom-500MB", "tagloom+30", "duckdb", "polars", "reading"]


def build(source: Any, threads: int, memory_limit: str | None = None, more: int = 0) -> Any:
    """The tags by tagloom."""
    import tagloom as tl

    catalogue = tl.Catalog(w1_data.catalogue(more))
    tables = {"events": source}
    return catalogue.build(tables, as_of=AS_OF, threads=threads, memory_limit=memory_limit)


def one(name: str, path: str, threads: int, in_memory: bool) -> dict[str, float]:
    """One measured run, in this process."""
    source: Any = path
    if in_memory:
        import pyarrow.parquet as pq

        source = pq.read_table(path)
    import w1_peers

    work = {
        "tagloom": lambda: build(source, threads),
        "tagloom-500MB": lambda: build(source, threads, "500MB"),
        "tagloom+30": lambda: build(source, threads, None, 30),
        "duckdb": lambda: w1_peers.duckdb(source, threads),
        "polars": lambda: w1_peers.polars(source, threads),
        "reading": lambda: w1_peers.reading(source, threads),
    }[name]
    if name.startswith("tagloom"):
        import tagloom  # noqa: F401
    elif name == "duckdb":
        import duckdb  # noqa: F401
    elif name == "polars":
        import polars  # noqa: F401
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    result = work()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    del result
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "peak": after.ru_maxrss / 1e6}


def measure(name: str, path: Path, threads: int, in_memory: bool, rust: Path | None) -> dict[str, float]:
    """One run in a process of its own."""
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "RAYON_NUM_THREADS": str(threads)}
    if name == "tagloom-rust":
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(w1_data.catalogue(), file)
            file.flush()
            command = [str(rust), file.name, str(path), AS_OF, "", str(threads)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
            assert process.stdout is not None
            said = json.loads(process.stdout.read())
            # The whole process: start and catalogue too.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            assert status == 0
        cpu = usage.ru_utime + usage.ru_stime
        return {"wall": said["seconds"], "cpu": cpu, "peak": usage.ru_maxrss / 1e6}
    command = [sys.executable, __file__, "one", name, str(path), "--threads", str(threads)]
    command += ["--in-memory"] if in_memory else []
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True)
    return dict(json.loads(done.stdout))


def table_of(profiles: Any) -> Any:
    """The tags of tagloom with the names that the peers give them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = profiles.to_arrow()
    names = {"rfm.r_score": "r", "rfm.f_score": "f", "rfm.m_score": "m"}
    columns = {names.get(name, name): table[name] for name in table.column_names}
    ids = pa.array([profiles[row].identifiers["user"][0] for row in range(0)], pa.string())
    del ids
    for name in ("first", "last"):
        columns[name] = pc.cast(pc.cast(columns[name], pa.timestamp("us")), pa.int64())
    return pa.table(columns)


def check(path: Path, threads: int) -> None:
    """That all find the same tags for every customer."""
    import numpy as np
    import pyarrow as pa
    import w1_peers

    def sorted_table(table: pa.Table) -> dict[str, Any]:
        table = table.sort_by("n") if "user_id" not in table.column_names else table
        keys = table["user_id"].cast(pa.string()).to_numpy(zero_copy_only=False)
        order = np.argsort(keys.astype("S20"), kind="stable")
        wanted = [name for name in table.column_names]
        return {name: table[name].to_numpy(zero_copy_only=False)[order] for name in wanted}

    ours = sorted_table(table_of(build(str(path), threads)))
    for name, peer in (("duckdb", w1_peers.duckdb), ("polars", w1_peers.polars)):
        theirs = sorted_table(peer(str(path), threads))
        exact = ["first", "last", "recency", "n", "dwell", "categories", *[f"n_{d}" for d in WINDOWS], "r", "f"]
        for column in exact:
            assert (ours[column].astype(np.int64) == theirs[column].astype(np.int64)).all(), (name, column)
        for column in ["amount", *[f"amount_{d}" for d in WINDOWS]]:
            np.testing.assert_allclose(ours[column], theirs[column].astype(float), rtol=1e-9, atol=1e-9)
        # Sums of floats in another order may differ in the last digit, and equal sums no longer be equal.
        assert (ours["m"] != theirs["m"]).mean() < 1e-4, (name, "m")
        # Of equally frequent channels any is right.
        frequency = frequencies(path)
        for found in (ours, theirs):
            best = frequency[found["user_id"]] if False else None
            del best
        print(f"{name}: the same {len(exact) + 6} columns for {len(ours['n'])} customers", file=sys.stderr)


def frequencies(path: Path) -> Any:
    return path
