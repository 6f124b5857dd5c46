"""What the engineers read: one JSON line an event, and no personal data by construction.

Only the fields named here ever leave the process; anything else is replaced by a count of what was withheld. A fault
is told by its class and the places it passed through, never by its message, because messages quote what people wrote.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

Event = MutableMapping[str, Any]

FIELDS = frozenset(
    {
        # what structlog itself adds
        "event",
        "level",
        "at",
        "process",
        "fault",
        # names of our own things: never a person's, a plate's or a place
        "action",
        "agency",
        "attempts",
        "camera",
        "code",
        "detail",
        "incident",
        "journal_seq",
        "layer",
        "part",
        "partner",
        "port",
        "problem",
        "record",
        "result",
        "route",
        "schema",
        "service",
        "state",
        "table",
        "version",
        # counts and times
        "by_s",
        "count",
        "entries",
        "free_share",
        "lag_ms",
        "rows",
        "seconds",
        "size_bytes",
    }
)
"""Every field a log line may carry. `detail` is an error's code or a library's class, not free text."""


def start(process: str, *, form: str = "json", level: str = "info", to: TextIO | None = None) -> None:
    """Set this process's log up: `form` "json" for machines or "text" for people at a terminal."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _named(process),
            tell_fault,
            withhold,
            structlog.dev.ConsoleRenderer(colors=False) if form == "text" else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=to or sys.stderr),
        cache_logger_on_first_use=False,
    )


def withhold(_logger: Any, _method: str, event: Event) -> Event:
    """Keep the named fields; of all others say only how many there were."""
    kept = {name: value for name, value in event.items() if name in FIELDS}
    if len(kept) < len(event):
        kept["withheld"] = len(event) - len(kept)
    return kept


def tell_fault(_logger: Any, _method: str, event: Event) -> Event:
    """An exception as its class and its way through the code, innermost last."""
    problem = event.pop("exc_info", None)
    if isinstance(problem, BaseException):
        event["fault"] = [type(problem).__name__, *_places(problem.__traceback__)]
    return event


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _named(process: str) -> structlog.typing.Processor:
    def name(_logger: Any, _method: str, event: Event) -> Event:
        event["process"] = process
        return event

    return name
