"""Entities that meet a query (clause 5.7.2), looked for in steps so that nobody else waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import chain

import msgspec

from bongsu.web.ngsi_ld.answers import Page
from bongsu.web.ngsi_ld.door import Door
from bongsu.wires.ngsi_ld.entity import GEO, Entity
from bongsu.wires.ngsi_ld.geometry import GeoQuery, Where, box_of
from bongsu.wires.ngsi_ld.judge import meets
from bongsu.wires.ngsi_ld.query import Node
from bongsu.wires.ngsi_ld.selection import Selector, Types, selects

STEP_S = 0.002
LOOKS = 16
"""Entities between two looks at the clock."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: one of the selectors, the query, the place, and one at least of the names."""

    selectors: tuple[Selector, ...] = (Selector(),)
    query: Node | None = None
    geo: GeoQuery | None = None
    names: frozenset[str] = frozenset()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One page of what was found; `total` is counted only where it was asked for."""

    entities: list[Entity]
    more: bool
    total: int


async def select(door: Door, wanted: Wanted, page: Page) -> Found:
    """The page of the entities that are meant, in the order in which they came, the city's own after them."""
    judge = _Judge(wanted)
    end = page.offset + page.limit
    found: list[Entity] = []
    total, looks, begun = 0, 0, time.perf_counter()
    for entity in _candidates(door, wanted):
        looks += 1
        if looks % LOOKS == 0 and time.perf_counter() - begun > STEP_S:
            await asyncio.sleep(0)
            begun = time.perf_counter()
        if not judge.wants(entity):
            continue
        total += 1
        if page.offset < total <= end:
            found.append(entity)
        if total > end and not page.count:
            break
    return Found(entities=found, more=total > end, total=total)


def _candidates(door: Door, wanted: Wanted) -> Iterator[Entity]:
    """Whatever may be meant, each once."""
    if all(one.id for one in wanted.selectors):
        names = dict.fromkeys(one.id for one in wanted.selectors)
        return (entity for name in names if (entity := door.index.find(name) or door.estate.find(name)) is not None)
    types: Types = tuple(dict.fromkeys(group for one in wanted.selectors for group in one.types))
    if any(not one.types for one in wanted.selectors):
        types = ()
    return chain(door.index.of(types), door.estate.of(types))


class _Judge:
    """Whether an entity is meant; what is quickly told is asked first."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._where = Where(wanted.geo) if wanted.geo is not None else None
        geo = wanted.geo
        near = geo is not None and geo.relation != "disjoint" and geo.min_m is None
        self._box = box_of(geo.geometry, geo.max_m or 0.0) if geo is not None and near else None

    def wants(self, entity: Entity) -> bool:
        wanted = self._wanted
        if wanted.names and wanted.names.isdisjoint(entity.attributes):
            return False
        if not any(selects(one, entity) for one in wanted.selectors):
            return False
        if wanted.query is not None and not meets(entity, wanted.query):
            return False
        return wanted.geo is None or self._is_there(entity, wanted.geo.of)

    def _is_there(self, entity: Entity, of: str) -> bool:
        for one in entity.attributes.get(of, ()):
            is_near = one.kind == GEO and not self._is_far(one.value)
            if is_near and self._where is not None and self._where.holds(one.value):
                return True
        return False

    def _is_far(self, geometry: dict[str, object]) -> bool:
        """Whether a point lies outside the box in which it would have to lie."""
        if self._box is None or geometry["type"] != "Point":
            return False
        west, south, east, north = self._box
        lon, lat = geometry["coordinates"][:2]  # type: ignore[index]
        return not (west <= lon <= east and south <= lat <= north)
