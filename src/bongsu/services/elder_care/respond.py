"""독거노인 돌봄: no activity, power, water or door at a home (Guro). A home is not a street: it opens no camera."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "elder_care"
KINDS = ("elder_inactive", "elder_help", "water_no_use")


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of care for people who live alone; `agency` is who would be shown cameras, where a city takes a kind out of
    `unseen`."""

    agency: str = "fire119"
    kinds: tuple[str, ...] = KINDS
    unseen: tuple[str, ...] = KINDS
    officers: tuple[str, ...] = KINDS
    guardians: tuple[str, ...] = KINDS


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Tell the welfare officer and the guardians that a home is too quiet, or that somebody called (독거노인 돌봄)."""
    yield from open_scene(change, city, NAME, settings, Ask.SHOW_SCENE)
    yield from tell_people(change, NAME, settings)
