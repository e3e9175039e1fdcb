"""The way to real data, where a machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def real_data(path: str) -> Path:
    """A file below `TAGLOOM_DATA`, or below `shared/data` beside the workspace; the test is skipped without it."""
    beside = Path(__file__).parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("TAGLOOM_DATA", beside))
    found = folder / path
    if not found.exists():
        pytest.skip(f"no {path}: set TAGLOOM_DATA to the folder of real data")
    return found
