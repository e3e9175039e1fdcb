"""The line that says how far a run is."""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable

Report = Callable[[str, int, int, str], object]

# Shorter runs say nothing unless they are asked to.
QUIET_SECONDS = 1.0


class Line:
    """Writes one line to stderr, again and again over itself."""

    def __init__(self, quiet_seconds: float) -> None:
        self._from = time.monotonic() + quiet_seconds
        self._width = 0

    def __call__(self, stage: str, done: int, total: int, what: str) -> None:
        if time.monotonic() < self._from:
            return
        text = f"tagloom: {stage} {done + 1}/{total} {what}".rstrip()
        width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
        sys.stderr.write("\r" + text + " " * (self._width - width))
        sys.stderr.flush()
        self._width = width

    def finish(self) -> None:
        """Wipes the line."""
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()


def reporter(progress: bool | Report | None, /) -> Report | None:  # noqa: FBT001 - as users give it
    """What is told how far a run is; `None` for nobody."""
    if callable(progress):
        return progress
    if progress is None:
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        return Line(QUIET_SECONDS) if is_terminal else None
    return Line(0.0) if progress else None
