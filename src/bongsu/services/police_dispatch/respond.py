"""112 긴급출동 지원: what the officer needs before arriving, sent again when the place moves."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms
from bongsu.core.incident import Change
from bongsu.core.opening import open_views
from bongsu.core.request import Ask, Request

NAME = "police_dispatch"

Settings = ViewTerms


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Show the crew on its way where it goes and what the cameras there see (112 긴급출동 지원)."""
    yield from open_views(change, city, NAME, settings, Ask.SHOW_SCENE)
