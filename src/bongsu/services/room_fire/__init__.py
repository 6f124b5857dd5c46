"""쪽방촌 화재감시: gives 119 the room, the nearest hydrants and the cameras when smoke, heat or gas is found."""

from bongsu.services.room_fire.respond import Settings, respond

__all__ = ["Settings", "respond"]
