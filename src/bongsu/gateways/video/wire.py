"""The lines on the local socket between core and video (doors.md, "The local socket")."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


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


Heard = Hello | Watched | CameraState

_decoder: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


def read(line: bytes) -> Heard:
    """One line of video's; raises msgspec.ValidationError or DecodeError when it is none."""
    return _decoder.decode(line)


def whole(holds: Mapping[str, int | None], template: str, streams: Mapping[str, str]) -> bytes:
    """The full state, first on every connection; ends in Unix milliseconds."""
    return _line(what="all", holds=dict(holds), template=template, streams=dict(streams))


def hold(key: str, until_ms: int | None) -> bytes:
    """A key is held until a time, or open-ended."""
    return _line(what="hold", key=key, until_ms=until_ms)


def drop(key: str) -> bytes:
    """A key is held no longer."""
    return _line(what="drop", key=key)


def streams(template: str, streams: Mapping[str, str]) -> bytes:
    """Where cameras are, after an import."""
    return _line(what="streams", template=template, streams=dict(streams))


BEAT = b'{"what":"beat"}\n'


def _line(**words: object) -> bytes:
    return msgspec.json.encode(words) + b"\n"
