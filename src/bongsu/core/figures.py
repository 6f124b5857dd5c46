"""What a video process counts: who watches what, what was sent, and how its recorder does; told every few seconds."""

from __future__ import annotations

import msgspec


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A stream that plays now: what is looked at, by whom, for how long, and what went out since it began.

    `dropped` frames were skipped to the next keyframe because this viewer takes them too slowly.
    """

    ticket: str
    camera: str
    form: str
    profile: str
    user: str
    agency: str
    seconds: float
    frames: int
    dropped: int
    size_bytes: int


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What went out in one form ("live", "mp4", "still", "replay") since the process began; `ended` by reason."""

    frames: int = 0
    dropped: int = 0
    size_bytes: int = 0
    ended: dict[str, int] = {}


class Taping(msgspec.Struct, frozen=True, kw_only=True):
    """How the recorder does, since the process began.

    `cameras` are on tape now; `behind_s` is how long the oldest piece has waited to be written, `gaps` how often a
    camera's recording was broken off and begun anew, `lost` the pieces there was no room or no disk for, `shed_hours`
    the camera-hours deleted because the disk was full, `full` whether it refuses to record now.
    """

    cameras: int = 0
    written_bytes: int = 0
    behind_s: float = 0.0
    gaps: int = 0
    lost: int = 0
    shed_hours: int = 0
    full: bool = False


class Masking(msgspec.Struct, frozen=True, kw_only=True):
    """How many streams are painted over now (replays included), and how many viewers get stills for want of room."""

    films: int = 0
    on_stills: int = 0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All of a video process's figures at one moment."""

    looks: tuple[Look, ...] = ()
    sent: dict[str, Sent] = {}
    taping: Taping = Taping()
    masking: Masking = Masking()
