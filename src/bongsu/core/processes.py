"""The video processes a city is told of: those on the core's own machine, and those on others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bongsu.core.errors import Invalid

FIRST = "video"
"""The name of the first process of a machine; what it records lies where it always lay."""

CORE = "core"
"""The name the core's certificate must carry."""

MOST = 32
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})")
URL = re.compile(r"(wss?://[^/?#]*:)([0-9]{1,5})((?:[/?#].*)?)")


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A video process on another machine: its name, what browsers open, and where it listens for the core.

    One that `records` takes its share of the recordings, on its own disk: these can be replayed, but not exported.
    """

    name: str
    public_url: str
    control: str
    records: bool = False


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files (PEM) for the line between machines: the authority both sides trust, our certificate and its key."""

    ca: str = ""
    cert: str = ""
    key: str = ""

    def beside(self, folder: Path) -> Tls:
        """With each file's place given from a folder on."""
        ca, cert, key = (str((folder / file).resolve()) if file else "" for file in (self.ca, self.cert, self.key))
        return Tls(ca=ca, cert=cert, key=key)


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One video process. `port` is where a local one listens for viewers; `control` is "" for a local one.

    `records` tells whether it takes a share of the recordings.
    """

    name: str
    public_url: str
    port: int = 0
    control: str = ""
    records: bool = True

    @property
    def is_local(self) -> bool:
        """It runs on the core's machine, on the core's data folder."""
        return not self.control


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewer must know of a video process: its name for the hash, where to open it, and whether it lives."""

    name: str
    url: str
    alive: bool


def local_name(first: str, number: int) -> str:
    """The name of the nth process of a machine, from 1."""
    return first if number == 1 else f"{first}-{number}"


def locals_of(first: str, count: int, port: int, public_url: str, urls: Iterable[str]) -> tuple[Process, ...]:
    """The processes of one machine: ports count up from the first, and so do their URLs unless each is given.

    Raises Invalid("settings.video_…").
    """
    given = tuple(urls)
    if not 1 <= count <= MOST:
        raise Invalid("settings.video_processes", most=MOST)
    if given and len(given) != count:
        raise Invalid("settings.video_urls", count=count)
    ports = [port + number if port else 0 for number in range(count)]
    return tuple(
        Process(
            name=local_name(first, number + 1),
            public_url=given[number] if given else _raised(public_url, number),
            port=ports[number],
        )
        for number in range(count)
    )


def all_of(own: Iterable[Process], nodes: Iterable[Node]) -> tuple[Process, ...]:
    """Every process. Raises Invalid("settings.video_…") for names, ports or addresses that are wrong or given twice."""
    far = (Process(**msgspec.structs.asdict(one)) for one in nodes)
    every = (*own, *far)
    for one in every:
        if not NAME.fullmatch(one.name) or one.name == CORE:
            raise Invalid("settings.video_name", name=one.name)
        if one.control:
            place_of(one.control)
    for told in ("name", "public_url", "control"):
        twice = _twice(getattr(one, told) for one in every if getattr(one, told))
        if twice:
            raise Invalid("settings.video_twice", what=told, value=twice)
    return every


def place_of(control: str) -> tuple[str, int]:
    """The host and port of "host:port". Raises Invalid("settings.video_control")."""
    found = PLACE.fullmatch(control)
    if found is None or not 0 < int(found[3]) < 65536:
        raise Invalid("settings.video_control", value=control)
    return found[1] or found[2], int(found[3])


def _raised(url: str, by: int) -> str:
    """A URL whose port is so much higher."""
    if not by:
        return url
    found = URL.fullmatch(url)
    if found is None:
        raise Invalid("settings.video_port", url=url)
    return f"{found[1]}{int(found[2]) + by}{found[3]}"


def _twice(values: Iterable[str]) -> str:
    seen: set[str] = set()
    return next((value for value in values if value in seen or seen.add(value)), "")  # type: ignore[func-returns-value]  # set.add
