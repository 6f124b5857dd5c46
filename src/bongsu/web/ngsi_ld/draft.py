"""What a deed would change, not true before it is committed: entities as they would stand, over those that do."""

from __future__ import annotations

from collections.abc import Callable

from bongsu.core.errors import Conflict, NotFound, TooMuch
from bongsu.wires.ngsi_ld.entity import Entity

Find = Callable[[str], Entity | None]


class Draft:
    """Changes over what `find` finds; `room` is how many entities more may be made, `owned` ids nobody may touch."""

    def __init__(self, find: Find, room: int, owned: Callable[[str], bool] = lambda entity: False) -> None:
        self._below = find
        self._room = room
        self._owned = owned
        self.changed: dict[str, Entity | None] = {}
        self.made = 0

    def find(self, entity: str) -> Entity | None:
        """An entity as it would stand."""
        return self.changed[entity] if entity in self.changed else self._below(entity)

    def get(self, entity: str) -> Entity:
        """An entity as it would stand. Raises NotFound, Conflict("ngsi_ld.read_only") for what is the city's own."""
        found = self.find(entity)
        if found is None:
            if self._owned(entity):
                raise Conflict("ngsi_ld.read_only", id=entity)
            raise NotFound("ngsi_ld.entity", id=entity)
        return found

    def make(self, entity: Entity) -> None:
        """Add an entity. Raises Conflict where there is one, TooMuch("ngsi_ld.full")."""
        if self._owned(entity.id):
            raise Conflict("ngsi_ld.read_only", id=entity.id)
        if self.find(entity.id) is not None:
            raise Conflict("ngsi_ld.there", id=entity.id)
        if self.made >= self._room:
            raise TooMuch("ngsi_ld.full", most=self._room)
        self.made += 1
        self.changed[entity.id] = entity

    def put(self, entity: Entity) -> None:
        """Let an entity that is there stand otherwise."""
        self.changed[entity.id] = entity

    def drop(self, entity: str) -> None:
        """Take an entity away. Raises NotFound."""
        self.get(entity)
        self.made -= 1
        self.changed[entity] = None

    def over(self) -> Draft:
        """A draft over this one: for a deed that may fail alone."""
        return Draft(self.find, self._room - self.made, self._owned)

    def take(self, other: Draft) -> None:
        """Make a draft over this one part of it."""
        self.changed.update(other.changed)
        self.made += other.made
