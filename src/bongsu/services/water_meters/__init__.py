"""수도 원격검침: tells the waterworks of leaks and bursts, and shows it a burst."""

from bongsu.services.water_meters.respond import Settings, respond

__all__ = ["Settings", "respond"]
