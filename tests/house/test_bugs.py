"""The public table of bugs names commands that exist."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "bugs.md"
ROWS = [line for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
COMMANDS = [shlex.split(told) for row in ROWS for told in re.findall(r"`((?:pytest|bongsu) [^`]+)`", row)]


def test_every_bug_has_a_number_of_its_own_and_a_command():
    assert [int(row.split("|")[1]) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert all(re.search(r"`(?:pytest|bongsu) [^`]+` \|$", row) for row in ROWS)


@pytest.mark.parametrize("words", [one for one in COMMANDS if one[0] == "pytest"], ids=" ".join)
def test_the_tests_it_names_exist(words):
    path = ROOT / words[1]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tests = [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, functions)]
    wanted = words[words.index("-k") + 1] if "-k" in words else ""
    assert [name for name in tests if name.startswith("test_") and wanted in name]


@pytest.mark.parametrize("words", [one for one in COMMANDS if one[0] == "bongsu"], ids=" ".join)
def test_the_commands_it_names_exist(words):
    name = " ".join(word for word in words if not word.startswith("-") and not word.isdigit())
    section = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8").split(f"## `{name}`\n")[1].split("\n## ")[0]
    assert {word for word in words if word.startswith("--")} <= set(re.findall(r"`(--[a-z-]+)`", section))
