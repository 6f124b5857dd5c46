"""Devices, batches and a rule at work, as tests of the rules tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.detection import Detection
from bongsu.core.device import Device, DeviceKind
from bongsu.core.register import Register, register_of
from bongsu.core.report import Severity
from bongsu.core.rule import Among, Rule, Terms
from bongsu.rules.batch import Sorted
from bongsu.rules.dangers import DANGERS, in_force, state_for
from bongsu.rules.state import State

T0 = 1_760_000_000_000
"""2025-10-09 17:53:20 in Korea, a Thursday."""


def a_device(name: str, *observes: str, **fields: Any) -> Device:
    return Device(id=name, kind=fields.pop("kind", DeviceKind.OTHER), observes=observes, **fields)


def told(register: Register, *rows: tuple[str, str, float, int], now_ms: int | None = None) -> Telemetry:
    """A batch of (device, property, result, time_ms)."""
    streams = [register.stream_row[device][name] for device, name, _, _ in rows]
    times = [time_ms for *_, time_ms in rows]
    return Telemetry(
        results=Results(
            stream=np.array(streams, np.int32),
            device=np.array([register.device_row[row[0]] for row in rows], np.int32),
            result=np.array([row[2] for row in rows], np.float64),
            time_ms=np.array(times, np.int64),
        ),
        places=no_places(),
        now_ms=now_ms if now_ms is not None else max(times, default=T0),
    )


def moved(register: Register, *rows: tuple[str, float, float, int]) -> Telemetry:
    """A batch of (device, lon, lat, time_ms)."""
    return Telemetry(
        results=no_results(),
        places=Places(
            device=np.array([register.device_row[row[0]] for row in rows], np.int32),
            lon=np.array([row[1] for row in rows], np.float64),
            lat=np.array([row[2] for row in rows], np.float64),
            time_ms=np.array([row[3] for row in rows], np.int64),
        ),
        now_ms=max(row[3] for row in rows),
    )


def nothing(now_ms: int) -> Telemetry:
    return Telemetry(results=no_results(), places=no_places(), now_ms=now_ms)


def no_results() -> Results:
    return Results(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.int64))


def no_places() -> Places:
    return Places(np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.float64), np.empty(0, np.int64))


class AtWork:
    """One rule over a register; `see` keeps what it found, `restarted` goes on from a snapshot."""

    def __init__(self, terms: Terms, devices: Iterable[Device], zones: Any = None, **fields: Any) -> None:
        self.register = register_of(devices)
        self.zones = zones or {}
        self.rule = a_rule(terms, **fields)
        self.force = in_force("r1", self.rule, self.zones)
        self.state = state_for(self.force, self.register)

    def look(self, telemetry: Telemetry) -> tuple[list[Detection], Any]:
        danger = DANGERS[type(self.rule.terms)]
        return danger.detect(Sorted(telemetry, self.register), self.register, self.force, self.state)

    def see(self, telemetry: Telemetry) -> list[Detection]:
        found, moves = self.look(telemetry)
        self.state.advance(moves)
        return found

    def tell(self, *rows: tuple[str, str, float, int]) -> list[Detection]:
        return self.see(told(self.register, *rows))

    def move(self, *rows: tuple[str, float, float, int]) -> list[Detection]:
        return self.see(moved(self.register, *rows))

    def wait(self, now_ms: int) -> list[Detection]:
        return self.see(nothing(now_ms))

    def restart(self) -> None:
        columns = {name: values.copy() for name, values in self.state.columns().items()}
        self.state = state_for(self.force, self.register, State.of(columns))

    def change(self, *devices: Device) -> None:
        self.register = register_of(devices, self.register)
        self.state = state_for(self.force, self.register, self.state)


def a_rule(terms: Terms, **fields: Any) -> Rule:
    given: dict[str, Any] = {"name": "규칙", "enabled": True, "kind": "fire", "severity": Severity.SEVERE}
    return Rule(terms=terms, **(given | {"among": Among()} | fields))


def short(found: Iterable[Detection]) -> list[tuple[str, str, int, int]]:
    """(site, phase, began, at), times in seconds after T0."""
    return [(d.site, d.phase.value, (d.began_ms - T0) // 1000, (d.at_ms - T0) // 1000) for d in found]
