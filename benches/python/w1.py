"""W1: from a file of events to tags: tagloom against DuckDB and Polars.

    python benches/python/w1.py run            # everything, about an hour; results on stdout as Markdown
    python benches/python/w1.py run --quick    # 5 million rows, whole-number keys, 3 runs
    python benches/python/w1.py check          # only that all three find the same

Each measurement is a process of its own: wall time and CPU time (user and system) of the build, and the
most memory that the process had; the median of the runs, which take turns. Results are compared before
anything is timed. Wanted: numpy, pandas, pyarrow, duckdb, polars, and tagloom built for speed. `--rust target/release/examples/w1` adds the same build from Rust
(`cargo build --release -p tagloom-benches --example w1`).
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import importlib.util
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
from typing import TYPE_CHECKING, Any

import w1_data
from w1_data import AS_OF, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable

#: Our names for what the peers call otherwise.
OURS = {"user": "user_id", "rfm.r": "r", "rfm.f": "f", "rfm.m": "m"}


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

    every: dict[str, Callable[[], Any]] = {
        "tagloom": lambda: build(source, threads),
        "tagloom-500MB": lambda: build(source, threads, "500MB"),
        "tagloom+30": lambda: build(source, threads, None, 30),
        "duckdb": lambda: w1_peers.duckdb(source, threads),
        "polars": lambda: w1_peers.polars(source, threads),
        "reading": lambda: w1_peers.reading(source, threads),
    }
    work = every[name]
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


def measure(
    name: str, path: Path, threads: int, in_memory: bool, rust: Path | None
) -> dict[str, float]:
    """One run in a process of its own."""
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    if not name.startswith("tagloom-rust"):
        command = [sys.executable, __file__, "one", name, str(path), "--threads", str(threads)]
        command += ["--in-memory"] if in_memory else []
        done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, check=True)
        return dict(json.loads(done.stdout))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(w1_data.catalogue(30 if name.endswith("+30") else 0), file)
        file.flush()
        limit = str(500_000_000) if name.endswith("-500MB") else ""
        command = [str(rust), file.name, str(path), AS_OF, limit, str(threads)]
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        # Time and memory of the whole process, its start included.
        _, process.returncode, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        assert process.returncode == 0
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1e6,
    }


def by_customer(table: Any) -> dict[str, Any]:
    """The columns of a table in the order of the customers' keys as text."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    table = table.rename_columns([OURS.get(name, name) for name in table.column_names])
    order = pc.sort_indices(pc.cast(table["user_id"], pa.string()))
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_timestamp(column.type):
            column = pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
        columns[name] = np.asarray(column.take(order).to_pandas())
    return columns


def check(path: Path, threads: int, rust: Path | None) -> None:
    """Compares what all find, customer by customer."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    import w1_peers

    found = {"duckdb": w1_peers.duckdb(str(path), threads)}
    if importlib.util.find_spec("tagloom") is not None:
        found["tagloom"] = build(str(path), threads).to_arrow()
        limited = build(str(path), threads, "100MB").to_arrow()
        assert limited.equals(found["tagloom"]), "a memory limit shows in the result"
    if rust is not None:
        with tempfile.TemporaryDirectory() as folder:
            catalogue, out = Path(folder, "w1.json"), Path(folder, "out.parquet")
            catalogue.write_text(json.dumps(w1_data.catalogue()))
            command = [str(rust), str(catalogue), str(path), AS_OF, "", str(threads), str(out)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            found["tagloom-rust"] = pq.read_table(out)
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        command = [sys.executable, __file__, "save", "polars", str(path), "--threads", str(threads)]
        subprocess.run([*command, "--out", file.name], check=True, env=environment)
        found["polars"] = pq.read_table(file.name)
    tables = {name: by_customer(table) for name, table in found.items()}
    wanted = tables.pop("duckdb")
    frequency = channel_counts(path, threads)
    for name, table in tables.items():
        assert (table["user_id"].astype(str) == wanted["user_id"].astype(str)).all(), name
        exact = [
            "first",
            "last",
            "recency",
            "n",
            "dwell",
            "categories",
            "r",
            "f",
            *[f"n_{d}" for d in WINDOWS],
        ]
        for column in exact:
            same = table[column].astype(np.int64) == wanted[column].astype(np.int64)
            assert same.all(), f"{name}: {column} differs for {(~same).sum()} customers"
        for column in ["amount", *[f"amount_{d}" for d in WINDOWS]]:
            np.testing.assert_allclose(
                table[column], wanted[column], rtol=1e-9, atol=1e-6, err_msg=name
            )
        # Floats that are summed in another order differ in the last digit: equal sums may then not be equal.
        differ = (table["m"] != wanted["m"]).mean()
        assert differ < 1e-4, f"{name}: m differs for {differ:.3%}"
        # Of equally frequent channels each is right: as frequent as the one that DuckDB names.
        places = np.arange(len(wanted["n"]))
        number = [
            np.array([c.removeprefix("channel") for c in t["channel"]], int)
            for t in (table, wanted)
        ]
        assert (frequency[places, number[0]] == frequency[places, number[1]]).all(), (
            f"{name}: channel"
        )
        print(f"{name}: the same as duckdb for {len(places):,} customers", file=sys.stderr)
    assert isinstance(found["polars"], pa.Table)


def channel_counts(path: Path, threads: int) -> Any:
    """How often each customer (by key as text) used each channel."""
    import duckdb
    import numpy as np

    con = duckdb.connect(config={"threads": threads})
    counts = ", ".join(f"count(*) filter (channel = 'channel{c}') c{c}" for c in range(6))
    sql = f"select {counts} from read_parquet('{path}') group by user_id order by user_id::varchar"
    columns = con.execute(sql).fetchnumpy()
    return np.stack([columns[f"c{c}"] for c in range(6)], axis=1)


def save(name: str, path: str, threads: int, out: str) -> None:
    """Writes down what a peer finds."""
    import pyarrow.parquet as pq
    import w1_peers

    pq.write_table(getattr(w1_peers, name)(path, threads), out)


def lines(title: str, runs: dict[str, list[dict[str, float]]], file: Any) -> None:
    """A table of medians, with ratios to the better of the peers and to reading."""

    def median(name: str, what: str) -> float:
        return statistics.median(run[what] for run in runs[name])

    peers = [name for name in ("duckdb", "polars") if name in runs]
    best = {what: min(median(name, what) for name in peers) for what in ("cpu", "wall", "peak")}
    print(f"\n#### {title}\n", file=file)
    print(
        "| | CPU s | wall s | peak GB | CPU of the better peer | wall of it | CPU of reading |",
        file=file,
    )
    print("|---|---|---|---|---|---|---|", file=file)
    for name in runs:
        cpu, wall, peak = (median(name, what) for what in ("cpu", "wall", "peak"))
        reading = f"{cpu / median('reading', 'cpu'):.2f}" if "reading" in runs else ""
        ratio = f"{cpu / best['cpu']:.2f} | {wall / best['wall']:.2f}"
        print(
            f"| {name} | {cpu:.2f} | {wall:.2f} | {peak:.2f} | {ratio} | {reading} |",
            file=file,
            flush=True,
        )


def run(arguments: argparse.Namespace) -> None:
    """Everything: check, then measure."""
    folder, threads, rust = arguments.folder, arguments.threads, arguments.rust
    sizes = (
        [(5, "int")] if arguments.quick else [(20, "int"), (20, "text"), (5, "int"), (50, "int")]
    )
    ours = ["tagloom"] if importlib.util.find_spec("tagloom") is not None else []
    ours += ["tagloom-rust"] if rust is not None else []
    versions = [
        f"{name} {importlib.metadata.version(name)}" for name in ("duckdb", "polars", "pyarrow")
    ]
    print(
        f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, {threads} threads, "
        f"Python {platform.python_version()}, {', '.join(versions)}, medians of {arguments.runs}"
    )
    for keys in sorted({keys for _, keys in sizes}):
        check(w1_data.path(folder, 2_000_000, keys), threads, rust)
    for million, keys in sizes:
        path = w1_data.path(folder, million * 1_000_000, keys)
        special = [f"{name}-500MB" for name in ours] + [f"{name}+30" for name in ours]
        names = [
            *ours,
            *(special if (million, keys) == (20, "int") or arguments.quick else []),
            "duckdb",
            "polars",
            "reading",
        ]
        cases = [(False, names, "from Parquet")]
        if (million, keys) == (20, "int") and "tagloom" in ours:
            cases.append((True, ["tagloom", "duckdb", "polars"], "from Arrow in memory"))
        for in_memory, names, how in cases:
            runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
            for _ in range(arguments.runs):
                for name in names:
                    runs[name].append(measure(name, path, threads, in_memory, rust))
            lines(f"{million} million events, {keys} keys, {how}", runs, sys.stdout)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["run", "check", "one", "save"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("path", nargs="?")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--in-memory", action="store_true")
    parser.add_argument("--rust", type=Path)
    parser.add_argument("--out")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir(), "tagloom-w1"))
    arguments = parser.parse_args()
    if arguments.what == "run":
        run(arguments)
    elif arguments.what == "check":
        for keys in ("int", "text"):
            check(
                w1_data.path(arguments.folder, 2_000_000, keys), arguments.threads, arguments.rust
            )
    elif arguments.what == "save":
        save(arguments.name, arguments.path, arguments.threads, arguments.out)
    else:
        print(
            json.dumps(one(arguments.name, arguments.path, arguments.threads, arguments.in_memory))
        )


if __name__ == "__main__":
    main()
