"""How we prove ourselves to cameras; what is secret never shows in a text made of it."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import msgspec


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How we prove ourselves to a camera; its password never shows in a text made of it."""

    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "Login(…)"


class Logins:
    """The cameras' logins: one for a camera id, else the first pattern that fits it ("G-*"), else none."""

    def __init__(self, by_camera: Mapping[str, Login]) -> None:
        self._by_camera = by_camera

    def __repr__(self) -> str:
        return f"Logins({len(self._by_camera)})"

    def of(self, camera: str) -> Login:
        """How we prove ourselves to a camera."""
        exact = self._by_camera.get(camera)
        fitting = (login for pattern, login in self._by_camera.items() if fnmatchcase(camera, pattern))
        return exact if exact is not None else next(fitting, Login())
