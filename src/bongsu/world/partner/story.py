"""What a room tells the city: kinds of case, what the caller says, what is learnt later, how the case ends."""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

import msgspec

from bongsu.core.geo import Plane, Point
from bongsu.world.feed import To
from bongsu.world.partner import wire

EXERCISE = (("status", "Exercise"),)


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of case; `kind` is the platform's name for `code` with `detail` (ocrEvtDtlCd)."""

    code: str
    kind: str
    name: str
    call: str
    update: str
    end: str
    detail: str = ""


class Room(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner's control room: its usual SCSNS code, its system code and name on the wire, and what it tells.

    `to` is how the simulated city calls it. `near_misses` are told too, now and then: no service may open a camera
    on those.
    """

    code: str
    agency: str
    to: To
    system: str
    name: str
    stories: tuple[Story, ...]
    near_misses: tuple[Story, ...] = ()

    def story_of(self, kind: str) -> Story | None:
        """How this room tells a case of this kind; None when it is none of its business."""
        return next((story for story in (*self.stories, *self.near_misses) if story.kind == kind), None)


def room_of(folder: str) -> Room:
    """The room whose room.toml lies in this folder of the world."""
    text = files("bongsu.world").joinpath(folder, "room.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Room)


NEAR_MISS_SHARE = 0.12


def draw(room: Room, chance: random.Random) -> Story:
    """One kind of case, by chance; every eighth or so a near-miss where the room has some."""
    if room.near_misses and chance.random() < NEAR_MISS_SHARE:
        return chance.choice(room.near_misses)
    return a_story(room.stories, chance)


def a_story(stories: Sequence[Story], chance: random.Random) -> Story:
    """One of these, by chance."""
    return chance.choice(stories)


def near(place: Point, chance: random.Random, *, at_least_m: float = 10.0, at_most_m: float = 60.0) -> Point:
    """A place some metres off, in a direction by chance."""
    plane = Plane(place)
    away = chance.uniform(at_least_m, at_most_m)
    turn = chance.uniform(0, math.tau)
    return plane.to_point(away * math.cos(turn), away * math.sin(turn))


def begin(story: Story, occurrence: str, place: Point, at: datetime, address: str = "") -> wire.Event:
    """The report of a new case (10), as an exercise."""
    return wire.Event(
        occurrence=occurrence,
        step=wire.OCCURRED,
        code=story.code,
        name=story.name,
        occurred_at=at,
        stated_at=at,
        where=place,
        address=address,
        text=story.call,
        detail=story.detail,
        items=EXERCISE,
    )


def learn(story: Story, begun: wire.Event, at: datetime, place: Point | None = None, text: str = "") -> wire.Event:
    """What is learnt later (40), with the place where it goes on."""
    fields = {"step": wire.CHANGED, "stated_at": at, "text": text or story.update, "where": place or begun.where}
    return msgspec.structs.replace(begun, **fields)


def finish(story: Story, begun: wire.Event, at: datetime, step: str = wire.ENDED) -> wire.Event:
    """The end of a case: released (50), cancelled (90) or ended (91)."""
    return msgspec.structs.replace(begun, step=step, stated_at=at, text=story.end)
