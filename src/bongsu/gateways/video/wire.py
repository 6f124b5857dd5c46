"""The lines on the local socket between core and video (doors.md, "The local socket")."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bongsu.core.export import ExportState, Job
from bongsu.core.figures import Figures
from bongsu.core.health import Vitals
from bongsu.core.mask import Masks
from bongsu.core.recording import Erased, Orders, Recorded
from bongsu.core.stream import Addresses


class Hello(msgspec.Struct, frozen=True, tag_field="what", tag="hello"):
    """Video greets: the epoch of its process, which every ticket must carry."""

    epoch: str


class Watched(msgspec.Struct, frozen=True, tag_field="what", tag="watched"):
    """A stream has ended: its ticket, frames sent, seconds, and why ("left", "done", "hold.gone" …).

    The rest is what the ticket said, so that the ledger tells who stopped looking at what.
    """

    ticket: str
    frames: int
    seconds: float
    code: str
    user: str = ""
    agency: str = ""
    camera: str = ""
    incident: str = ""
    grant: str = ""
    session: str = ""


class CameraState(msgspec.Struct, frozen=True, tag_field="what", tag="camera"):
    """A camera's connection has changed: "ok" or "down", and why."""

    camera: str
    state: str
    code: str


class HealthSaid(msgspec.Struct, frozen=True, tag_field="what", tag="health"):
    """How an open camera is, every five seconds."""

    camera: str
    vitals: Vitals


class FiguresSaid(msgspec.Struct, frozen=True, tag_field="what", tag="figures"):
    """What the process counts, every five seconds."""

    figures: Figures


class ErasedSaid(msgspec.Struct, frozen=True, tag_field="what", tag="erased"):
    """Recordings are deleted; said again until it is noted."""

    erased: Erased


class SpansSaid(msgspec.Struct, frozen=True, tag_field="what", tag="spans"):
    """What there is of a camera's recordings: the answer to question `ask`."""

    ask: int
    recorded: Recorded


class ExportSaid(msgspec.Struct, frozen=True, tag_field="what", tag="export"):
    """How far an export has come: BUILDING (`share` of 1 is done), READY (its file's digest and size) or FAILED."""

    export: str
    state: ExportState
    share: float = 0.0
    sha256: str = ""
    size_bytes: int = 0
    fault: str = ""


class BeatSaid(msgspec.Struct, frozen=True, tag_field="what", tag="beat"):
    """Video is alive, and reads what it is told."""


Heard = Hello | Watched | CameraState | HealthSaid | FiguresSaid | ErasedSaid | SpansSaid | ExportSaid | BeatSaid

_decoder: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


def read(line: bytes) -> Heard:
    """One line of video's; raises msgspec.ValidationError or DecodeError when it is none."""
    return _decoder.decode(line)


def trust(lease: str) -> bytes:
    """The core's public key (hexadecimal), to check tickets with: for a process that has not the core's folder."""
    return _line(what="trust", lease=lease)


def whole(holds: Mapping[str, int | None], addresses: Addresses, masked: Masks) -> bytes:
    """The full state, first on every connection; ends in Unix milliseconds."""
    return _line(what="all", holds=dict(holds), addresses=addresses, masks=dict(masked))


def hold(key: str, until_ms: int | None) -> bytes:
    """A key is held until a time, or open-ended."""
    return _line(what="hold", key=key, until_ms=until_ms)


def drop(key: str) -> bytes:
    """A key is held no longer."""
    return _line(what="drop", key=key)


def streams(addresses: Addresses) -> bytes:
    """Where cameras are, after an import."""
    return _line(what="streams", addresses=addresses)


def masks(masked: Masks) -> bytes:
    """The zones of every masked camera, after one of them changed."""
    return _line(what="masks", masks=dict(masked))


def record(orders: Orders) -> bytes:
    """Which cameras are recorded from now on, and what must not be deleted."""
    return _line(what="record", orders=orders)


def noted(number: str) -> bytes:
    """A deletion is on the ledger."""
    return _line(what="noted", id=number)


def spans(ask: int, camera: str, from_ms: int, to_ms: int) -> bytes:
    """What is there of a camera's recordings?"""
    return _line(what="spans", ask=ask, camera=camera, from_ms=from_ms, to_ms=to_ms)


def exports(jobs: tuple[Job, ...]) -> bytes:
    """Every export that is to be built, in order."""
    return _line(what="exports", jobs=jobs)


BEAT = b'{"what":"beat"}\n'


def _line(**words: object) -> bytes:
    return msgspec.json.encode(words) + b"\n"
