"""The examples in the stubs run, and the stubs say what is there."""

from __future__ import annotations

import ast
import doctest
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tagloom as tl

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "python"
STUB = PYTHON / "tagloom" / "_tagloom.pyi"
QUICKSTART = ROOT / "examples" / "python" / "quickstart.py"


def docstrings() -> dict[str, str]:
    found = {}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)

    def visit(node: ast.AST, name: str) -> None:
        if isinstance(node, documented):
            found[name] = ast.get_docstring(node) or ""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef)):
                visit(child, f"{name}.{child.name}".lstrip("."))

    visit(ast.parse(STUB.read_text(encoding="utf-8")), "")
    return found


DOCSTRINGS = docstrings()
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("name", [name for name, text in DOCSTRINGS.items() if ">>>" in text])
def test_examples_run(name: str) -> None:
    namespace: dict[str, Any] = {}
    parser = doctest.DocTestParser()
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for title in ("", name):
        example = parser.get_doctest(DOCSTRINGS[title], namespace, title or "module", str(STUB), 0)
        output: list[str] = []
        runner.run(example, out=output.append, clear_globs=False)
        assert not output, "".join(output)
        namespace = example.globs


def test_everything_public_is_documented() -> None:
    without = [name for name, text in DOCSTRINGS.items() if not text and not name.rpartition(".")[2].startswith("_")]
    assert without == []
    names = [name for name in tl.__all__ if not name.startswith("_")]
    assert all(getattr(tl, name).__doc__ for name in names)


def run(*command: str) -> str:
    environment = {**os.environ, "MYPYPATH": str(PYTHON), "PYTHONWARNINGS": "default"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, *command], cwd=PYTHON, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_stubs_say_what_is_there() -> None:
    run("-m", "mypy.stubtest", "tagloom", "--mypy-config-file", "pyproject.toml")


def test_the_quickstart_is_typed_and_runs() -> None:
    run("-m", "mypy", "--strict", str(QUICKSTART))
    written = run(str(QUICKSTART))
    assert "金卡会员" in written
    assert "值得回访" in written
