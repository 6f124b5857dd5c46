"""112 긴급출동 지원: gives the officer on the way the place, its address, the live cameras and a still picture."""

from bongsu.services.police_dispatch.respond import Settings, respond

__all__ = ["Settings", "respond"]
