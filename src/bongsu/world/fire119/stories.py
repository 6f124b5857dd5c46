"""The 119 room and what people ring it for (room.toml)."""

from bongsu.world.partner.story import room_of

ROOM = room_of("fire119")
