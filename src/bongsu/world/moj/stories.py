"""The tracking centre and what electronic tags report to it (room.toml)."""

from bongsu.world.partner.story import room_of

ROOM = room_of("moj")
