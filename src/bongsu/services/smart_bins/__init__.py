"""스마트 휴지통: tells the cleaners which bins are full and by which route, and 119 of a fire in one."""

from bongsu.services.smart_bins.respond import Settings, respond

__all__ = ["Settings", "respond"]
