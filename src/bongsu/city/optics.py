"""What a lens gives at a distance: pixels per metre, and how far a camera is of use.

The measure is EN 62676-4's: 25 px/m detects, 62 observes, 125 recognises, 250 identifies a person.
"""

from __future__ import annotations

import math

from bongsu.core.asset import Camera
from bongsu.settings import CameraSettings

ALL_ROUND_DEG = 180.0
"""From this field of view on no single flat lens is meant: a turning dome or several lenses in one housing."""

MIN_HFOV_DEG = 1.0
MIN_DISTANCE_M = 1.0
"""A person cannot stand inside the lens; nearer than this, more pixels per metre tell nothing."""


def lens_hfov_deg(camera: Camera, assume: CameraSettings) -> float:
    """The field of view of the lens that looks at a place, degrees.

    A dome's "360" says where it can look, not how wide one picture of it is: its picture is taken through
    the assumed lens. The same holds where the register says nothing.
    """
    stated = camera.hfov_deg
    if stated is None or stated >= ALL_ROUND_DEG:
        return assume.hfov_deg
    return max(stated, MIN_HFOV_DEG)


def focal_px(camera: Camera, assume: CameraSettings) -> float:
    """W / (2·tan(HFOV/2)): the pixels that one metre fills at one metre's distance."""
    width = camera.width_px or assume.width_px
    return width / (2 * math.tan(math.radians(lens_hfov_deg(camera, assume)) / 2))


def reach_m(camera: Camera, assume: CameraSettings) -> float:
    """How far the camera gives `assume.ppm` pixels per metre: d = W / (2·ppm·tan(HFOV/2)), metres."""
    return focal_px(camera, assume) / assume.ppm


def sector_deg(camera: Camera, assume: CameraSettings) -> float:
    """The width of the sector the camera covers, degrees: all of it where the heading is unknown."""
    if camera.heading_deg is None:
        return 360.0
    return camera.hfov_deg or assume.hfov_deg
