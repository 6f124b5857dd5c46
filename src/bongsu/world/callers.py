"""Who rings about an event, when, and what they get wrong: the same event told by several people from afar."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import msgspec

from bongsu.core.clock import KST
from bongsu.core.geo import Point
from bongsu.world import tales
from bongsu.world.feed import By, Call, Step, To
from bongsu.world.happening import Track
from bongsu.world.scene import Bell
from bongsu.world.setting import Floats, Setting

ACCURACY_M = ((12.0, 25.0, 60.0, 150.0), (4, 8, 5, 1))
"""How well phones and words place a caller (one standard deviation), and how often: GPS, WLAN, an address, a cell."""

BELL_WITHIN_M, BELL_SHARE = 120.0, 0.4


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What callers are to talk about: the true place (metres), when, and the words that fill their sentences."""

    event: str
    at_s: float
    x: float
    y: float
    place: str
    look: str = ""
    who: str = ""
    age: int = 0
    person: str = ""


class Callers:
    """Collects the calls of one event; `number` counts on from the event's own."""

    def __init__(self, setting: Setting, matter: Matter, chance: random.Random, number: int) -> None:
        self._setting, self._matter, self._chance = setting, matter, chance
        self._first = number
        self.calls: list[Call] = []

    def ring(
        self,
        to: To,
        by: By,
        kind: str,
        after_s: float,
        text: str,
        *,
        step: Step = Step.BEGUN,
        spot: Floats | None = None,
        accuracy_m: float | None = None,
    ) -> None:
        """One call so long after the event: its place is off by about what the caller's accuracy is."""
        lon, lat, off = self._about(spot, accuracy_m)
        call = Call(
            number=self._first + len(self.calls) + 1,
            at=moment(self._matter.at_s + after_s),
            to=to,
            by=by,
            step=step,
            kind=kind,
            lon=lon,
            lat=lat,
            accuracy_m=off,
            text=text,
            event=self._matter.event,
            address=self._matter.place if spot is None else "",
            person=self._matter.person,
        )
        self.calls.append(call)

    def tell(self, table: dict[str, tuple[str, ...]], word: str) -> str:
        """One way of saying it."""
        facts = {
            "look": self._matter.look,
            "place": self._matter.place,
            "who": self._matter.who,
            "age": self._matter.age,
        }
        return tales.say(table, word, self._chance, **facts)

    def witnesses(self, to: To, kind: str, word: str, many: int, first_s: float, spread_s: float) -> None:
        """So many people who ring one after another: the first soon, the others ever later."""
        after = first_s * self._chance.uniform(0.6, 1.5)
        for _ in range(many):
            self.ring(to, By.WITNESS, kind, after, self.tell(dict(tales.WITNESS), word))
            after += self._chance.expovariate(1 / spread_s)

    def press_bell(self, kind: str) -> None:
        """The emergency bell beside the place, where there is one and somebody thinks of it."""
        bell = self._nearest_bell()
        if bell is not None and self._chance.random() < BELL_SHARE:
            after = self._chance.uniform(5, 60)
            text = self._chance.choice(tales.BELL)
            self.ring(To.POLICE, By.BELL, kind, after, text, accuracy_m=5.0)
            lon, lat = _told(bell.where)
            self.calls[-1] = msgspec.structs.replace(self.calls[-1], lon=lon, lat=lat, bell=bell.id)

    def sightings(self, to: To, kind: str, track: Track, share: float, every_s: float) -> None:
        """People who saw somebody pass and ring: the place is where they saw, told a little later."""
        at = float(track.at_s[0]) + self._chance.expovariate(1 / every_s)
        while at < track.at_s[-1]:
            if self._chance.random() < share:
                spot = track.spot(at)
                place = self._setting.address(int(self._setting.streets.nearest(spot[None, :])[0]))
                facts = {"look": self._matter.look, "place": place}
                text = self._chance.choice(tales.SIGHTING).format(**facts)
                late = at - self._matter.at_s + self._chance.uniform(15, 70)
                self.ring(to, By.WITNESS, kind, late, text, step=Step.MORE, spot=spot)
                self.calls[-1] = msgspec.structs.replace(self.calls[-1], address=place)
            at += self._chance.expovariate(1 / every_s)

    def _about(self, spot: Floats | None, accuracy_m: float | None) -> tuple[float, float, float]:
        """A place near a spot (metres) or the event's own, as wrong as the caller's accuracy, and that accuracy."""
        off = self._chance.choices(*ACCURACY_M)[0] if accuracy_m is None else accuracy_m
        x, y = (self._matter.x, self._matter.y) if spot is None else (float(spot[0]), float(spot[1]))
        wrong = (self._chance.gauss(0, off), self._chance.gauss(0, off))
        return *_told(self._setting.scene.plane.to_point(x + wrong[0], y + wrong[1])), off

    def _nearest_bell(self) -> Bell | None:
        plane, bells = self._setting.scene.plane, self._setting.scene.bells
        here = (self._matter.x, self._matter.y)
        near = [(math.dist(plane.to_xy(bell.where), here), bell) for bell in bells]
        away, bell = min(near, key=lambda pair: pair[0], default=(math.inf, None))
        return bell if away <= BELL_WITHIN_M else None


def moment(at_s: float) -> datetime:
    """A simulated Unix time as Korean time, to the millisecond."""
    whole = datetime.fromtimestamp(math.floor(at_s), UTC).astimezone(KST)
    return whole + timedelta(milliseconds=round(at_s % 1 * 1000))


def _told(where: Point) -> tuple[float, float]:
    """Longitude and latitude as callers' devices tell them."""
    return round(where.lon, 6), round(where.lat, 6)
