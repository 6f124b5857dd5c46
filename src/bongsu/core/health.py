"""How a camera is: what its video process last said of it, and what that means."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.observation import Observation

PREFIX = "camera."
FRAME_LATE_MS = 5_000
FEW_FPS = 5.0
FEW_KBPS = 50.0
CLOCK_OFF_MS = 5_000
UNHEARD_MS = 20_000
"""A camera is open only while somebody watches or it is recorded; of one nobody has open nothing is known."""


class State(StrEnum):
    """Fine; to be looked at; gives nothing; not open, so nobody knows."""

    OK = "ok"
    POOR = "poor"
    DOWN = "down"
    UNKNOWN = "unknown"


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured at an open camera every few seconds.

    `last_frame_ms` is when its last frame came (Unix ms, 0 none yet), `kbps` and `fps` over the last period,
    `reconnects` since it was opened, `clock_offset_ms` its clock minus ours (None unknown), `code` its trouble
    ("" none).
    """

    last_frame_ms: int = 0
    kbps: float = 0.0
    fps: float = 0.0
    reconnects: int = 0
    clock_offset_ms: float | None = None
    code: str = ""
    told_ms: int = 0


def observations_of(camera: str, vitals: Vitals) -> tuple[Observation, ...]:
    """The vitals as observations of the camera; what is not known is not observed."""
    told = msgspec.structs.asdict(vitals)
    at_ms = told.pop("told_ms")
    return tuple(Observation(camera, PREFIX + name, value, at_ms) for name, value in told.items() if value is not None)


def state_of(vitals: Vitals | None, now_ms: int) -> State:
    """What the vitals mean at a time (Unix ms)."""
    if vitals is None or now_ms - vitals.told_ms > UNHEARD_MS:
        return State.UNKNOWN
    if vitals.code or vitals.told_ms - vitals.last_frame_ms > FRAME_LATE_MS:
        return State.DOWN
    strays = vitals.clock_offset_ms is not None and abs(vitals.clock_offset_ms) > CLOCK_OFF_MS
    return State.POOR if strays or vitals.fps < FEW_FPS or vitals.kbps < FEW_KBPS else State.OK
