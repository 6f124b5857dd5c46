"""What has changed of the city's own things since the last look, for those subscriptions that want to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bongsu.wires.ngsi_ld.entity import Entity

Told = dict[str, tuple[Entity | None, Entity | None]]
"""Each entity before and after; None where there is none that may be seen."""


class Kind(msgspec.Struct, frozen=True):
    """One kind of our own things: `read` gives its records, `made` one's entity, None for one not to be seen.

    A `read` that gives the very same mapping again says that nothing changed.
    """

    read: Callable[[], Mapping[str, Any]]
    made: Callable[[Any], Entity | None]


class Changes:
    """Remembers each kind somebody wants to know of; `wants` says of which that is so."""

    def __init__(self, kinds: Mapping[str, Kind], wants: Callable[[str], bool]) -> None:
        self._kinds = kinds
        self._wants = wants
        self._known: dict[str, Mapping[str, Any]] = {}

    def look(self) -> Told:
        """What changed since the last look; of a kind nobody wanted to know of until now, nothing yet."""
        told: Told = {}
        for name, kind in self._kinds.items():
            if not self._wants(name):
                self._known.pop(name, None)
                continue
            before, after = self._known.get(name), kind.read()
            self._known[name] = after
            if before is not None and before is not after:
                told |= _between(kind, before, after)
        return told


def _between(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> Told:
    """The entities of what is new, gone or another than it was."""
    told: Told = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is new or old == new:
            continue
        pair = (None if old is None else kind.made(old), None if new is None else kind.made(new))
        entity = pair[1] or pair[0]
        if entity is not None:
            told[entity.id] = pair
    return told
