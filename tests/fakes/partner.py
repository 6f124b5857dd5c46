"""Builders for the partners and the drill: events, messages, frames, said reports and board incidents."""

from __future__ import annotations

import json
import struct
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import av
import numpy as np

from bongsu.core.clock import KST
from bongsu.core.geo import Point
from bongsu.core.grant import View, ViewTerms, grant_view
from bongsu.core.incident import Incident, State
from bongsu.core.report import Severity, Status
from bongsu.core.request import Ask, Request, ask_of
from bongsu.drills.police_video.books import Said
from bongsu.world import barcode
from bongsu.world.feed import Call, To
from bongsu.world.partner import wire

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=KST)
PARTY = wire.Party(code="POLICE112", to="BONGSU")


def a_clock(start: datetime = NOON):
    """Tells a second more each time it is asked."""
    turns = iter(range(10_000))
    return lambda: start + timedelta(seconds=next(turns))


def an_event(occurrence: str = "20261122000000001", step: str = wire.OCCURRED, **fields: Any) -> wire.Event:
    base: dict[str, Any] = {
        "code": "NPAUC102",
        "name": "강도",
        "occurred_at": NOON,
        "stated_at": NOON,
        "where": Point(127.1, 37.5),
        "text": "편의점 강도",
    }
    return wire.Event(occurrence=occurrence, step=step, **{**base, **fields})


def a_message(event: wire.Event | None = None, *, turn: str = "a", now: datetime = NOON) -> dict[str, Any]:
    return wire.envelope(PARTY, "EVENT", wire.event_body(event or an_event(), PARTY), now=now, turn=turn)


def a_call(number: int, **fields: Any) -> Call:
    """Somebody rings 119 about one fire, a minute later each time."""
    told: dict[str, Any] = {
        "at": NOON + timedelta(minutes=number),
        "to": To.FIRE,
        "kind": "fire",
        "lon": 127.1,
        "lat": 37.5,
        "accuracy_m": 25.0,
        "text": "연기가 난다고 함",
        "event": "E-1",
    }
    return Call(number=number, **{**told, **fields})


def an_answer(**items: str) -> bytes:
    """An event of the city's own, as bytes on the wire."""
    return json.dumps(a_message(an_event(items=tuple(items.items())))).encode()


def said(occurrence: str = "1", turn: int = 0, *, taken: bool = True, message: str = "I-1", step: str = "10") -> Said:
    return Said(occurrence=occurrence, step=step, turn=turn, taken=taken, message=message, sent_s=0.0, answered_s=0.1)


def an_incident(occurrence: str = "1", version: int = 1, id_: str = "") -> dict[str, Any]:
    return {
        "id": id_ or f"I-{occurrence}",
        "occurrence": f"POLICE112/NPAUC102/{occurrence}",
        "version": version,
        "state": "open",
    }


def a_grant(id_: str, incident: str, *cameras: str, **fields: Any) -> dict[str, Any]:
    views = [{"camera": camera} for camera in cameras]
    base = {"service": "police_video", "agency": "police112", "ended": False}
    return {"id": id_, "incident": incident, "views": views, **base, **fields}


def live_messages(camera: str, taken_ms: list[int]) -> list[bytes]:
    """What the video socket would send of a camera that took pictures at these moments."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = barcode.WIDTH, barcode.HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 15), Fraction(15)
    encoder.options = {"tune": "zerolatency", "preset": "ultrafast", "profile": "baseline"}
    packets = []
    for turn, ms in enumerate(taken_ms):
        picture = np.full((barcode.HEIGHT, barcode.WIDTH, 3), 90, np.uint8)
        barcode.draw(picture, barcode.camera_number(camera), ms)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts = turn
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return [struct.pack("<BQQ", int(p.is_keyframe), 1, int(p.pts or 0)) + bytes(p) for p in packets]


def a_request(ask: Ask) -> Request:
    """What the city asks of the police about the case of `an_event()`, with a grant on one camera."""
    incident = Incident(
        id="I-1", version=1, kind="robbery", severity=Severity.EXTREME, state=State.OPEN, status=Status.EXERCISE,
        sender="POLICE112", occurrence="POLICE112/NPAUC102/20261122000000001", event_code="NPAUC102",
        opened_at=NOON, changed_at=NOON, occurred_at=NOON, stated_at=NOON, where=Point(127.1, 37.5),
    )  # fmt: skip
    view = View(camera="C-1", distance_m=30.0, px_per_m=80.0, clear=True, confident=True)
    given = grant_view(incident, "police_video", ViewTerms(), (view,), NOON)
    return ask_of("police112", "police_video", ask, incident, given, at=NOON, for_s=1800)
