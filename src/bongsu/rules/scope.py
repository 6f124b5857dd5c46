"""A rule in force: its terms, and the devices of the register it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asset import Line
from bongsu.core.register import KINDS, Register, code_of
from bongsu.core.rule import Among, Rule

T = TypeVar("T")
Zones = Mapping[str, Line]
"""The rings of the city's zones, by record id."""


@dataclass(frozen=True, slots=True)
class InForce(Generic[T]):
    """A rule, the record's `id`, and its `terms`; `mark` is another for other terms, `area` a geofence's or None."""

    id: str
    mark: int
    rule: Rule
    terms: T
    area: Any = None


def devices_of(among: Among, register: Register) -> NDArray[np.bool_]:
    """Which devices (D) stand and are among these."""
    covered = register.standing.copy()
    if among.kinds:
        covered &= np.array([kind in among.kinds for kind in KINDS])[register.kind]
    if among.sites:
        covered &= np.isin(np.array(register.sites, np.str_), among.sites)[register.site]
    if among.devices:
        rows = [register.device_row[device] for device in among.devices if device in register.device_row]
        named = np.zeros(len(covered), np.bool_)
        named[rows] = True
        covered &= named
    return covered


def streams_of(among: Among, observed_property: str, register: Register) -> NDArray[np.intp]:
    """The datastreams of one property that these devices have."""
    mine = register.stream_property == code_of(observed_property)
    return np.flatnonzero(mine & devices_of(among, register)[register.stream_device])


def sites_of(among: Among, register: Register) -> NDArray[np.intp]:
    """The sites that have any of these devices."""
    has = np.zeros(len(register.sites), np.bool_)
    has[register.site[devices_of(among, register)]] = True
    return np.flatnonzero(has)


def totals_of(register: Register) -> dict[str, int]:
    """How many rows the register has of each thing a table can be about."""
    return {"stream": len(register.stream_device), "device": len(register.kind), "site": len(register.sites)}
