"""A made register of a million devices behind a hundred gateways, the rules that watch them, and what they say."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
from bongsu.core.report import Severity
from bongsu.core.rule import Absence, Among, Condition, DayPart, Drift, Rule, Sign, Silent, Terms, Threshold, Together

GATEWAYS, CALM = 100, 10
"""So many gateways; the first of them keep their pace whatever the others do."""
PROBES = 2_000
PROBE_W = 99_000.0
TIME = b"1000000000000"
"""Stands in a message where its time comes: thirteen digits, as long as this century's."""

_KINDS = (
    (DeviceKind.POWER_METER, ("power", "energy")),
    (DeviceKind.ACTIVITY, ("motion", "temperature", "battery")),
    (DeviceKind.WATER_METER, ("water_volume", "water_flow")),
    (DeviceKind.STRUCTURE, ("tilt", "vibration")),
)
_SAID = {"power": 80.0, "energy": 12.5, "motion": 1.0, "temperature": 21.5, "battery": 0.9, "water_volume": 3.25,
         "water_flow": 4.0, "tilt": 0.5, "vibration": 0.2}  # fmt: skip


def device(at: int) -> Device:
    """The device of this number; the first `PROBES` are meters whose readings a rule answers to."""
    kind, observes = _KINDS[0 if at < PROBES else at % len(_KINDS)]
    near = Point(127.0 + at % 1000 / 1e4, 37.4 + at // 1000 / 1e4)
    # A kilometre apart and each at a site of its own, so that no two probes are one case.
    where = Point(127.0 + at % 45 / 100, 36.9 + at // 45 / 100) if at < PROBES else near
    site = f"P-{at}" if at < PROBES else f"H-{at // 4}"
    source = f"GW-{at % GATEWAYS}"
    return Device(id=f"DEV-{at:07d}", kind=kind, observes=observes, where=where, site=site, source=source)


def register(count: int) -> Iterator[str]:
    """The register's lines, as `bongsu import devices` reads them."""
    yield "id,kind,observes,lon,lat,site,source\n"
    for one in map(device, range(count)):
        lon, lat = (one.where.lon, one.where.lat) if one.where else (0.0, 0.0)
        told = (one.id, one.kind.value, " ".join(one.observes), f"{lon:.5f}", f"{lat:.5f}", one.site, one.source)
        yield ",".join(told) + "\n"


def rules() -> dict[str, Rule]:
    """Twenty rules of five dangers; `probe` is the one that is meant to fire."""
    day = (DayPart(from_h=0, to_h=24, limit_h=36),)
    terms: list[Terms] = [
        Threshold(property="temperature", above=60.0),
        Threshold(property="tilt", above=5.0),
        Threshold(property="vibration", above=50.0, for_s=60),
        Threshold(property="power", above=60_000.0, for_s=60),
        Threshold(property="temperature", rise_per_min=8.0),
        Threshold(property="water_flow", rise_per_min=900.0),
        Threshold(property="battery", below=0.05, hysteresis=0.05),
        Threshold(property="battery", below=0.1, hysteresis=0.1),
        Absence(signs=(Sign(property="motion", above=1.0),), limits=day),
        Absence(signs=(Sign(property="power", above=5.0),), limits=day),
        Absence(signs=(Sign(property="water_volume", change=0.001),), limits=day),
        *(Silent(silent_s=86_400.0 * days) for days in (1, 2, 3)),
        Drift(property="tilt", change=1.0),
        Drift(property="vibration", change=5.0),
        Drift(property="temperature", change=9.0),
        *(Together(conditions=_hot(high)) for high in (50.0, 70.0)),
    ]
    made = {f"R-{at:02d}": Rule(name=f"R-{at:02d}", enabled=True, terms=each) for at, each in enumerate(terms)}
    among = Among(kinds=(DeviceKind.POWER_METER,))
    probe = Rule(
        name="probe", enabled=True, kind="fire", severity=Severity.SEVERE, among=among,
        terms=Threshold(property="power", above=PROBE_W / 2),
    )  # fmt: skip
    return {**made, "probe": probe}


def _hot(high: float) -> tuple[Condition, ...]:
    return Condition(property="temperature", above=high), Condition(property="power", above=high * 1_000)


def messages(
    devices: int, readings: int, count: int, *, is_loud: bool = False, seed: int = 7
) -> list[tuple[str, bytes]]:
    """So many gateways' messages of so many readings each, with their source; each device once in a message.

    `is_loud`: of a hundred messages one is of the CALM gateways, so that at ten times the load they keep their pace.
    """
    chance, made = random.Random(seed), []
    for at in range(count):
        gateway = _loud(at) if is_loud else at % GATEWAYS
        rows = []
        for nth in chance.sample(range(PROBES // GATEWAYS, devices // GATEWAYS), readings):
            told = device(nth * GATEWAYS + gateway)
            name = chance.choice(told.observes)
            rows.append(
                {"device": told.id, "observed_property": name, "result": _SAID[name], "phenomenon_time_ms": int(TIME)}
            )
        body = msgspec.json.encode({"readings": rows})
        made.append((f"GW-{gateway}", body))
    return made


def _loud(at: int) -> int:
    return at // GATEWAYS % CALM if at % GATEWAYS == 0 else CALM + at % (GATEWAYS - CALM)


def single(at: int) -> tuple[str, bytes]:
    """What a device tells by itself, in a message of one reading."""
    told = device(at)
    name = told.observes[0]
    row = {"device": told.id, "observed_property": name, "result": _SAID[name], "phenomenon_time_ms": int(TIME)}
    return told.id, msgspec.json.encode({"readings": [row]})


def probe(nth: int) -> tuple[str, bytes]:
    """A reading that a rule answers to."""
    told = device(nth % PROBES)
    row = {"device": told.id, "observed_property": "power", "result": PROBE_W, "phenomenon_time_ms": int(TIME)}
    return told.source, msgspec.json.encode({"readings": [row]})
