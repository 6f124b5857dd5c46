"""The record of who saw what and why; every row is a leaf of a Merkle log to come (RFC 6962)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

import msgspec


class Act(StrEnum):
    """What was done."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    VIEW = "view"
    STILL = "still"
    REPLAY = "replay"
    WATCHED = "watched"
    STEER = "steer"
    STEERED = "steered"
    GRANT = "grant"
    EXTEND = "extend"
    END = "end"
    PROVIDE = "provide"
    REFUSE = "refuse"
    READ_LEDGER = "read_ledger"
    IMPORT = "import"
    RETRY = "retry"
    REVISE = "revise"
    BACKUP = "backup"
    RESTORE = "restore"
    DELETE = "delete"
    SHED = "shed"
    EXPORT_ASK = "export_ask"
    EXPORT_APPROVE = "export_approve"
    EXPORT_REFUSE = "export_refuse"
    EXPORT_BUILD = "export_build"
    EXPORT_END = "export_end"
    EXPORT_DOWNLOAD = "export_download"
    HOLD = "hold"
    RELEASE = "release"
    UNMASK = "unmask"
    UNMASK_END = "unmask_end"
    SEE_WARD = "see_ward"
    ERASE = "erase"
    SIGNAL_ASK = "signal_ask"
    SIGNAL_EFFECT = "signal_effect"
    SIGNAL_END = "signal_end"
    SEND = "send"
    RECALL = "recall"
    FILE = "file"
    SEARCH = "search"
    PURSUE = "pursue"
    CONTACT_ASK = "contact_ask"
    CONTACT = "contact"


class LedgerRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act: who, for whom, when, from where, on which camera, why, under which incident and grant.

    `ticket` joins a look (VIEW, STILL, REPLAY) with what became of it (WATCHED); `span` is the time that recordings
    are of, how long an unmasking lasts, or a priority's green was on, as ISO 8601 writes an interval.
    `subject` is whom or what it was about as a keyed hash, `result` what came of it, both of contacts only.
    """

    at: datetime
    act: Act
    who: str
    agency: str = ""
    origin: str = ""
    camera: str = ""
    incident: str = ""
    grant: str = ""
    basis: str = ""
    reason: str = ""
    session: str = ""
    ticket: str = ""
    span: str = ""
    subject: str = ""
    result: str = ""


def leaf_hash(payload: bytes, salt: bytes) -> bytes:
    """RFC 6962 leaf hash (0x00 prefix) of payload and 32-byte salt; without its salt a row is forgotten."""
    return hashlib.sha256(b"\x00" + payload + salt).digest()


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger row as stored: its sequence, salt and leaf hash beside it."""

    seq: int
    row: LedgerRow
    salt: bytes
    leaf: bytes
