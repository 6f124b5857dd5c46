"""The pinhole model: from metres on the ground to pixels and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bongsu.core.geo import Plane
from bongsu.world.scene import Eye

WIDEST_DEG = 110.0


@dataclass(frozen=True, slots=True)
class Lens:
    """A camera's place (metres), its axes, and its focal length in pixels of a picture of `width` × `height`."""

    at: NDArray[np.float64]
    right: NDArray[np.float64]
    up: NDArray[np.float64]
    ahead: NDArray[np.float64]
    heading_rad: float
    tilt_rad: float
    focal: float
    width: int
    height: int

    def project(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels (…, 2) and depth in metres of points (…, 3); pixels of depth ≤ 0 mean nothing."""
        off = points - self.at
        depth = off @ self.ahead
        safe = np.where(depth > 0.05, depth, 0.05)
        px = self.width / 2 + self.focal * (off @ self.right) / safe
        py = self.height / 2 - self.focal * (off @ self.up) / safe
        return np.stack([px, py], axis=-1), depth

    def rays(self) -> NDArray[np.float32]:
        """For each pixel the direction (east, north, up) whose part along `ahead` is 1: times depth, it is a place."""
        px = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal
        py = -(np.arange(self.height) + 0.5 - self.height / 2) / self.focal
        rays = self.ahead + px[None, :, None] * self.right + py[:, None, None] * self.up
        return rays.astype(np.float32)

    def ground_to_pixel(self) -> NDArray[np.float64]:
        """The homography from (metres to the right, metres ahead, 1) on the ground to pixels."""
        sin, cos, high = math.sin(self.tilt_rad), math.cos(self.tilt_rad), float(self.at[2])
        cx, cy, f = self.width / 2, self.height / 2, self.focal
        return np.array(
            [
                [f, cx * cos, cx * high * sin],
                [0, cy * cos - f * sin, cy * high * sin + f * high * cos],
                [0, cos, high * sin],
            ]
        )

    def reach(self, wide_m: float, most_m: float = 430.0) -> float:
        """How far detail is worth drawing: `wide_m` through 60° and wider, more through a longer lens."""
        zoom = self.focal / (self.width / 2 / math.tan(math.radians(30)))
        return min(most_m, wide_m * max(1.0, zoom))

    def sees(self, spots: NDArray[np.float64], margin_m: float) -> bool:
        """Whether any of some places (n, 2) lies in the cone before the camera, widened by a margin."""
        return bool(self.sees_each(spots, margin_m).any())

    def sees_each(self, spots: NDArray[np.float64], margin_m: float) -> NDArray[np.bool_]:
        """Which of some places (n, 2) lie in the cone before the camera, widened by a margin."""
        off = spots - self.at[:2]
        right = np.abs(off @ self.right[:2])
        ahead = off @ (self.ahead[:2] / math.hypot(self.ahead[0], self.ahead[1]))
        slope = self.width / 2 / self.focal
        inside: NDArray[np.bool_] = (ahead > -margin_m) & (right < slope * np.maximum(ahead, 0) + margin_m)
        return inside

    def horizon(self) -> float:
        """The row of the horizon."""
        return self.height / 2 - self.focal * math.tan(self.tilt_rad)


def fitted_tilt_rad(eye: Eye) -> float:
    """How far below the horizon fitters set a camera of this height and angle, so that it looks at the street."""
    return math.atan2(eye.height_m, 1700 / min(eye.hfov_deg, WIDEST_DEG))


def through(eye: Eye, plane: Plane, width: int, height: int) -> Lens:
    """The lens of a camera for a picture of a given size; it is tilted as it says, or to look at the street."""
    x, y = plane.to_xy(eye.where)
    hfov = min(eye.hfov_deg, WIDEST_DEG)
    heading = math.radians(eye.heading_deg)
    tilt = fitted_tilt_rad(eye) if eye.tilt_deg is None else math.radians(eye.tilt_deg)
    flat = np.array([math.sin(heading), math.cos(heading), 0.0])
    sky = np.array([0.0, 0.0, 1.0])
    return Lens(
        at=np.array([x, y, eye.height_m]),
        right=np.array([math.cos(heading), -math.sin(heading), 0.0]),
        up=flat * math.sin(tilt) + sky * math.cos(tilt),
        ahead=flat * math.cos(tilt) - sky * math.sin(tilt),
        heading_rad=heading,
        tilt_rad=tilt,
        focal=width / 2 / math.tan(math.radians(hfov) / 2),
        width=width,
        height=height,
    )
