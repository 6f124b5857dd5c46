"""How each kind of event comes about in the city: its place, the people in it, how they move, and who rings."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import numpy as np

from bongsu.core.asset import UnitKind
from bongsu.world import flight, places, tales
from bongsu.world.callers import Callers, Matter, moment
from bongsu.world.feed import By, Step, To
from bongsu.world.happening import Fire, Happening, Track
from bongsu.world.scenario import Told
from bongsu.world.setting import Setting
from bongsu.world.traffic.moving import Kind

POLICE = {UnitKind.PATROL: 2}
_DISASTERS = {"flood": "flood", "landslide": "landslide", "collapse": "building_collapse", "gas": "gas_leak"}
_TAGS = {"zone": "tag_exclusion_zone", "damage": "tag_damage", "approach": "tag_approach"}
_HURTS = {"assault": 0.5, "robbery": 0.2, "weapon": 0.25, "kidnapping": 0.1}


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the making: what was ordered, where it plays, and the chance that settles the rest."""

    setting: Setting
    told: Told
    matter: Matter
    junction: int
    chance: random.Random
    callers: Callers


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an act comes to: who is to be seen, for how long, and which crews it truly takes."""

    kind: str
    lasts_s: float
    needs: dict[UnitKind, int]
    cast: tuple[Track, ...] = ()
    fire: Fire | None = None
    persons: tuple[str, ...] = ()


def stage(setting: Setting, told: Told, event: str, at_s: float, chance: random.Random, number: int) -> Happening:
    """Let one event happen; the same order and chance give the same event."""
    spot = places.find(setting, told, chance)
    matter = _matter(setting, told, spot, event, at_s, chance)
    callers = Callers(setting, matter, chance, number)
    act = Act(setting=setting, told=told, matter=matter, junction=spot.junction, chance=chance, callers=callers)
    outcome = _ACTS[told.what](act)
    _end(act, outcome)
    where = setting.point(spot.xy)
    return Happening(
        id=event,
        what=told.what,
        kind=outcome.kind,
        at=moment(at_s),
        until=moment(at_s + outcome.lasts_s),
        lon=where.lon,
        lat=where.lat,
        address=matter.place,
        cast=outcome.cast,
        calls=tuple(sorted(callers.calls, key=lambda call: (call.at, call.number))),
        fire=outcome.fire,
        needs=outcome.needs,
        persons=outcome.persons,
    )


def _matter(setting: Setting, told: Told, spot: places.Spot, event: str, at_s: float, chance: random.Random) -> Matter:
    """What callers are to talk about."""
    look = tales.a_look(chance, by_car=told.flee == "by_car" or told.kind == "kidnapping")
    return Matter(
        event=event,
        at_s=at_s,
        x=float(spot.xy[0]),
        y=float(spot.xy[1]),
        place=setting.address(spot.junction),
        look=look,
        who=chance.choice(("어머니", "아버지", "할머니", "할아버지")),
        age=spot.age,
        person=spot.person,
    )


def _end(act: Act, outcome: Outcome) -> None:
    """Every room that was rung up hears of the end."""
    over = tales.say(dict(tales.OVER), act.told.what, act.chance)
    for to in dict.fromkeys(call.to for call in act.callers.calls):
        kind = next(call.kind for call in act.callers.calls if call.to is to)
        act.callers.ring(to, By.WITNESS, kind, outcome.lasts_s, over, step=Step.OVER, accuracy_m=15.0)


def _crime(act: Act) -> Outcome:
    kind, chance, callers, at = act.told.kind, act.chance, act.callers, act.matter.at_s
    begins = chance.uniform(20, 60)
    flee = act.told.flee or chance.choice(("on_foot", "on_foot", "by_car", "no"))
    cast: list[Track] = []
    if flee != "no":
        away = flight.by_car if flee == "by_car" else flight.on_foot
        cast.append(away(act.setting, act.junction, at + begins, chance))
    many = act.told.callers if act.told.callers is not None else 1 + min(4, int(chance.expovariate(0.9)))
    if many:
        callers.ring(
            To.POLICE, By.VICTIM, kind, begins + chance.uniform(15, 80), callers.tell(dict(tales.VICTIM), kind)
        )
    callers.witnesses(To.POLICE, kind, kind, many - 1, 40.0, 60.0)
    callers.press_bell(kind)
    for track in cast:
        callers.sightings(To.POLICE, kind, track, 0.5, 150.0)
    needs = dict(POLICE)
    if chance.random() < _HURTS.get(kind, 0.0):
        callers.witnesses(To.FIRE, "medical", "collapse", 1, 90.0, 60.0)
        needs[UnitKind.AMBULANCE] = 1
    return Outcome(kind=kind, lasts_s=chance.uniform(900, 2400), needs=needs, cast=tuple(cast))


def _fire(act: Act) -> Outcome:
    chance, where = act.chance, act.told.kind
    height = {"apartment": chance.uniform(12, 45), "house": 6.0, "shop": 9.0, "car": 1.5, "hill": 1.0}[where]
    fire = Fire(
        x=act.matter.x,
        y=act.matter.y,
        height_m=height,
        radius_m={"car": 2.5, "hill": 25.0}.get(where, 6.0),
        began_s=act.matter.at_s,
        full_s=chance.uniform(300, 900),
        burns_s=chance.uniform(2400, 4800),
    )
    many = act.told.callers if act.told.callers is not None else 2 + min(8, int(chance.expovariate(0.35)))
    if where in ("apartment", "shop"):
        text = act.callers.tell(dict(tales.SENSOR), "fire")
        act.callers.ring(To.FIRE, By.SENSOR, "fire", chance.uniform(25, 70), text, accuracy_m=30.0)
    kind = "wildfire" if where == "hill" else "fire"
    act.callers.witnesses(To.FIRE, kind, "fire", many, 90.0, 45.0)
    if many > 3:
        act.callers.witnesses(To.POLICE, kind, "fire", 1, 200.0, 60.0)
    needs = {UnitKind.ENGINE: 2 if where in ("car", "hill") else 4, UnitKind.AMBULANCE: 1, UnitKind.PATROL: 1}
    return Outcome(kind=kind, lasts_s=fire.burns_s, needs=needs, fire=fire)


def _accident(act: Act) -> Outcome:
    chance, kind, at = act.chance, act.told.kind, act.matter.at_s
    lasts = chance.uniform(1500, 3000)
    xy = np.array([act.matter.x, act.matter.y])
    cast: list[Track] = []
    for nth in range({"crash": 2, "pile_up": 5}.get(kind, 1)):
        turn = chance.uniform(0, 6.28)
        spot = xy + 3.2 * nth * np.array([np.cos(turn), np.sin(turn)])
        towards = np.array([np.cos(turn + 0.4), np.sin(turn + 0.4)])
        cast.append(flight.stand("car", int(Kind.CAR), spot, towards, at, at + lasts, chance.randrange(256)))
    if kind == "pedestrian":
        cast.append(flight.stand("victim", int(Kind.PERSON), xy + 2, np.array([1.0, 0.0]), at, at + 900, 0))
    many = act.told.callers if act.told.callers is not None else 2 + min(6, int(chance.expovariate(0.4)))
    word = "pedestrian" if kind == "pedestrian" else "accident"
    act.callers.witnesses(To.FIRE, "rescue" if kind == "pile_up" else "medical", word, max(0, many - 1), 50.0, 50.0)
    act.callers.witnesses(To.POLICE, "traffic_accident", word, min(many, 1 + many // 3), 70.0, 60.0)
    needs = {UnitKind.PATROL: 1, UnitKind.AMBULANCE: 2 if kind == "pile_up" else 1}
    if kind == "pile_up":
        needs[UnitKind.ENGINE] = 1
    return Outcome(kind="traffic_accident", lasts_s=lasts, needs=needs, cast=tuple(cast))


def _lost(act: Act) -> Outcome:
    child = act.told.kind == "child"
    move = flight.stray if child else flight.wander
    track = move(act.setting, act.junction, act.matter.at_s, act.chance)
    noticed = act.chance.uniform(240, 720) if child else act.chance.uniform(480, 2400)
    text = act.callers.tell(dict(tales.KIN), act.told.kind)
    act.callers.ring(To.POLICE, By.KIN, "missing_person", noticed, text, accuracy_m=20.0)
    late = track._replace(at_s=np.maximum(track.at_s, act.matter.at_s + noticed))
    act.callers.sightings(To.POLICE, "missing_person", late, 0.6, 900.0)
    lasts = noticed + act.chance.uniform(1800, 7200)
    needs = {UnitKind.PATROL: 2}
    return Outcome(kind="missing_person", lasts_s=lasts, needs=needs, cast=(track,), persons=(act.matter.person,))


def _medical(act: Act) -> Outcome:
    text = act.callers.tell(dict(tales.WITNESS), act.told.kind)
    act.callers.ring(To.FIRE, By.KIN, "medical", act.chance.uniform(30, 180), text)
    act.callers.witnesses(To.FIRE, "medical", act.told.kind, int(act.chance.random() < 0.3), 100.0, 60.0)
    lasts = act.chance.uniform(1200, 2400)
    return Outcome(kind="medical", lasts_s=lasts, needs={UnitKind.AMBULANCE: 1}, persons=(act.matter.person,))


def _tag(act: Act) -> Outcome:
    kind, track = _TAGS[act.told.kind], flight.on_foot(act.setting, act.junction, act.matter.at_s, act.chance)
    text = act.callers.tell(dict(tales.SENSOR), act.told.kind)
    act.callers.ring(To.TRACKING, By.SENSOR, kind, 5.0, text, accuracy_m=15.0)
    for after in range(60, int(track.at_s[-1] - track.at_s[0]), 60):
        spot = track.spot(act.matter.at_s + after)
        act.callers.ring(To.TRACKING, By.SENSOR, kind, after, text, step=Step.MORE, spot=spot, accuracy_m=15.0)
    return Outcome(kind=kind, lasts_s=act.chance.uniform(1200, 2400), needs=POLICE, cast=(track,))


def _disaster(act: Act) -> Outcome:
    kind, many = _DISASTERS[act.told.kind], act.told.callers
    act.callers.ring(To.HQ, By.SENSOR, kind, 20.0, act.callers.tell(dict(tales.SENSOR), kind), accuracy_m=40.0)
    act.callers.witnesses(To.FIRE, kind, kind, 3 if many is None else many, 120.0, 90.0)
    needs = {UnitKind.ENGINE: 2, UnitKind.AMBULANCE: 1, UnitKind.PATROL: 1}
    return Outcome(kind=kind, lasts_s=act.chance.uniform(3600, 7200), needs=needs)


_ACTS: dict[str, Callable[[Act], Outcome]] = {
    "crime": _crime,
    "fire": _fire,
    "accident": _accident,
    "lost": _lost,
    "medical": _medical,
    "tag": _tag,
    "disaster": _disaster,
}
