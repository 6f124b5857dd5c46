"""The rooms there are, by the name people know them by."""

from __future__ import annotations

from bongsu.core.errors import NotFound
from bongsu.world.disaster_hq.stories import ROOM as DISASTER_HQ
from bongsu.world.fire119.stories import ROOM as FIRE119
from bongsu.world.moj.stories import ROOM as MOJ
from bongsu.world.partner.story import Room, Story
from bongsu.world.police112.stories import ROOM as POLICE112

ROOMS = {room.to.value: room for room in (POLICE112, FIRE119, DISASTER_HQ, MOJ)}


def story_of(room: Room, kind: str) -> Story | None:
    """How a room tells a case of this kind: as its own, or in the words of the room whose business it is.

    People who see a fire ring 112 too.
    """
    told = (one.story_of(kind) for one in (room, *ROOMS.values()))
    return next((story for story in told if story is not None), None)


def find(name: str) -> Room:
    """The room of this name; raise NotFound("city.no_room")."""
    if name not in ROOMS:
        raise NotFound("city.no_room", name=name, known=", ".join(ROOMS))
    return ROOMS[name]
