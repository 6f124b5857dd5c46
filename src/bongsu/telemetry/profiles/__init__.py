"""Payload profiles: one file a format, each a pure decoder of bytes to what was told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bongsu.telemetry.profiles import chirpstack, hub, ours, sensorthings, things_stack
from bongsu.telemetry.profiles.lorawan import unreadable
from bongsu.telemetry.told import Decode, Told

PROFILES: Mapping[str, Decode] = MappingProxyType(
    {
        "json": ours.from_json,
        "msgpack": ours.from_msgpack,
        "sensorthings": sensorthings.decode,
        "things_stack": things_stack.decode,
        "chirpstack": chirpstack.decode,
        "hub": hub.decode,
    }
)
"""The decoder of each profile, by the name that stands in a subject."""


def unknown(_body: bytes, source: str, arrived_ms: int) -> Told:
    """The decoder of a profile that is none: nothing but a fault."""
    return unreadable(source, arrived_ms, "profile")
