"""Who steers a camera: one holder a camera, for a short while from the last touch. Pure: time is passed in.

A wheel is free when nobody has it or its time is up; nobody's may be taken but by somebody with a more urgent case
and a reason (카메라 제어권).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from bongsu.core.errors import Conflict
from bongsu.core.incident import Priority

REASON_AT_LEAST = 5
_RANK = {Priority.URGENT: 3, Priority.HIGH: 2, Priority.NORMAL: 1, Priority.LOW: 0}
NO_CASE = -1


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """One holder's time at one camera; `until_s` and `since_s` are monotonic seconds, `rank` how urgent the case is."""

    camera: str
    user: str
    session: str
    agency: str = ""
    incident: str = ""
    grant: str = ""
    rank: int = NO_CASE
    since_s: float
    until_s: float
    moves: int = 0

    def is_held(self, now_s: float) -> bool:
        """Whether its time is not up."""
        return now_s < self.until_s


Wheels = Mapping[str, Wheel]
"""At most one a camera, by camera."""


def rank_of(priority: Priority | None) -> int:
    """How urgent a case is, as a number; without a case less than any."""
    return NO_CASE if priority is None else _RANK[priority]


def judge(wheels: Wheels, wanted: Wheel, reason: str, now_s: float) -> Wheel | None:
    """Whose wheel is taken over; None when it is free or one's own. Raises Conflict("wheel.held") with who has it."""
    held = wheels.get(wanted.camera)
    if held is None or not held.is_held(now_s) or held.session == wanted.session:
        return None
    if wanted.rank > held.rank and len(reason.strip()) >= REASON_AT_LEAST:
        return held
    raise Conflict("wheel.held", camera=held.camera, holder=held.user, for_s=round(held.until_s - now_s, 1))


def take(wheels: Wheels, wanted: Wheel, reason: str, now_s: float) -> dict[str, Wheel]:
    """The wheels with this one taken; one's own goes on counting. Raises as `judge`."""
    judge(wheels, wanted, reason, now_s)
    held = wheels.get(wanted.camera)
    own = held is not None and held.is_held(now_s) and held.session == wanted.session
    kept = replace(wanted, since_s=held.since_s, moves=held.moves) if own and held is not None else wanted
    return {**wheels, wanted.camera: kept}


def touch(wheels: Wheels, camera: str, session: str, now_s: float, for_s: float, moves: int = 0) -> dict[str, Wheel]:
    """The wheels with one's own held `for_s` seconds more from now. Raises Conflict("wheel.not_yours")."""
    held = wheels.get(camera)
    if held is None or not held.is_held(now_s) or held.session != session:
        raise Conflict("wheel.not_yours", camera=camera)
    return {**wheels, camera: replace(held, until_s=now_s + for_s, moves=held.moves + moves)}


def let_go(wheels: Wheels, camera: str) -> dict[str, Wheel]:
    """The wheels without this one."""
    return {name: wheel for name, wheel in wheels.items() if name != camera}


def over(wheels: Wheels, now_s: float) -> tuple[Wheel, ...]:
    """Those whose time is up and that nobody has put away yet."""
    return tuple(wheel for wheel in wheels.values() if not wheel.is_held(now_s))
