"""위험시설물 관리: tells the facility's keeper of early drift, and the disaster headquarters of danger."""

from bongsu.services.structures.respond import Settings, respond

__all__ = ["Settings", "respond"]
