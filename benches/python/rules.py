"""W2: twenty business rules over a million customers: tagloom against engines that tables and rules are run on.

    python benches/python/rules.py run                      # a million customers, five runs; Markdown on stdout
    python benches/python/rules.py run --n 20000 --runs 2   # to see that it works
    python benches/python/rules.py check                    # only that all find the same
    python benches/python/rules.py run --threads 2

The rules are those of `benches/rules/rules.txt`, a tenth of the values is null, and a rule that is unknown
does not select. What each finds is compared before anything is timed. Columnar engines answer all rules over
the whole table: `plain` over text, dates and lists as they come, `coded` over numbers and bit masks that were
made beforehand by hand. Engines that take one row at a time answer all rules for as many rows as they get
through in a second or two. Time is that of the wall and that of the processors, which a machine with other work
leaves nearly as it is; the median of the runs.

Wanted: tagloom built for speed, numpy, pyarrow; of the peers those that are installed: polars, duckdb,
zen-engine, common-expression-language (cel), cel-python (celpy), datalogic-py, rule-engine.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

from rules_data import CONDITIONS, RULES, customers, number
from rules_engines import ROWS, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = {
    "tagloom": "tagloom",
    "polars": "polars",
    "duckdb": "duckdb",
    "zen": "zen-engine",
    "cel": "common-expression-language",
    "celpy": "cel-python",
    "datalogic_py": "datalogic-py",
    "rule_engine": "rule-engine",
}


def is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "of this tree"


def of_name(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as an engine takes it: those without dates get days."""
    if name.startswith("tagloom"):
        return row
    return {key: number(value) for key, value in row.items()}


def check(table: Any, threads: int, n_rows: int) -> None:
    """Compares what all engines find, row by row."""
    import numpy as np

    def matrix(columns: list[Any]) -> Any:
        return np.array(
            [column.fill_null(False).to_numpy(zero_copy_only=False) for column in columns]
        )

    wanted = matrix(columns_of(TABLES["tagloom, coded"][1](table, threads)()))
    assert len(RULES) == len(CONDITIONS) == len(wanted)
    for name, (module, engine) in TABLES.items():
        if is_there(module):
            found = matrix(columns_of(engine(table, threads)()))
            assert (found == wanted).all(), (
                f"{name}: rules {np.nonzero((found != wanted).any(axis=1))[0]}"
            )
    rows = table.slice(0, n_rows).to_pylist()
    for name, (module, row_engine) in ROWS.items():
        if is_there(module):
            answer = row_engine(rows)
            for at, row in enumerate(rows):
                answers = [bool(value) for value in answer(of_name(name, row))]
                assert answers == wanted[:, at].tolist(), f"{name}: row {at}"
    print(
        f"all find the same: {int(wanted.sum())} selections of {wanted.size}",
        file=sys.stderr,
    )


def columns_of(columns: list[Any]) -> list[Any]:
    import pyarrow as pa

    return [
        column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        for column in columns
    ]


def timed(call: Callable[[], Any]) -> tuple[float, float]:
    """The time of a call by the wall and by the processors."""
    start, busy = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - start, time.process_time() - busy


def run(table: Any, threads: int, runs: int) -> None:
    n = table.num_rows
    there = [module for module in PACKAGES if is_there(module)]
    versions = ", ".join(f"{module} {version(PACKAGES[module])}" for module in there)
    print(
        f"{len(RULES)} rules, {threads} thread(s); {platform.machine()}, Python {platform.python_version()}, {versions}\n"
    )
    print(
        f"| over {n:,} customers | s | processor s | million customers/s | by processor time |\n"
        "|---|---|---|---|---|"
    )
    calls = {
        name: engine(table, threads)
        for name, (module, engine) in TABLES.items()
        if is_there(module)
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for _ in range(runs + 1):  # The first warms up.
        for name, call in calls.items():
            times[name].append(timed(call))
    for name, each in times.items():
        wall, busy = (statistics.median(part) for part in zip(*each[1:], strict=True))
        speeds = f"{n / wall / 1e6:.2f} | {n / busy / 1e6:.2f}"
        print(f"| {name} | {wall:.4f} | {busy:.4f} | {speeds} |")
    print("\n| one customer at a time | µs | processor µs | customers/s |\n|---|---|---|---|")
    rows = table.slice(0, 20_000).to_pylist()
    for name, (module, row_engine) in ROWS.items():
        if not is_there(module):
            continue
        answer = row_engine(rows)
        mine = [of_name(name, row) for row in rows]
        done, start, begun = 0, time.perf_counter(), time.process_time()
        while (spent := time.perf_counter() - start) < 1.5 or done < 10:
            answer(mine[done % len(mine)])
            done += 1
        busy = time.process_time() - begun
        print(
            f"| {name} | {spent / done * 1e6:.1f} | {busy / done * 1e6:.1f} | {done / spent:,.0f} |"
        )
    missing = [PACKAGES[module] for module in PACKAGES if module not in there]
    if missing:
        print(f"\nNot installed, so not measured: {', '.join(missing)}.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["run", "check"])
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    # Before they are imported.
    for name in ["POLARS_MAX_THREADS", "RAYON_NUM_THREADS"]:
        os.environ[name] = str(options.threads)
    check(customers(min(options.n, 20_000)), options.threads, 300)
    if options.what == "run":
        run(customers(options.n), options.threads, options.runs)


if __name__ == "__main__":
    main()
