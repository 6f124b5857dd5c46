"""The records operators change while the platform runs: what is checked before a new version holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from bongsu.core.asset import Purpose
from bongsu.core.command import Revise
from bongsu.core.consent import Consent
from bongsu.core.entry import Decision
from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.core.export import ExportTerms
from bongsu.core.geo import Point
from bongsu.core.mask import CameraMask
from bongsu.core.person import USER_NAME
from bongsu.core.procedure import Procedure
from bongsu.core.revision import (
    Closure,
    Correlation,
    KindTerms,
    PurposeTerms,
    Record,
    RecordKind,
    Revision,
    ServiceTerms,
    Staff,
    Zone,
)
from bongsu.core.rule import Rule
from bongsu.core.signal import Signal
from bongsu.desk.board import Board
from bongsu.desk.consents import check_consent
from bongsu.desk.masks import check_mask
from bongsu.desk.rules import check_rule, check_zone_free
from bongsu.desk.signals import check_signal
from bongsu.desk.sound_records import check_alone, check_listed, check_placed, check_staff
from bongsu.desk.soundness import check_procedure

NOTE_CHARS_AT_LEAST = 5
CORRELATION_ID = "desk"
EXPORT_ID = "desk"

BODIES: Mapping[RecordKind, type[Record]] = {
    RecordKind.ZONE: Zone,
    RecordKind.SERVICE: ServiceTerms,
    RecordKind.KIND: KindTerms,
    RecordKind.PROCEDURE: Procedure,
    RecordKind.PURPOSE: PurposeTerms,
    RecordKind.USER: Staff,
    RecordKind.CORRELATION: Correlation,
    RecordKind.EXPORT: ExportTerms,
    RecordKind.MASK: CameraMask,
    RecordKind.RULE: Rule,
    RecordKind.CONSENT: Consent,
    RecordKind.CLOSURE: Closure,
    RecordKind.SIGNAL: Signal,
}
NAMES: Mapping[RecordKind, re.Pattern[str]] = {
    RecordKind.ZONE: re.compile(r"[\w-]{1,64}"),
    RecordKind.SERVICE: re.compile(r"[a-z0-9_]{1,64}"),
    RecordKind.KIND: re.compile(r"[a-z0-9_]{1,64}"),
    RecordKind.PROCEDURE: re.compile(r"[\w-]{1,64}"),
    RecordKind.PURPOSE: re.compile("|".join(purpose.value for purpose in Purpose)),
    RecordKind.USER: USER_NAME,
    RecordKind.CORRELATION: re.compile(CORRELATION_ID),
    RecordKind.EXPORT: re.compile(EXPORT_ID),
    RecordKind.MASK: re.compile(r"\S(.{0,198}\S)?"),
    RecordKind.RULE: re.compile(r"[\w-]{1,64}"),
    RecordKind.CONSENT: re.compile(r"\S(.{0,198}\S)?"),
    RecordKind.CLOSURE: re.compile(r"[\w-]{1,64}"),
    RecordKind.SIGNAL: re.compile(r"[\w-]{1,64}"),
}
RETIRE = frozenset(RecordKind) - {
    RecordKind.SERVICE,
    RecordKind.USER,
    RecordKind.PURPOSE,
    RecordKind.CORRELATION,
    RecordKind.EXPORT,
}
"""What can go for good: a service is always on its terms, a user is suspended, the rest has one of each."""


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk cannot judge alone; without them nothing that needs them passes.

    `terms` gives a service's whole table, or raises Invalid where its own Settings refuse one; `inside` says whether a
    place is in the city, `camera` whether it has such a camera; `services` are those of this release.
    """

    terms: Callable[[str, Mapping[str, Any]], dict[str, Any]] | None = None
    inside: Callable[[Point], bool] = lambda _: False
    camera: Callable[[str], bool] = lambda _: False
    services: frozenset[str] = frozenset()


UNCHECKED = Checks()


def revise(board: Board, command: Revise, checks: Checks, now: datetime) -> Decision:
    """The next version of one record. Raises Invalid, Conflict (somebody was first), NotFound (nothing to retire)."""
    if len(command.note.strip()) < NOTE_CHARS_AT_LEAST:
        raise Invalid("record.note", chars=NOTE_CHARS_AT_LEAST)
    if not NAMES[command.kind].fullmatch(command.id):
        raise Invalid("record.id", kind=command.kind.value, id=command.id)
    current = board.records.get((command.kind, command.id))
    version = 0 if current is None else current.version
    if command.version != version:
        raise Conflict("record.changed", version=version)
    if command.body is None:
        _check_retired(board, command, current)
        body = None
    elif type(command.body) is not BODIES[command.kind]:
        raise Invalid("record.body", kind=command.kind.value)
    else:
        body = _sound(board, command.id, command.body, checks)
    fresh = Revision(
        kind=command.kind,
        id=command.id,
        version=version + 1,
        body=body,
        at=now,
        by=command.by,
        note=command.note.strip(),
    )
    return Decision(revisions=(fresh,))


def _check_retired(board: Board, command: Revise, current: Revision | None) -> None:
    if current is None or current.body is None:
        raise NotFound("record.unknown", kind=command.kind.value, id=command.id)
    if command.kind not in RETIRE:
        raise Invalid("record.keep", kind=command.kind.value)
    if command.kind is RecordKind.ZONE:
        check_zone_free(command.id, board.records)


def _sound(board: Board, record_id: str, body: Record, checks: Checks) -> Record:
    """A body as it will be kept. Raises Invalid, Conflict."""
    match body:
        case Zone() | Closure() | Signal():
            _check_place(body, checks)
        case ServiceTerms():
            return _whole(record_id, body, checks)
        case Procedure():
            check_procedure(body)
            check_listed(board, body, checks.services)
        case Staff():
            check_staff(board, record_id, body)
        case CameraMask():
            check_mask(record_id, body, checks.camera)
        case Rule():
            check_rule(body, board.records)
        case Consent():
            check_consent(body, checks.services)
        case _:
            check_alone(body)
    return body


def _check_place(body: Zone | Closure | Signal, checks: Checks) -> None:
    if isinstance(body, Signal):
        check_signal(body, checks.inside)
    else:
        check_placed(body, checks.inside)


def _whole(service: str, body: ServiceTerms, checks: Checks) -> ServiceTerms:
    if checks.terms is None or service not in checks.services:
        raise Invalid("settings.service", name=service)
    return ServiceTerms(terms=checks.terms(service, body.terms))
