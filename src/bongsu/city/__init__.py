"""The living city in memory: what it owns, where its crews are, and which camera really sees a place."""

from bongsu.city.living import City

__all__ = ["City"]
