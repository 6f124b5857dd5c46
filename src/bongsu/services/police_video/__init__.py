"""112 긴급영상 지원: opens the cameras that see a 112 call to the 112 control room, for as long as the case is open."""

from bongsu.services.police_video.respond import Settings, respond

__all__ = ["Settings", "respond"]
