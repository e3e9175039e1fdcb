"""Runs: threads, progress, stopping."""

from __future__ import annotations

import _thread
import io
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import tagloom as tl
from conftest import AS_OF
from tagloom import _progress


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_any_number_of_threads(
    catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, threads: int
) -> None:
    assert (
        catalog.build(tables, as_of=AS_OF, threads=threads).to_arrow().equals(profiles.to_arrow())
    )


def test_no_threads(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(tl.ParamsError, match="threads is 0"):
        catalog.build(tables, as_of=AS_OF, threads=0)
    with pytest.raises(OverflowError):
        catalog.build(tables, as_of=AS_OF, threads=-1)


def test_runs_beside_each_other(
    catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles
) -> None:
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
    assert list(dict.fromkeys(step[0] for step in steps)) == [
        "read",
        "identify",
        "group",
        "fit",
        "apply",
    ]
    assert ("fit", 0, 1, "value_segment") in steps
    assert all(0 <= done < total for _, done, total, _ in steps)
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("error", [ValueError("enough"), KeyboardInterrupt()])
def test_an_exception_stops_the_run(
    catalog: tl.Catalog, tables: dict[str, Any], error: BaseException
) -> None:
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


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals of Unix")
def test_a_signal_handler_stops_the_run(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    def alarm(*_: Any) -> None:
        raise TimeoutError("too long")

    tables["orders"] = {name: values * 50_000 for name, values in tables["orders"].items()}
    before = signal.signal(signal.SIGALRM, alarm)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with pytest.raises(TimeoutError, match="too long"):
            catalog.build(tables, as_of=AS_OF)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_line_on_stderr(
    catalog: tl.Catalog, tables: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
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
    # The second line wipes the first, which is 22 columns wide: a Chinese character takes two.
    wanted = (
        "\rtagloom: read 1/2 订单" + "\rtagloom: fit 1/1".ljust(1 + 22) + "\r" + " " * 16 + "\r"
    )
    assert terminal.getvalue() == wanted
    monkeypatch.setattr(sys, "stderr", None)
    assert _progress.reporter(None) is None


def test_progress_is_something_else(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        catalog.build(tables, as_of=AS_OF, progress=lambda: None)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("limit", [0, 1_000, "40 kB", "2GB"])
def test_a_limit_of_memory_does_not_show(
    catalog: tl.Catalog, tables: dict[str, Any], profiles: tl.Profiles, limit: int | str
) -> None:
    limited = catalog.build(tables, as_of=AS_OF, threads=2, memory_limit=limit)
    assert limited.to_arrow().equals(profiles.to_arrow())
    fitted = catalog.fit(tables, as_of=AS_OF, memory_limit=limit)
    applied = fitted.apply(tables, as_of=AS_OF, memory_limit=limit)
    assert applied.to_arrow().equals(profiles.to_arrow())


def test_limits_that_are_none(catalog: tl.Catalog, tables: dict[str, Any]) -> None:
    with pytest.raises(tl.ParamsError, match="`a lot` is no size of memory") as caught:
        catalog.build(tables, as_of=AS_OF, memory_limit="a lot")
    assert caught.value.code == "run.memory_limit"
    with pytest.raises(TypeError, match="memory_limit: found `float`"):
        catalog.build(tables, as_of=AS_OF, memory_limit=1.5)  # type: ignore[arg-type]
    with pytest.raises(OverflowError, match="memory_limit"):
        catalog.build(tables, as_of=AS_OF, memory_limit=-1)
