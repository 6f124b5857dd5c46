"""Builders for pictures: shots of small worlds under any sky, and things that move or burn before them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import numpy as np

from bongsu.core.clock import KST
from bongsu.world.camera.atlas import Atlas
from bongsu.world.camera.backdrop import Backdrop, paint
from bongsu.world.camera.light import AFTERNOON, light_of
from bongsu.world.camera.lighting import Shot, lit
from bongsu.world.scene import Scene
from bongsu.world.sky import Sky, Weather
from bongsu.world.stage import Blaze, Things
from bongsu.world.traffic import Kind

NIGHT = {"sun_altitude_deg": -40.0, "light": 0.0}


def a_sky(**fields: Any) -> Sky:
    """A clear early afternoon, unless said otherwise."""
    return msgspec.structs.replace(AFTERNOON, **fields)


SKIES = {
    "noon": a_sky(),
    "dusk": a_sky(sun_altitude_deg=-2.0, light=0.12),
    "night": a_sky(**NIGHT),
    "rain": a_sky(weather=Weather.RAIN, light=0.5, wet=0.9, visibility_m=2000.0),
    "rain at night": a_sky(weather=Weather.RAIN, wet=0.9, visibility_m=2000.0, **NIGHT),
    "snow": a_sky(weather=Weather.SNOW, light=0.6, white=0.8, visibility_m=500.0),
    "fog": a_sky(weather=Weather.FOG, light=0.5, visibility_m=90.0),
}


def still_of(scene: Scene) -> Backdrop:
    return paint(scene.cameras[0], scene, Atlas(scene))


def shot_of(still: Backdrop, sky: Sky = AFTERNOON, *, infrared: bool = False) -> Shot:
    return lit(still, light_of(sky), infrared=infrared)


def things(*movers: tuple[Kind, float, float], towards: tuple[float, float] = (0.0, 1.0), look: int = 9) -> Things:
    """Movers at metres, all going the same way."""
    many = len(movers)
    return Things(
        np.array([(x, y) for _, x, y in movers], np.float32).reshape(-1, 2),
        np.array([towards] * many, np.float32).reshape(-1, 2),
        np.array([kind for kind, _, _ in movers], np.uint8),
        np.full(many, look, np.uint8),
        np.arange(many, dtype=np.int64),
    )


def a_fire(x: float = 0.0, y: float = -20.0) -> Blaze:
    return Blaze(x, y, 0.5, 2.0, 0.9, 1.0)


def ms_of(hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 10, 5, hour, minute, tzinfo=KST).timestamp() * 1000)
