"""The 112 room and what people ring it for (room.toml)."""

from bongsu.world.partner.story import room_of

ROOM = room_of("police112")
STORIES = ROOM.stories
KINDS = tuple(story.kind for story in STORIES)
