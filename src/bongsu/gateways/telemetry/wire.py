"""The lines on the local socket between core and telemetry (doors.md, "The telemetry socket")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from bongsu.core.asking import ListSpots, SpotNews
from bongsu.core.detection import Detection


class Hello(msgspec.Struct, frozen=True, tag_field="what", tag="hello"):
    """Telemetry greets: which version of the register of devices it has (0 none)."""

    register_version: int


class Detected(msgspec.Struct, frozen=True, tag_field="what", tag="detected"):
    """What rules found in one batch; said again on each new line until it is kept."""

    number: int
    detections: tuple[Detection, ...]


class Answered(msgspec.Struct, frozen=True, tag_field="what", tag="answered"):
    """The answer to question `ask`; where there is none, the `error` as `core.errors` names it, its code and facts."""

    ask: int
    answer: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""
    code: str = ""
    facts: dict[str, str | float] = {}


class ShownSaid(msgspec.Struct, frozen=True, tag_field="what", tag="shown"):
    """What of a show is another than before."""

    show: int
    news: SpotNews


class FiguresSaid(msgspec.Struct, frozen=True, tag_field="what", tag="figures"):
    """What the process counts, every second, by name and label."""

    figures: dict[str, dict[str, float]]


class BeatSaid(msgspec.Struct, frozen=True, tag_field="what", tag="beat"):
    """Telemetry is alive, and reads what it is told."""


Heard = Hello | Detected | Answered | ShownSaid | FiguresSaid | BeatSaid

_decoder: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


def read(line: bytes) -> Heard:
    """One line of telemetry's; raises msgspec.ValidationError or DecodeError when it is none."""
    return _decoder.decode(line)


def terms(rules: Mapping[str, object], zones: Mapping[str, object]) -> bytes:
    """Every rule in force and every zone, by the records' ids: all of them, first on each connection."""
    return _line(what="terms", rules=dict(rules), zones=dict(zones))


def devices(version: int, blocks: Iterable[bytes]) -> Iterable[bytes]:
    """The whole register of devices, a block of msgpack a line, and then that it is whole."""
    yield _line(what="devices_begin", version=version)
    for block in blocks:
        yield _line(what="devices_block", rows=block)
    yield _line(what="devices_end", version=version)


def devices_same(version: int) -> bytes:
    """The register of devices they have is the newest."""
    return _line(what="devices_same", version=version)


def kept(number: int) -> bytes:
    """The detections of a batch are committed."""
    return _line(what="kept", number=number)


def ask(number: int, question: object) -> bytes:
    """A question (`core.asking`)."""
    return _line(what="ask", ask=number, question=question)


def show(number: int, asked: ListSpots | None) -> bytes:
    """What a screen shows from now on; None: nothing any more."""
    return _line(what="show", show=number, asked=asked)


BEAT = b'{"what":"beat"}\n'


def _line(**words: object) -> bytes:
    return msgspec.json.encode(words) + b"\n"
