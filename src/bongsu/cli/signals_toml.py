"""A register of signals as a TOML file a person can read and change (신호제어기 대장)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from bongsu.core.errors import Invalid
from bongsu.core.signal import Signal


def read_signals(file: Path) -> dict[str, Signal]:
    """The signals of a file, by id. Raises Invalid("signals.file"), and Invalid("signals.body") naming the signal."""
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Invalid("signals.file", path=str(file), detail=str(problem)) from problem
    given = {}
    for signal_id, table in tables.items():
        try:
            body = {"type": "signal", **table} if isinstance(table, dict) else table
            given[signal_id] = msgspec.convert(body, Signal)
        except msgspec.ValidationError as problem:
            raise Invalid("signals.body", signal=signal_id, detail=str(problem)) from problem
    return given
