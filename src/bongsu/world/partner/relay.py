"""Tells the city what people in the simulated city ring in: each call of the feed that is for this room, in order.

The same call always makes the same event, and what the city once took is not told again: after a restart the room
reads the feed from its start and goes on where it was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from bongsu.core.geo import Point
from bongsu.world.feed import Call, Step
from bongsu.world.partner import rooms, wire
from bongsu.world.partner import story as stories
from bongsu.world.partner.client import Client
from bongsu.world.partner.log import Log
from bongsu.world.partner.story import Room, Story

OTHER_CODE = "OTHER"
"""The code of a case that no room has one for: the city keeps it as unknown, for its operators to judge."""


class Case(msgspec.Struct, frozen=True):
    """A case this room has open: how it tells of it, and the report it began with."""

    story: Story
    begun: wire.Event


class Relay:
    """Carries one room's calls to the city; `cases` are those begun and not over, by the event they tell of.

    Everybody who rings in the news of an event gets a case number of his own, as in a real room: that two of them are
    one is for the city to find out.
    """

    def __init__(self, client: Client, room: Room, party: wire.Party, log: Log) -> None:
        self._client = client
        self._room = room
        self._party = party
        self._log = log
        self.cases: dict[str, tuple[Case, ...]] = {}

    async def run(self, calls: AsyncIterator[Call]) -> None:
        """Carry calls until there are no more (a feed that is followed has no end)."""
        async for call in calls:
            if call.to is self._room.to:
                await self.carry(call)

    async def carry(self, call: Call) -> None:
        """Tell the city one call, until it is taken or refused for good, unless it took it before."""
        for event in self.events_of(call):
            if wire.said_key(self._party, event) not in self._log.taken:
                await self._client.insist_for_ever(event)

    def events_of(self, call: Call) -> tuple[wire.Event, ...]:
        """What this room makes of a call: a new case, news of its first one, or the end of all it has."""
        cases = self.cases.get(call.event, ())
        if call.step is Step.OVER:
            self.cases.pop(call.event, None)
            return tuple(
                msgspec.structs.replace(stories.finish(case.story, case.begun, call.placed), text=call.text)
                for case in cases
            )
        if call.step is Step.BEGUN or not cases:
            return (self._begin(call, cases),)
        first = cases[0]
        return (stories.learn(first.story, first.begun, call.placed, Point(call.lon, call.lat), call.text),)

    def _begin(self, call: Call, cases: tuple[Case, ...]) -> wire.Event:
        story = rooms.story_of(self._room, call.kind) or _other(call)
        number = wire.occurrence_number(call.placed, call.number)
        begun = stories.begin(story, number, Point(call.lon, call.lat), call.placed, call.address)
        items = (*begun.items, ("accuracy_m", f"{call.accuracy_m:.0f}"))
        begun = msgspec.structs.replace(begun, text=call.text, items=items)
        self.cases[call.event] = (*cases, Case(story, begun))
        return begun


def _other(call: Call) -> Story:
    return Story(code=OTHER_CODE, kind=call.kind, name=call.kind, call=call.text, update=call.text, end=call.text)
