"""A pan-tilt-zoom head as it truly moves: where it looks at any time, given what it was last told."""

from __future__ import annotations

import math
from typing import NamedTuple

from msgspec.structs import replace

from bongsu.world.camera.lens import WIDEST_DEG, fitted_tilt_rad
from bongsu.world.scene import Eye

PAN_DEG = 170.0
TILT_DEG = 40.0
ZOOM = 8.0
"""How far the ends of the generic spaces are: degrees to each side, degrees up and down, times."""

SPEED = 0.35
"""Generic units a second at full speed."""

LONGEST_S = 60.0
STEP_DEG = 0.5
"""A picture is turned in steps, so that a head that trembles does not repaint the city."""


class Pose(NamedTuple):
    """Generic spaces (ONVIF PTZ service specification, 5.8): pan and tilt −1…1 (right, up), zoom 0…1."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0


LEAST, MOST = Pose(-1.0, -1.0, 0.0), Pose(1.0, 1.0, 1.0)


class Head(NamedTuple):
    """On its way from a pose: on each axis so fast and for so long. A new order makes a new head."""

    start: Pose = Pose()
    at_s: float = 0.0
    velocity: Pose = Pose()
    for_s: Pose = Pose()

    def pose(self, now_s: float) -> Pose:
        """Where it looks at a time (monotonic seconds)."""
        gone = max(0.0, now_s - self.at_s)
        axes = zip(self.start, self.velocity, self.for_s, LEAST, MOST, strict=True)
        return Pose(*(min(most, max(least, s + v * min(gone, t))) for s, v, t, least, most in axes))

    def is_moving(self, now_s: float) -> bool:
        """Whether any axis is still under way."""
        gone = now_s - self.at_s
        return any(v != 0 and gone < t for v, t in zip(self.velocity, self.for_s, strict=True))

    def drive(self, velocity: Pose, timeout_s: float, now_s: float) -> Head:
        """Move at so much of full speed (−1…1 an axis) until told otherwise, at most `timeout_s`."""
        for_s = min(timeout_s, LONGEST_S)
        wanted = Pose(*(max(-1.0, min(1.0, v)) * SPEED for v in velocity))
        return Head(self.pose(now_s), now_s, wanted, Pose(for_s, for_s, for_s))

    def go(self, target: Pose, now_s: float) -> Head:
        """Move to a pose at full speed."""
        here = self.pose(now_s)
        aim = Pose(*(min(most, max(least, t)) for t, least, most in zip(target, LEAST, MOST, strict=True)))
        off = [there - start for start, there in zip(here, aim, strict=True)]
        velocity = Pose(*(math.copysign(SPEED, d) if d else 0.0 for d in off))
        return Head(here, now_s, velocity, Pose(*(abs(d) / SPEED for d in off)))

    def stop(self, now_s: float) -> Head:
        """Stand still where it is."""
        return Head(self.pose(now_s), now_s)


def turned(eye: Eye, pose: Pose) -> Eye:
    """A camera whose head is at a pose; the pose (0, 0, 0) is as it was put up."""
    if pose == Pose():
        return eye
    hfov = min(eye.hfov_deg, WIDEST_DEG)
    down = math.degrees(fitted_tilt_rad(eye)) - pose.tilt * TILT_DEG
    narrow = hfov / (1 + pose.zoom * (ZOOM - 1))
    return replace(
        eye,
        heading_deg=_stepped(eye.heading_deg + pose.pan * PAN_DEG) % 360,
        tilt_deg=max(-10.0, min(80.0, _stepped(down))),
        hfov_deg=max(1.0, _stepped(narrow)),
    )


def _stepped(degrees: float) -> float:
    return round(degrees / STEP_DEG) * STEP_DEG
