"""Devices of the simulated city: homes, wristbands, buses, meters, bins, walls and rooms, and what befalls them.

Each is a pure function of seed and days: what its devices tell, and the cases that were put in, true and near-miss.
"""

from bongsu.world.care.bins import bins
from bongsu.world.care.bus import bus
from bongsu.world.care.homes import homes
from bongsu.world.care.meters import meters
from bongsu.world.care.rooms import rooms
from bongsu.world.care.story import Case, Place, Reading, Scene
from bongsu.world.care.walls import walls
from bongsu.world.care.wearers import wearers

SCENES = {
    "elder_care": homes,
    "wandering": wearers,
    "childcare": bus,
    "water_meters": meters,
    "smart_bins": bins,
    "structures": walls,
    "room_fire": rooms,
}
"""The simulator of each service's devices: (seed, days, begin_ms) gives a Scene; `begin_ms` is a midnight (KST)."""

__all__ = ["SCENES", "Case", "Place", "Reading", "Scene"]
