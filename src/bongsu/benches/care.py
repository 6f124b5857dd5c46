"""What the built-in rules of the care services are worth: a simulated month, with true cases and near-misses.

The rules run as in the telemetry process (`telemetry.detecting`) over the readings in the order of their time, in
batches of ten minutes of event time; what a clock would add is nothing, because rules judge by event time. Everything
that is between a device and the rules, and between a detection and an incident, is measured by `bongsu drill care`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.detection import Phase
from bongsu.core.register import Register, register_of
from bongsu.core.rule import Absence, Among, Drift, Geofence, Rule, Silent, Terms, Threshold, Together
from bongsu.linked import SERVICES
from bongsu.telemetry.detecting import Detecting
from bongsu.world.care import SCENES, Reading, Scene
from bongsu.world.care.marks import Alarm, Marks, faults_of, marks_of

DAYS = 28
BEGIN_MS = 1_793_545_200_000
"""A Monday, midnight (KST)."""
BATCH_MS = 600_000
HOMES = "elder_care"
NOTICES = frozenset({"child_boarded", "child_alighted"})


def run(*, seed: int = 7, days: int = DAYS) -> dict[str, Any]:
    """Marks by service, whether its known-bad variants were caught, and `misses`: the sum of all that is wrong."""
    scenes = {name: make(seed, days, BEGIN_MS) for name, make in SCENES.items()}
    told: dict[str, Any] = {"days": days, "seed": seed}
    misses: list[str] = []
    for name, scene in scenes.items():
        rules = rules_of(name, scene)
        marks = marks_for(scene, rules)
        homes = len({device.site for device in scene.devices}) if name == HOMES else 0
        misses += [f"{name}: {one}" for one in faults_of(marks, homes)]
        blind = {key: msgspec.structs.replace(rule, enabled=False) for key, rule in rules.items()}
        keen = {key: msgspec.structs.replace(rule, terms=keener(rule.terms)) for key, rule in rules.items()}
        bad = {"blind": blind, "keen": keen}
        caught = {way: bool(faults_of(marks_for(scene, rules), homes)) for way, rules in bad.items()}
        misses += [f"{name}: the {way} variant was not caught" for way, was in caught.items() if not was]
        told[name] = msgspec.to_builtins(marks) | {"devices": len(scene.devices), "caught": caught}
    return told | {"misses": misses}


def rules_of(service: str, scene: Scene) -> dict[str, Rule]:
    """The built-in rules of a service, all on; those that name nobody by themselves are told the homes of wards."""
    tables = tomllib.loads(files("bongsu.desk").joinpath("defaults/rules.toml").read_text("utf-8"))
    kinds = {*SERVICES[service].Settings().kinds} - NOTICES
    # The alarm of a meter that draws nothing feeds elder_care; its devices are among the meters.
    kinds |= {"water_no_use"} if service == "water_meters" else set()
    wards = tuple({device.site or device.id: "" for device in scene.devices if device.ward})
    found = {}
    for name, table in tables.items():
        rule = msgspec.convert({"type": "rule", **table}, Rule)
        if rule.kind in kinds:
            among = Among(sites=wards) if rule.kind == "water_no_use" else rule.among
            found[name] = msgspec.structs.replace(rule, enabled=True, among=among)
    return found


def keener(terms: Terms) -> Terms:
    """The same rule without what keeps it silent: time, margin, or a second sign."""
    match terms:
        case Threshold():
            limit = None if terms.above is None else terms.above * 0.3
            return msgspec.structs.replace(terms, above=limit, for_s=0.0)
        case Geofence():
            return msgspec.structs.replace(terms, margin_m=0.0, settle_s=0.0)
        case Absence():
            parts = tuple(msgspec.structs.replace(part, limit_h=part.limit_h / 4) for part in terms.limits)
            return msgspec.structs.replace(terms, limits=parts)
        case Together():
            lower = tuple(msgspec.structs.replace(one, above=(one.above or 0.0) / 3) for one in terms.conditions)
            return msgspec.structs.replace(terms, conditions=lower)
        case Drift():
            return msgspec.structs.replace(terms, change=terms.change / 10, mean_h=0.5, hysteresis=0.0)
        case Silent():
            return terms


def marks_for(scene: Scene, rules: Mapping[str, Rule]) -> Marks:
    """What these rules find in a scene, against its truth."""
    register = register_of(scene.devices)
    detecting = Detecting(register)
    begin_ms = scene.told[0].time_ms - BATCH_MS
    detecting.use(detecting.prepare(rules, dict(scene.zones)), begin_ms)
    alarms = []
    for batch in batches(scene, register):
        finding = detecting.detect(batch)
        alarms += [Alarm(one.kind, one.site, one.at_ms) for one in finding.detections if one.phase is Phase.BEGAN]
        detecting.keep(finding)
    assert not any(figures.faults for figures in detecting.figures.values())
    return marks_of(scene.cases, alarms)


def batches(scene: Scene, register: Register) -> Iterator[Telemetry]:
    """Everything a scene's devices tell, ten minutes at a time, each followed by the empty batch of a second's beat."""
    told = np.array([one.time_ms for one in scene.told], np.int64)
    edges = np.arange(told[0] // BATCH_MS * BATCH_MS, told[-1] + BATCH_MS, BATCH_MS)
    cuts = np.searchsorted(told, [*edges, edges[-1] + BATCH_MS])
    nothing = Telemetry(_results([], register), _places([], register), 0)
    for first, last, edge in zip(cuts[:-1], cuts[1:], edges, strict=True):
        now_ms = int(edge) + BATCH_MS
        rows = scene.told[first:last]
        readings = [one for one in rows if isinstance(one, Reading)]
        places = [one for one in rows if not isinstance(one, Reading)]
        if rows:
            yield Telemetry(_results(readings, register), _places(places, register), now_ms)
        yield Telemetry(nothing.results, nothing.places, now_ms)


def _results(rows: list[Any], register: Register) -> Results:
    return Results(
        np.array([register.stream_row[one.device][one.property] for one in rows], np.int32),
        np.array([register.device_row[one.device] for one in rows], np.int32),
        np.array([one.result for one in rows], np.float64),
        np.array([one.time_ms for one in rows], np.int64),
    )


def _places(rows: list[Any], register: Register) -> Places:
    return Places(
        np.array([register.device_row[one.device] for one in rows], np.int32),
        np.array([one.lon for one in rows], np.float64),
        np.array([one.lat for one in rows], np.float64),
        np.array([one.time_ms for one in rows], np.int64),
    )
