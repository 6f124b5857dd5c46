"""What a camera says of itself."""

from __future__ import annotations

import msgspec


class StreamProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One stream a camera offers: its size in pixels, its codec in ONVIF's word, its RTSP address without a login."""

    token: str
    name: str
    width: int
    height: int
    codec: str
    uri: str


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A place a camera can be told to look at by name."""

    token: str
    name: str


class Notified(msgspec.Struct, frozen=True, kw_only=True):
    """One notification: its topic without prefixes, its source and data items, when by the camera's clock (Unix ms)."""

    topic: str
    source: dict[str, str]
    data: dict[str, str]
    at_ms: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A camera that answered discovery: its own name for itself, and where its device service stands."""

    endpoint: str
    url: str
    name: str = ""
    hardware: str = ""


def main_and_sub(profiles: tuple[StreamProfile, ...]) -> tuple[StreamProfile | None, StreamProfile | None]:
    """The largest stream, and the smallest other one; None where there is none."""
    ranked = sorted(profiles, key=lambda one: one.width * one.height, reverse=True)
    main = ranked[0] if ranked else None
    return main, ranked[-1] if len(ranked) > 1 else None
