"""Which cameras are recorded, how long that is kept, and whose recordings go first when the disk is full (보유기간)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bongsu.city.purposes import Terms, purposes_of
from bongsu.core.asset import Camera, Purpose
from bongsu.core.recording import DAYS, Held, Keep, Orders

Wish = Literal["none", "all"] | tuple[str, ...]

WORTH = {
    Purpose.CRIME: 3,
    Purpose.CHILD: 3,
    Purpose.SAFE_VILLAGE: 3,
    Purpose.DISASTER: 2,
    Purpose.TRAFFIC: 1,
    Purpose.FACILITY: 1,
}
"""What recordings are worth to whoever looks for a person or a cause; parking, waste and the rest go first."""


def keep_of(camera: Camera, terms: Terms) -> Keep:
    """How long a camera's recordings are kept: as its register says, else the shortest its purposes allow."""
    purposes = purposes_of(camera)
    allowed = [terms[purpose].retention_days for purpose in purposes if purpose in terms]
    days = camera.retention_days or min(allowed, default=DAYS)
    return Keep(days, max(WORTH.get(purpose, 0) for purpose in purposes))


def orders(cameras: Mapping[str, Camera], terms: Terms, wish: Wish, at_most: int, held: Sequence[Held] = ()) -> Orders:
    """What the recorder is told. Of more than `at_most` cameras those of the highest worth, in the register's order."""
    named = cameras if wish == "all" else () if wish == "none" else wish
    keeps = {name: keep_of(cameras[name], terms) for name in named if name in cameras}
    first = sorted(keeps, key=lambda name: -keeps[name].priority)[:at_most]
    return Orders({name: keeps[name] for name in first}, tuple(held))
