"""A file is read in one sitting and a function on one screen; what does not fit is designed anew."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bongsu"
FILES = [path for path in sorted(SOURCE.rglob("*.py")) if "_console" not in path.parts]
FILE_AT_MOST = 300
FUNCTION_AT_MOST = 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_file_and_function_fits(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= FILE_AT_MOST
    tree = ast.parse(text)
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_AT_MOST
        and not _is_kernel(node)
    ]
    assert not long


def _is_kernel(node):
    return any("njit" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_no_file_is_named_for_nothing():
    names = {part for path in FILES for part in (path.stem, path.parent.name)}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "handlers"}


def test_there_is_no_broad_except():
    broad = [
        str(path.relative_to(SOURCE))
        for path in FILES
        if re.search(r"except(\s*:|\s+(Base)?Exception)", path.read_text("utf-8"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert broad == []
