"""Light laid over a backdrop: sun and shadow, sky, lamps and windows, wet and snow, haze; and what moves is lit by."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bongsu.world.camera import lamps, shadows
from bongsu.world.camera.backdrop import FAR, Backdrop
from bongsu.world.camera.lamps import QUARTER
from bongsu.world.camera.lens import Lens
from bongsu.world.camera.light import SODIUM, Light
from bongsu.world.camera.walls import SIGN
from bongsu.world.sky import Weather

Floats = NDArray[np.float32]

_CLOUD = np.array([246, 244, 240], np.float32)
_WINDOW = np.array([110, 185, 235], np.float32)
_NEON = np.array([172, 178, 166], np.float32)
_SNOW = np.array([240, 236, 232], np.float32)
INFRARED_M = 26.0
"""How far a camera's own lamps reach."""


@dataclass
class Shot:
    """A backdrop in the light of a moment: its picture (BGR), its depth, and `local`, how light the ground is there.

    `local` has every fourth pixel; `grey` tells that the camera sees by its own infrared lamps.
    """

    image: NDArray[np.uint8]
    depth: NDArray[np.float32]
    lens: Lens
    light: Light
    local: Floats
    grey: bool

    def shade_at(self, x: float, y: float) -> float:
        """How light it is where a pixel's ground lies, 1 at a clear noon."""
        rows, columns = self.local.shape
        row = min(rows - 1, max(0, int(y) // QUARTER))
        return float(self.local[row, min(columns - 1, max(0, int(x) // QUARTER))])


def lit(still: Backdrop, light: Light, *, infrared: bool) -> Shot:
    """Light a backdrop; takes some hundredths of a second."""
    grey = infrared and light.lamps > 0.5
    bare, far = still.ground, still.distance
    sun = shadows.cast(still.blocks, still.trees, still.lens, light).astype(np.float32) / np.float32(255)
    own = np.exp(-((far / np.float32(INFRARED_M)) ** 2)) * np.float32(0.95) if grey else None
    given = _shines(still, light, sun, own, grey)
    colour = _coat(still, light, bare) * given
    if light.lamps > 0:
        _awake(colour, still, light, grey)
    if light.wet > 0:
        _mirror(colour, still, light, bare)
    _veil(colour, far, light)
    open_sky = (far >= FAR) & ~bare
    colour[open_sky] = _sky(still.lens, light)[open_sky]
    gain = _exposure(colour)
    image = np.clip(colour * np.float32(gain), 0, 255).astype(np.uint8)
    if light.lamps > 0.2:
        fog = min(1.0, light.veil_per_m * 40)
        lamps.glare(image, still.lamps, still.depth, still.lens, fog)
    if grey:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    local = _flat(still, light, sun, own)[QUARTER // 2 :: QUARTER, QUARTER // 2 :: QUARTER] * np.float32(gain)
    return Shot(np.asarray(image, dtype=np.uint8), still.depth.copy(), still.lens, light.through(gain), local, grey)


def _exposure(colour: Floats) -> float:
    """How much the camera opens up for a dark scene, or shuts for a bright one."""
    mean = float(colour[::4, ::4].mean())
    return min(1.3, max(0.85, 112 / max(mean, 1.0)))


def _lamplight(still: Backdrop, light: Light, grey: bool) -> Floats:
    size = (still.lens.width, still.lens.height)
    full = cv2.resize(still.lamplight, size, interpolation=cv2.INTER_LINEAR) * np.float32(0.85 * light.lamps)
    return np.asarray(full * np.float32(0.3) if grey else full, dtype=np.float32)


def _flat(still: Backdrop, light: Light, sun: Floats, own: Floats | None) -> Floats:
    """How light level ground would be at each pixel."""
    level = np.float32(light.ambient) + np.float32(light.direct) * sun + _lamplight(still, light, own is not None)
    return level if own is None else np.asarray(level + own, dtype=np.float32)


def _shines(still: Backdrop, light: Light, sun: Floats, own: Floats | None, grey: bool) -> Floats:
    """What light falls on each pixel, by colour."""
    facing = still.facing.astype(np.float32) / np.float32(127)
    upright = (still.facing != 0).any(axis=2)
    against = facing[..., 0] * np.float32(light.to_sun[0]) + facing[..., 1] * np.float32(light.to_sun[1])
    wall = np.float32(light.ambient * 0.94) + np.float32(light.direct * 1.15) * np.maximum(against, 0)
    direct = np.where(upright, wall - np.float32(light.ambient * 0.94), np.float32(light.direct) * sun)
    standing = (still.depth < FAR) & ~upright
    direct[standing] = np.float32(light.direct * 0.6)
    ambient = np.where(upright, np.float32(light.ambient * 0.94), np.float32(light.ambient))
    given = ambient[..., None] * light.sky_tint + direct[..., None] * light.sun_tint
    if light.lamps > 0:
        given += _lamplight(still, light, grey)[..., None] * SODIUM
    if own is not None:
        given += own[..., None]
    return np.asarray(given, dtype=np.float32)


def _coat(still: Backdrop, light: Light, bare: NDArray[np.bool_]) -> Floats:
    """The colour of things, under snow and water."""
    colour = still.image.astype(np.float32)
    if light.wet > 0:
        colour[bare] *= np.float32(1 - 0.38 * light.wet)
    if light.white > 0:
        level = (still.facing == 0).all(axis=2) & (bare | (still.depth < FAR))
        bright = np.clip((colour.max(axis=2) - 70) / 70, 0, 1)
        cover = np.where(level, (0.45 + 0.5 * bright) * np.float32(light.white), 0)
        cover[still.depth < FAR] *= np.float32(0.75)
        colour += (_SNOW - colour) * cover[..., None].astype(np.float32)
    return colour


def _awake(colour: Floats, still: Backdrop, light: Light, grey: bool) -> None:
    """Windows behind which somebody is up, and signs, shine by themselves."""
    much = np.float32(light.lamps * (0.5 if grey else 1.0))
    sign = still.shine == SIGN
    behind = (still.shine > 0) & ~sign
    bright = still.shine[behind].astype(np.float32)[:, None] / np.float32(210)
    cosy = _WINDOW + (_NEON - _WINDOW) * (still.shine[behind] % 2 == 1)[:, None]
    colour[behind] += cosy * bright * much
    colour[sign] += still.image[sign] * much * np.float32(0.9)


def _mirror(colour: Floats, still: Backdrop, light: Light, bare: NDArray[np.bool_]) -> None:
    """A wet street mirrors what stands above it, the more the flatter one looks."""
    lens = still.lens
    horizon = int(np.clip(lens.horizon(), 0, lens.height - 1))
    rays = still.rays
    flat = np.clip(1 + rays[..., 2] / np.linalg.norm(rays, axis=2), 0, 1) ** 3
    much = np.where(bare, flat * np.float32(0.55 * light.wet), 0)[..., None].astype(np.float32)
    above = cv2.blur(colour[max(0, 2 * horizon - lens.height + 1) : horizon + 1][::-1], (3, 25))
    seen = np.empty_like(colour)
    seen[:] = light.horizon
    rows = min(len(above), lens.height - horizon)
    seen[horizon : horizon + rows] = above[:rows] * np.float32(0.7) + light.horizon * np.float32(0.3)
    colour += (seen - colour) * much


def _veil(colour: Floats, far: Floats, light: Light) -> None:
    """Lay the air over the distance."""
    veil = 1 - np.exp(-far * np.float32(light.veil_per_m))
    colour += (light.horizon - colour) * veil[..., None]


def _sky(lens: Lens, light: Light) -> Floats:
    """From overhead to the horizon, with thin clouds; brighter towards a low sun."""
    high, wide = lens.height // 4, lens.width // 4
    horizon = lens.horizon() / 4
    rise = np.clip((horizon - np.arange(high)) / (lens.focal / 4 * 0.55), 0, 1)[:, None, None] ** 0.7
    sky = np.broadcast_to(light.horizon + (light.zenith - light.horizon) * rise, (high, wide, 3)).copy()
    grain = np.random.default_rng(int(lens.heading_rad * 1000))
    puffs = cv2.resize(grain.uniform(0, 1, (7, 9)).astype(np.float32), (wide, high))
    wisps = cv2.resize(grain.uniform(0, 1, (26, 16)).astype(np.float32), (wide, high))
    cloud = np.clip(puffs * 0.7 + wisps * 0.4 - 0.52, 0, 0.5)[..., None] * 1.4 * rise * light.clouds
    lit_cloud = _CLOUD * light.sun_tint * np.float32(light.dim)
    sky += (np.minimum(lit_cloud, 255) - sky) * cloud
    if light.weather is not Weather.CLEAR:
        sky *= (1 - 0.05 * puffs)[..., None]
    return np.asarray(cv2.resize(sky.astype(np.float32), (lens.width, lens.height)), dtype=np.float32)
