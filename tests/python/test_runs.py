"""Runs: threads, progress, stopping."""

from __future__ import annotations

import _thread
import io
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import AS_OF

import tagloom as tl
from tagloom import _progress


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_any_number_of_threads(catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, threads: int) -> None:
    assert catalog.build(tables, as_of=AS_OF, threads=threads).to_arrow().equals(profiles.to_arrow())


def test_no_threads(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(tl.ParamsError, match="threads is 0"):
        catalog.build(tables, as_of=AS_OF, threads=0)
    with pytest.raises(OverflowError):
        catalog.build(tables, as_of=AS_OF, threads=-1)


def test_runs_beside_each_other(catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(catalog.build, tables, as_of=AS_OF, threads=2) for _ in range(8)]
    assert all(run.result().to_arrow().equals(profiles.to_arrow()) for run in runs)


def test_other_threads_go_on(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    """The GIL is let go: another thread runs while a step waits."""
    ran = threading.Event()
    threading.Thread(target=ran.set).start()
    catalog.build(tables, as_of=AS_OF, progress=lambda *_: ran.wait(10))
    assert ran.is_set()


def test_progress(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    steps: list[tuple[str, int, int, str]] = []
    threads: set[int] = set()

    def report(stage: str, done: int, total: int, what: str) -> None:
        steps.append((stage, done, total, what))
        threads.add(threading.get_ident())

    catalog.build(tables, as_of=AS_OF, progress=report)
    assert steps[0] == ("read", 0, 2, "orders")
    assert list(dict.fromkeys(step[0] for step in steps)) == ["read", "identify", "group", "fit", "apply"]
    assert ("fit", 0, 1, "value_segment") in steps
    assert all(0 <= done < total for _, done, total, _ in steps)
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("error", [ValueError("enough"), KeyboardInterrupt()])
def test_an_exception_stops_the_run(catalog: tl.Catalog, tables: dict[str, Any], error: BaseException) -> None:
    seen = []

    def report(*step: Any) -> None:
        seen.append(step)
        if len(seen) == 2:
            raise error

    with pytest.raises(type(error)) as caught:
        catalog.build(tables, as_of=AS_OF, progress=report)
    assert caught.value is error
    assert len(seen) == 2


def test_ctrl_c_stops_the_run(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    seen = []

    def report(*step: Any) -> None:
        seen.append(step)
        if len(seen) == 3:
            _thread.interrupt_main()
            time.sleep(0)

    with pytest.raises(KeyboardInterrupt):
        catalog.build(tables, as_of=AS_OF, progress=report)
    assert 3 <= len(seen) <= 4
    assert len(catalog.build(tables, as_of=AS_OF)) == 4


def test_a_line_on_stderr(catalog: tl.Catalog, tables: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    catalog.build(tables, as_of=AS_OF, progress=True)
    written = capsys.readouterr().err
    assert "tagloom: apply" in written
    assert written.endswith("\r")
    catalog.build(tables, as_of=AS_OF, progress=False)
    catalog.build(tables, as_of=AS_OF)
    assert capsys.readouterr().err == ""


def test_a_line_for_long_runs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    line = _progress.reporter(None)
    assert isinstance(line, _progress.Line)
    line("read", 0, 2, "订单")
    line.finish()
    assert terminal.getvalue() == ""
    line = _progress.Line(0.0)
    line("read", 0, 2, "订单")
    line("fit", 0, 1, "")
    line.finish()
    # The second line wipes the first: "read 1/2 订单" is 13 columns wide, two for each Chinese character.
    assert terminal.getvalue() == "\rtagloom: read 1/2 订单\rtagloom: fit 1/1     \r" + " " * 16 + "\r"
    monkeypatch.setattr(sys, "stderr", None)
    assert _progress.reporter(None) is None


def test_progress_is_something_else(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        catalog.build(tables, as_of=AS_OF, progress=lambda: None)  # type: ignore[arg-type, misc]
