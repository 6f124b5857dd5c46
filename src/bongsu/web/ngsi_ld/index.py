"""Every entity partners keep with us, in memory, by id and by type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.selection import Types

AT_ONCE = 256


class Index:
    """Entities as committed; those of one type in the order in which they came."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self._entities: dict[str, Entity] = {}
        self._of_type: dict[str, dict[str, None]] = {}
        for entity in entities:
            self.put(entity)

    def __len__(self) -> int:
        return len(self._entities)

    def find(self, entity: str) -> Entity | None:
        """The entity of an id."""
        return self._entities.get(entity)

    def put(self, entity: Entity) -> None:
        """Keep an entity, new or changed."""
        old = self._entities.get(entity.id)
        self._entities[entity.id] = entity
        if old is not None and old.types == entity.types:
            return
        if old is not None:
            self._unlist(old)
        for one in entity.types:
            self._of_type.setdefault(one, {})[entity.id] = None

    def drop(self, entity: str) -> None:
        """Forget an entity."""
        old = self._entities.pop(entity, None)
        if old is not None:
            self._unlist(old)

    def of(self, types: Types) -> Iterator[Entity]:
        """The entities of these types (all of them for none), each once; what comes meanwhile may be left out."""
        if not types:
            yield from self._some(self._entities)
            return
        met: set[str] = set()
        for group in types:
            smallest = min((self._of_type.get(one, {}) for one in group), key=len)
            for entity in self._some(smallest):
                if group.issubset(entity.types) and entity.id not in met:
                    met.add(entity.id)
                    yield entity

    def types(self) -> Mapping[str, int]:
        """How many entities there are of each type."""
        return {one: len(ids) for one, ids in self._of_type.items() if ids}

    def _some(self, ids: Mapping[str, object]) -> Iterator[Entity]:
        """The entities of these ids: the names are taken first, for the table may change between two of them."""
        names = iter(tuple(ids))
        while some := list(islice(names, AT_ONCE)):
            yield from (found for name in some if (found := self._entities.get(name)) is not None)

    def _unlist(self, entity: Entity) -> None:
        for one in entity.types:
            ids = self._of_type[one]
            del ids[entity.id]
            if not ids:
                del self._of_type[one]
