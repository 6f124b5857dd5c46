"""119 긴급출동 지원: gives the fire service the place, its address, the live cameras and a still picture."""

from bongsu.services.fire_dispatch.respond import Settings, respond

__all__ = ["Settings", "respond"]
