"""재난상황 긴급대응: opens the cameras around a disaster to its headquarters, wider and longer than a call."""

from bongsu.services.disaster.respond import Settings, respond

__all__ = ["Settings", "respond"]
