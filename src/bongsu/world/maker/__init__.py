"""Makes a plausible Korean city district and writes it as the files a real city would hand over."""

from __future__ import annotations

import random
from pathlib import Path

from bongsu.core.geo import Plane, Point
from bongsu.world import osm, scene
from bongsu.world.maker.files import Row, list_rows, write_map, write_register
from bongsu.world.maker.poles import plant
from bongsu.world.maker.town import build

__all__ = ["make"]

MIDDLE = Point(127.3, 36.55)


def make(folder: Path, seed: int) -> None:
    """Write `cctv.csv`, `city.osm.pbf` and `scene.json` of a city; the same seed writes the same bytes.

    The scene's ground is read back from the written map, so that what the cameras show and what a city
    imports are one thing; only heading, lens and height of the cameras are the world's secret.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(f"bongsu {seed}")
    plane = Plane(MIDDLE)
    town = build(chance)
    rows = list(list_rows(town, plant(town, chance), plane, chance))
    write_register(rows, folder / "cctv.csv")
    write_map(town, plane, folder / "city.osm.pbf")
    ground = osm.read(folder / "city.osm.pbf")
    whole = scene.Scene(
        seed=seed,
        origin=MIDDLE,
        cameras=tuple(map(_eye, rows)),
        roads=ground.roads,
        buildings=ground.buildings,
        areas=ground.areas,
    )
    scene.save(whole, folder)


def _eye(row: Row) -> scene.Eye:
    return scene.Eye(
        id=row.id,
        where=row.place,
        heading_deg=round(row.lens.heading_deg, 2),
        hfov_deg=row.lens.hfov_deg,
        height_m=row.pole.height_m,
        width_px=row.lens.width_px,
    )
