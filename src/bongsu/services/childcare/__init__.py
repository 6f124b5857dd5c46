"""어린이집 안심케어: tells guardians of boarding and arrival, and calls for help for a child left on the bus."""

from bongsu.services.childcare.respond import Settings, respond

__all__ = ["Settings", "respond"]
