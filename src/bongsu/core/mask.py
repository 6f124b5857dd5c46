"""Zones of a camera's picture that nobody sees without the unmask right (영상 가림 구역)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bongsu.core.export import Ring

Masks = Mapping[str, tuple[Ring, ...]]
"""The zones of every camera that has any, by camera; shares of the picture's width and height."""


class MaskZone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One zone: what lies there, and its corners as shares of width and height, not closed."""

    name: str
    ring: Ring


class CameraMask(msgspec.Struct, frozen=True, kw_only=True, tag="mask", forbid_unknown_fields=True):
    """The zones of one camera's picture; the record's id is the camera's."""

    zones: tuple[MaskZone, ...]
