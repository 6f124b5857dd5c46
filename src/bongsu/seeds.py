"""The records a platform begins with: version 1 of what `bongsu.toml`, the defaults and the users say.

Only what has no record yet is written, so a table changed later, or a default of a later release, overrules nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

import msgspec
import structlog

from bongsu.core.command import Command, Revise
from bongsu.core.entry import Entry
from bongsu.core.person import User
from bongsu.core.revision import Record, RecordKind, ServiceTerms, Staff
from bongsu.desk.board import Board
from bongsu.desk.records import BODIES

BY = "settings"
NOTE = "첫 기록 / first record"
FILES = {
    "kinds": RecordKind.KIND,
    "purposes": RecordKind.PURPOSE,
    "procedures": RecordKind.PROCEDURE,
    "correlation": RecordKind.CORRELATION,
    "rules": RecordKind.RULE,
    "export": RecordKind.EXPORT,
}

Seed = tuple[RecordKind, str, Record]

log = structlog.get_logger()


def defaults() -> Iterator[Seed]:
    """What comes with the product (desk/defaults/*.toml): kinds first, because procedures speak of them."""
    folder = files("bongsu.desk").joinpath("defaults")
    for name, kind in FILES.items():
        tables: dict[str, Any] = tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for record_id, table in tables.items():
            yield kind, record_id, msgspec.convert({"type": kind.value, **table}, BODIES[kind])


def seeds(tables: Mapping[str, Mapping[str, Any]], users: Iterable[User]) -> Iterator[Seed]:
    """Everything to begin with; `tables` are the services' own, whole."""
    for name, table in tables.items():
        yield RecordKind.SERVICE, name, ServiceTerms(terms=dict(table))
    yield from defaults()
    for user in users:
        yield RecordKind.USER, user.id, Staff(name=user.name, role=user.role, agency=user.agency)


async def sow(board: Board, order: Callable[[Command], Awaitable[Entry]], given: Iterable[Seed]) -> None:
    """Write version 1 of every record there is none of."""
    for kind, record_id, body in given:
        current = board.records.get((kind, record_id))
        if current is None:
            await order(Revise(kind=kind, id=record_id, body=body, version=0, by=BY, note=NOTE))
        elif kind is RecordKind.SERVICE and current.body != body:
            log.info("settings.superseded", record=record_id, version=current.version)
