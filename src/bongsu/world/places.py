"""Where in the city an event takes place: where its kind does, unless the scenario says otherwise."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from bongsu.core.geo import Point
from bongsu.world.homes import Life
from bongsu.world.scenario import Told
from bongsu.world.scene import height_m
from bongsu.world.setting import Floats, Setting

TOWER_M = 25.0
_MAIN_ROAD = ("accident",)
_FROM_HOME = ("lost", "medical")


class Spot(NamedTuple):
    """A place in metres, its nearest junction, and whose it is where it is somebody's home."""

    xy: Floats
    junction: int
    person: str = ""
    age: int = 0


def find(setting: Setting, told: Told, chance: random.Random) -> Spot:
    """The place of an event; raise Invalid("scenario.word") for a street the city does not have."""
    if told.lon is not None and told.lat is not None:
        xy = np.array(setting.scene.plane.to_xy(Point(told.lon, told.lat)))
        return Spot(xy, int(setting.streets.nearest(xy[None, :])[0]))
    if told.near:
        junction = int(chance.choice(setting.junctions_of(told.near, told.line).tolist()))
        return Spot(setting.streets.xy[junction], junction)
    if told.what in _FROM_HOME:
        return _home(setting, told, chance)
    if told.what == "fire" and told.kind in ("apartment", "house", "shop"):
        return _building(setting, told.kind, chance)
    return _street(setting, told, chance)


def _home(setting: Setting, told: Told, chance: random.Random) -> Spot:
    """The home of somebody it happens to: with dementia, a child, or old."""
    homes = setting.homes
    if told.kind == "child":
        fit = (homes.life == Life.CHILD) & (homes.age < 10)
    elif told.what == "lost":
        fit = homes.dementia
    else:
        fit = homes.age >= 60
    rows = np.flatnonzero(fit)
    if not len(rows):
        return _street(setting, told, chance)
    row = int(rows[chance.randrange(len(rows))])
    at = int(homes.hubs[homes.errand[row]] if told.kind == "child" else homes.home[row])
    return Spot(setting.streets.xy[at], at, f"H-{row + 1:07}", int(homes.age[row]))


def _building(setting: Setting, kind: str, chance: random.Random) -> Spot:
    fit = [house for house in setting.scene.buildings if (height_m(house) >= TOWER_M) == (kind == "apartment")]
    if not fit:
        return _street(setting, Told(at_s=0, what="fire", kind=kind), chance)
    ring = np.array(chance.choice(fit).ring[:-1])
    where = Point(float(ring[:, 0].mean()), float(ring[:, 1].mean()))
    xy = np.array(setting.scene.plane.to_xy(where))
    return Spot(xy, int(setting.streets.nearest(xy[None, :])[0]))


def _street(setting: Setting, told: Told, chance: random.Random) -> Spot:
    """A junction: of main roads for accidents, otherwise where people live."""
    best = setting.importance
    fit = np.flatnonzero(best == 0 if told.what in _MAIN_ROAD else best >= 1)
    rows = fit if len(fit) else np.arange(len(best))
    junction = int(rows[chance.randrange(len(rows))])
    return Spot(setting.streets.xy[junction], junction)
