"""실종자 구조 지원: shows 112 where somebody was last seen, and keeps the map of where to look for them."""

from bongsu.services.missing_person.respond import Settings, respond

__all__ = ["Settings", "respond"]
