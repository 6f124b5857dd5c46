"""Makes a plausible Korean city and writes it as the files a real city would hand over."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bongsu.core.geo import Plane, Point
from bongsu.world import osm, scene
from bongsu.world.maker.facilities import Facilities, equip
from bongsu.world.maker.files import Row, list_rows
from bongsu.world.maker.poles import plant
from bongsu.world.maker.region import Edges, edges_of, join, sheet_of, write_boundaries
from bongsu.world.maker.sheet import Sheet
from bongsu.world.maker.sizes import Size, of
from bongsu.world.maker.survey import Survey
from bongsu.world.maker.tables import Registers
from bongsu.world.maker.town import build

__all__ = ["make"]

MIDDLE = Point(127.3, 36.55)


def make(folder: Path, seed: int, size: str = "town", say: Callable[[str], None] = lambda line: None) -> None:
    """Write a city's registers, `city.osm.pbf`, `boundaries.geojson` and `scene.json`; the same seed, the same bytes.

    The scene's ground is read back from the written map, so that what the cameras show and what a city
    imports are one thing; only heading, lens and height of the cameras are the world's secret. `say` is told how far
    it is. Raises Invalid("world.size") for an unknown size.
    """
    wanted, plane = of(size), Plane(MIDDLE)
    folder.mkdir(parents=True, exist_ok=True)
    eyes, stations, bells = _draw(folder, seed, wanted, plane, say)
    write_boundaries(wanted, plane, folder / "boundaries.geojson")
    ground = osm.read(folder / "city.osm.pbf")
    whole = scene.Scene(
        seed=seed,
        origin=MIDDLE,
        cameras=tuple(eyes),
        roads=ground.roads,
        buildings=ground.buildings,
        areas=ground.areas,
        districts=tuple(wanted.book(n).district.ko or wanted.name.ko for n in range(wanted.districts)),
        stations=tuple(stations),
        bells=tuple(bells),
    )
    scene.save(whole, folder)


def _draw(
    folder: Path, seed: int, size: Size, plane: Plane, say: Callable[[str], None]
) -> tuple[list[scene.Eye], list[scene.Station], list[scene.Bell]]:
    """Draw and write one district after the other, then what joins them."""
    eyes: list[scene.Eye] = []
    stations: list[scene.Station] = []
    bells: list[scene.Bell] = []
    edges: list[Edges] = []
    with closing(Registers(folder)) as registers, Survey(folder / "city.osm.pbf") as survey:
        for number in range(size.districts):
            chance = random.Random(f"bongsu {seed}" if size.districts == 1 else f"bongsu {seed} {number}")
            book, sheet = size.book(number), sheet_of(size, number, plane)
            town = build(chance, book)
            poles = plant(town, chance)
            rows = list(list_rows(town, poles, sheet, chance, book))
            facilities = equip(town, poles, book, random.Random(f"facilities {seed} {number}"))
            survey.add(town, sheet)
            registers.add(rows, facilities, sheet, book)
            edges.append(edges_of(town, book, sheet, survey))
            eyes += map(_eye, rows)
            stations += _stations(facilities, sheet)
            bells += [scene.Bell(one.id, sheet.to_point(*one.at)) for one in facilities.bells]
            say(f"{number + 1}/{size.districts} {book.address}")
        join(size, edges, plane, survey)
    return eyes, stations, bells


def _eye(row: Row) -> scene.Eye:
    return scene.Eye(
        id=row.id,
        where=row.place,
        heading_deg=round(row.lens.heading_deg, 2),
        hfov_deg=row.lens.hfov_deg,
        height_m=row.pole.height_m,
        width_px=row.lens.width_px,
    )


def _stations(facilities: Facilities, sheet: Sheet) -> list[scene.Station]:
    return [
        scene.Station(id=one.id, kind=kind, name=one.name, where=sheet.to_point(*one.at))
        for kind, things in (("police", facilities.police), ("fire", facilities.fire))
        for one in things
    ]
