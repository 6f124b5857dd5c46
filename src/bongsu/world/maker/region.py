"""Districts side by side: where each lies, the streets and rivers between them, and their boundaries."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from bongsu.core.geo import Plane
from bongsu.world.maker.names import Book, Name
from bongsu.world.maker.shapes import Spot
from bongsu.world.maker.sheet import Sheet
from bongsu.world.maker.sizes import Size
from bongsu.world.maker.streets import ROAD
from bongsu.world.maker.survey import Survey
from bongsu.world.maker.terrain import TILT
from bongsu.world.maker.town import Town

PITCH_EAST_M, PITCH_NORTH_M = 3_860.0, 3_440.0
STEP_M = 30.0


class End(NamedTuple):
    """Where a street leaves a district: its node on the map, and the spot in the whole city's metres."""

    node: int
    spot: Spot


class Edges(NamedTuple):
    """The streets that leave a district towards its neighbours by their names: (west end, east end), (south, north)."""

    across: dict[str, tuple[End, End]]
    up: dict[str, tuple[End, End]]
    river: tuple[tuple[Spot, Spot], tuple[Spot, Spot]]
    ranks: dict[str, tuple[int, Name]]


def sheet_of(size: Size, number: int, plane: Plane) -> Sheet:
    """Where the nth district of a size lies; the grid is tilted as the districts are."""
    column, row = size.cells()[number]
    rows = math.ceil(size.districts / size.columns)
    u = (column - (size.columns - 1) / 2) * PITCH_EAST_M
    v = (row - (rows - 1) / 2) * PITCH_NORTH_M
    return Sheet(plane, *_tilted(u, v))


def edges_of(town: Town, book: Book, sheet: Sheet, survey: Survey) -> Edges:
    """The ends of a district's avenues and river, while it is the one drawn last."""
    ends: dict[str, tuple[End, End]] = {}
    ranks: dict[str, tuple[int, Name]] = {}
    for name in (*book.avenues[:7], *book.riverside):
        ways = [way for way in town.ways if way.name == name]
        first, last = ways[0].line[0], ways[-1].line[-1]
        ends[name.ko] = (End(survey.at(first), _whole(first, sheet)), End(survey.at(last), _whole(last, sheet)))
        ranks[name.ko] = (ways[0].rank, name)
    ups = [name.ko for name in book.avenues[:4]]
    ring = next(field.ring for field in town.fields if field.kind == "water")
    half = len(ring) // 2
    west, east = (ring[0], ring[-1]), (ring[half - 1], ring[half])
    return Edges(
        across={name: pair for name, pair in ends.items() if name not in ups},
        up={name: ends[name] for name in ups},
        river=((_whole(west[0], sheet), _whole(west[1], sheet)), (_whole(east[0], sheet), _whole(east[1], sheet))),
        ranks=ranks,
    )


def join(size: Size, edges: list[Edges], plane: Plane, survey: Survey) -> None:
    """Draw the avenues and rivers that run from district to district."""
    whole, cells = Sheet(plane), size.cells()
    at = {cell: number for number, cell in enumerate(cells)}
    for number, (column, row) in enumerate(cells):
        here = edges[number]
        east, north = at.get((column + 1, row)), at.get((column, row + 1))
        if east is not None:
            there = edges[east]
            for name in sorted(here.across.keys() & there.across.keys()):
                _link(survey, whole, here.across[name][1], there.across[name][0], here.ranks[name])
            (low, high), (far_low, far_high) = here.river[1], there.river[0]
            survey.water([low, far_low, far_high, high], whole, size.book(number).river)
        if north is not None:
            there = edges[north]
            for name in sorted(here.up.keys() & there.up.keys()):
                _link(survey, whole, here.up[name][1], there.up[name][0], here.ranks[name])


def boundaries(size: Size, plane: Plane) -> Iterator[dict[str, object]]:
    """Each district as a GeoJSON feature with KOSTAT's property names; neighbours share their corners."""
    half_u, half_v = PITCH_EAST_M / 2, PITCH_NORTH_M / 2
    for number in range(size.districts):
        sheet, book = sheet_of(size, number, plane), size.book(number)
        corners = [(-half_u, -half_v), (half_u, -half_v), (half_u, half_v), (-half_u, half_v), (-half_u, -half_v)]
        points = [sheet.to_point(*_tilted(u, v)) for u, v in corners]
        name = book.district if book.district.ko else book.city
        yield {
            "type": "Feature",
            "properties": {"code": f"{41000 + number:05}", "name": name.ko, "name_eng": name.en, "base_year": "2026"},
            "geometry": {"type": "Polygon", "coordinates": [[[round(p.lon, 7), round(p.lat, 7)] for p in points]]},
        }


def write_boundaries(size: Size, plane: Plane, path: Path) -> None:
    """Write `boundaries.geojson`."""
    path.write_bytes(msgspec.json.encode({"type": "FeatureCollection", "features": list(boundaries(size, plane))}))


def _link(survey: Survey, whole: Sheet, start: End, end: End, street: tuple[int, Name]) -> None:
    pieces = max(1, round(math.dist(start.spot, end.spot) / STEP_M))
    spots = [
        tuple(a + (b - a) * n / pieces for a, b in zip(start.spot, end.spot, strict=True)) for n in range(1, pieces)
    ]
    rank, name = street
    survey.link(start.node, end.node, [(x, y) for x, y in spots], whole, min(rank, ROAD), name)


def _whole(spot: Spot, sheet: Sheet) -> Spot:
    return sheet.east_m + spot[0], sheet.north_m + spot[1]


def _tilted(u: float, v: float) -> Spot:
    return u * math.cos(TILT) - v * math.sin(TILT), u * math.sin(TILT) + v * math.cos(TILT)
