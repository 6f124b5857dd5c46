"""전자발찌 위반 대응: shows the tracking centre the surroundings of a tag wearer on four triggers, and on no other."""

from bongsu.services.electronic_monitoring.respond import Settings, respond

__all__ = ["Settings", "respond"]
