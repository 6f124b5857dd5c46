"""No log call in the product names a field that might hold personal data, or formats a message."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bongsu.core.logs import FIELDS

PRODUCT = Path(__file__).resolve().parents[2] / "src" / "bongsu"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in PRODUCT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = node.func.value
            if node.func.attr in LEVELS and isinstance(owner, ast.Name) and owner.id in ("log", "_log"):
                yield f"{path.relative_to(PRODUCT)}:{node.lineno}", node


def test_every_log_call_is_a_fixed_event_with_named_fields():
    calls = dict(_calls())
    assert len(calls) > 10, "the search no longer finds the log calls"
    wrong = [
        where
        for where, call in calls.items()
        if not (len(call.args) == 1 and isinstance(call.args[0], ast.Constant))
        or {word.arg for word in call.keywords} - FIELDS - {"exc_info"}
    ]
    assert wrong == []
