"""Everything a run of the drill measures, before it is judged."""

from __future__ import annotations

import msgspec

from bongsu.drills.measure import Histogram
from bongsu.drills.police_video.audit import Audit, Board
from bongsu.drills.police_video.first_frames import Frames
from bongsu.drills.police_video.load import Burst
from bongsu.drills.police_video.plan import Plan
from bongsu.drills.police_video.teeth import Leak, Silence, Stall
from bongsu.drills.police_video.tickets import Misuse


class Bare(msgspec.Struct, kw_only=True):
    """The bare limits of this machine, in ms."""

    commits: list[float] = []
    round_trips: list[float] = []
    keyframes: list[float] = []


class Findings(msgspec.Struct, kw_only=True):
    """Everything a run measured, before it is judged."""

    plan: Plan
    pids: dict[str, int] = {}
    rounds: list[Burst] = []
    frames: Frames = msgspec.field(default_factory=Frames)
    bare: Bare = msgspec.field(default_factory=Bare)
    lag: Histogram = Histogram(bounds=(), counts=())
    misuse: list[Misuse] = []
    stall: Stall | None = None
    silence: Silence | None = None
    leak: Leak | None = None
    books: Audit | None = None
    replayed: Board | None = None
    seconds: float = 0.0
