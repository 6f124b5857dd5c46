"""Where each camera's streams are: its own addresses, else the templates'."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters, digits
from typing import Literal

import msgspec

Profile = Literal["main", "sub"]
"""Which of a camera's streams: its main one, or a smaller one for small tiles, where it has one."""


PLAIN = frozenset(ascii_letters + digits + "-._~")


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Templates with {id}, and by camera what its register says; "" is nowhere."""

    template: str = ""
    sub_template: str = ""
    streams: Mapping[str, str] = {}
    substreams: Mapping[str, str] = {}

    def of(self, camera: str, profile: Profile) -> str:
        """The address of a camera's stream, "" when nobody knows one; a camera without a smaller one has its main."""
        main = self.streams.get(camera) or _filled(self.template, camera)
        if profile == "main":
            return main
        alone = "" if camera in self.streams else _filled(self.sub_template, camera)
        return self.substreams.get(camera) or alone or main


def _filled(template: str, camera: str) -> str:
    return template.replace("{id}", "".join(_written(char) for char in camera))


def _written(char: str) -> str:
    """A character as a URL's path may hold it (RFC 3986 2.3); everything else percent-encoded."""
    if char in PLAIN:
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode())
