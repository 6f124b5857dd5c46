"""The disaster situation room and its flashes (room.toml)."""

from bongsu.world.partner.story import room_of

ROOM = room_of("disaster_hq")
