"""Which subscriptions a change concerns, found by index: the cost of a change hardly grows with how many there are.

Each subscription is kept under one key for each of its selectors, the most telling it has: an id, what an attribute
must equal, the cells its geo-query covers, the literal beginning of its pattern, an attribute it watches, a type. A
change looks under the keys it could be meant by, and only what is found there is judged in full.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bongsu.web.ngsi_ld.wanting import Wanting
from bongsu.wires.ngsi_ld.entity import GEO, Attribute, Entity
from bongsu.wires.ngsi_ld.geometry import GeoQuery, box_of
from bongsu.wires.ngsi_ld.pattern import literal_start
from bongsu.wires.ngsi_ld.query import AllOf, Node, Term, Uri
from bongsu.wires.ngsi_ld.selection import Selector

Key = tuple[Any, ...]
CELL_DEG = 0.01
CELLS_AT_MOST = 256
ANY = ""


class Watch:
    """Subscriptions by their keys."""

    def __init__(self) -> None:
        self._by_key: dict[Key, dict[str, Wanting]] = {}
        self._keys: dict[str, tuple[Key, ...]] = {}
        self._lengths: dict[int, int] = {}
        self._kinds: Counter[str] = Counter()
        self._named: Counter[str] = Counter()

    def wants(self, kind: str, prefix: str) -> bool:
        """Whether any subscription may be meant by a change of something of this type, its id beginning so."""
        if self._named[kind] or self._named[ANY]:
            return True
        return any(key[0] == "id" and key[1].startswith(prefix) for key in self._by_key) if self._kinds["id"] else False

    def put(self, name: str, wanting: Wanting) -> None:
        """Watch for a subscription, new or changed."""
        self.drop(name)
        keys = tuple(dict.fromkeys(keys_of(wanting)))
        self._keys[name] = keys
        for key in keys:
            self._by_key.setdefault(key, {})[name] = wanting
            self._kinds[key[0]] += 1
            self._named[key[1]] += 1
            if key[0] == "start":
                self._lengths[len(key[2])] = self._lengths.get(len(key[2]), 0) + 1

    def drop(self, name: str) -> None:
        """Watch for it no more."""
        for key in self._keys.pop(name, ()):
            kept = self._by_key[key]
            del kept[name]
            self._kinds[key[0]] -= 1
            self._named[key[1]] -= 1
            if not self._named[key[1]]:
                del self._named[key[1]]
            if not kept:
                del self._by_key[key]
            if key[0] == "start":
                self._lengths[len(key[2])] -= 1
                if not self._lengths[len(key[2])]:
                    del self._lengths[len(key[2])]

    def concerned(self, entity: Entity, changed: dict[str, str]) -> dict[str, Wanting]:
        """The subscriptions that may be meant by a change of these attributes, by name."""
        found: dict[str, Wanting] = {}
        for key in self._asked(entity, changed):
            if key in self._by_key:
                found.update(self._by_key[key])
        return found

    def _asked(self, entity: Entity, changed: dict[str, str]) -> Iterator[Key]:
        yield ("id", entity.id)
        starts = [entity.id[:length] for length in self._lengths]
        equals, places = self._kinds["equals"] > 0, self._kinds["place"] > 0
        for one in (*entity.types, ANY):
            yield ("type", one)
            for start in starts:
                yield ("start", one, start)
            for name in changed:
                yield ("attribute", one, name)
            for name, instances in entity.attributes.items() if equals or places else ():
                if equals:
                    yield from (("equals", one, name, value) for value in _plain_values(instances))
                if places and any(instance.kind == GEO for instance in instances):
                    yield from _places(one, name, instances)


def keys_of(wanting: Wanting) -> Iterator[Key]:
    """Under which keys a subscription is kept: each selector under the most telling kind it allows."""
    for selector in wanting.selectors or (Selector(),):
        if selector.id:
            yield ("id", selector.id)
            continue
        for types in selector.types or (frozenset((ANY,)),):
            yield from _keys(wanting, min(types), selector)


def _keys(wanting: Wanting, kind: str, selector: Selector) -> Iterator[Key]:
    start = literal_start(selector.id_pattern) if selector.id_pattern else ""
    equal = _equality(wanting.query)
    cells = _cells(wanting.geo) if wanting.geo is not None else None
    if equal is not None and not wanting.heeds_ends:
        yield from (("equals", kind, equal.path[0], _plain(value)) for value in equal.values)
    elif wanting.geo is not None and not wanting.heeds_ends:
        yield ("place", kind, wanting.geo.of)
        yield from (("cell", kind, wanting.geo.of, *cell) for cell in cells or ())
        if cells is None:
            yield ("anywhere", kind, wanting.geo.of)
    elif start:
        yield ("start", kind, start)
    elif wanting.watched:
        yield from (("attribute", kind, name) for name in wanting.watched)
    else:
        yield ("type", kind)


def _equality(node: Node | None) -> Term | None:
    """A condition of the query that holds only where an attribute equals one of some plain values."""
    for one in node.of if isinstance(node, AllOf) else (node,):
        if isinstance(one, Term) and _is_plain(one):
            return one
    return None


def _is_plain(term: Term) -> bool:
    if term.op != "==" or len(term.path) > 1 or term.inside or ":" not in term.path[0]:
        return False
    return all(isinstance(value, str | float | Uri) for value in term.values)


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, Uri) else value


def _plain_values(instances: tuple[Attribute, ...]) -> Iterator[Any]:
    for one in instances:
        yield from _words(one.value)


def _words(value: Any) -> Iterator[Any]:
    """Every word and number in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _words(below)


def _cells(geo: GeoQuery) -> list[tuple[int, int]] | None:
    """The cells a place must touch to meet the query; None where that is everywhere, or too many to list."""
    if geo.relation == "disjoint" or geo.min_m is not None:
        return None
    return _listed(box_of(geo.geometry, geo.max_m or 0.0))


def _places(kind: str, name: str, instances: tuple[Attribute, ...]) -> Iterator[Key]:
    """Where an entity's geometry lies; one too large to list is asked of every geo-query."""
    yield ("anywhere", kind, name)
    for one in instances:
        cells = _listed(box_of(one.value)) if one.kind == GEO else ()
        if cells is None:
            yield ("place", kind, name)
        else:
            yield from (("cell", kind, name, *cell) for cell in cells)


def _listed(box: tuple[float, float, float, float]) -> list[tuple[int, int]] | None:
    west, south, east, north = (math.floor(edge / CELL_DEG) for edge in box)
    if (east - west + 1) * (north - south + 1) > CELLS_AT_MOST:
        return None
    return [(x, y) for x in range(west, east + 1) for y in range(south, north + 1)]
