"""치매환자 배회감지: tells the guardians and shows 112 the surroundings when a wearer leaves a safe zone."""

from bongsu.services.wandering.respond import Settings, respond

__all__ = ["Settings", "respond"]
