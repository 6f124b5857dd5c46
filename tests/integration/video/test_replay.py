"""From a camera to the past: what is recorded is played back on the video socket, and nothing beyond the ticket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bongsu.core.grant import Right
from bongsu.core.recording import Keep, Orders
from bongsu.video.ingest import HEAD
from fakes.rtsp_camera import RtspCamera
from fakes.tapes import TICK_US, Deck, pictures
from fakes.video import House, Officer, a_house

S = 1_000_000
PAST_US = (int(time.time()) - 1800) // 3600 * 3600 * S
"""The beginning of an hour, so that no test crosses one; at most an hour and a half ago."""

REPLAY: dict[str, Any] = {"form": "replay", "right": Right.REPLAY}


def window(from_us: int, to_us: int) -> dict[str, Any]:
    return REPLAY | {"from_ms": from_us // 1000, "to_ms": to_us // 1000}


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[House]:
    """A house with 10 s recorded, a gap of 20 s, and 20 s more."""
    deck = Deck(tmp_path)
    deck.record(pictures(PAST_US, 150))
    deck.record(pictures(PAST_US + 30 * S, 300, number=1000))
    deck.end()
    async with asyncio.timeout(30), a_house(tmp_path, {}) as house:
        yield house


async def order(officer: Officer, **words: object) -> None:
    await officer.ws.send(json.dumps(words))


async def place(officer: Officer) -> int:
    """Where on our wall clock the next frame lies."""
    message = await officer.see()
    return int(HEAD.unpack(message[: HEAD.size])[1])


async def hear(officer: Officer, what: str) -> dict[str, Any]:
    while (word := await officer.hear())["what"] != what:
        pass
    return word


async def test_a_recorded_camera_stays_open_without_viewers_and_its_last_seconds_can_be_seen(
    tmp_path: Path, camera: RtspCamera
) -> None:
    async with asyncio.timeout(30), a_house(tmp_path, {"cam": camera.url}, linger_s=0.1) as house:
        began_us = int(time.time() * S)
        house.record(Orders({"cam": Keep()}))
        while not (found := await house.link.recorded("cam", began_us // 1000, began_us // 1000 + 60_000)).spans:
            await asyncio.sleep(0.1)
        assert found.is_recorded
        reached = camera.connections
        async with house.watching(**window(began_us - 60 * S, began_us + 60 * S)) as officer:
            playing = await hear(officer, "playing")
            first = await officer.see()
        assert (playing["width"], playing["form"]) == (640, "replay")
        assert first[0] == 1
        house.record(Orders())
        assert not (await house.link.recorded("cam", 0, 1)).is_recorded
        assert camera.connections == reached  # looking back opens no camera


async def test_a_gap_is_told_and_skipped(archive: House) -> None:
    async with archive.watching(**window(PAST_US, PAST_US + 50 * S)) as officer:
        await order(officer, what="seek", at_ms=(PAST_US + 9 * S) // 1000)
        gap = await hear(officer, "gap")
        assert abs(gap["from_ms"] * 1000 - (PAST_US + 10 * S)) <= 2 * TICK_US
        assert gap["to_ms"] * 1000 == PAST_US + 30 * S
        assert await place(officer) == PAST_US + 30 * S


async def test_a_seek_into_a_gap_says_so_and_goes_on_behind_it(archive: House) -> None:
    async with archive.watching(**window(PAST_US, PAST_US + 50 * S)) as officer:
        await order(officer, what="seek", at_ms=(PAST_US + 20 * S) // 1000)
        gap = await hear(officer, "gap")
        assert (gap["from_ms"], gap["to_ms"]) == ((PAST_US + 20 * S) // 1000, (PAST_US + 30 * S) // 1000)
        assert await place(officer) == PAST_US + 30 * S


@pytest.mark.parametrize("times", [0.5, 1, 4])
async def test_it_plays_as_fast_as_it_is_told(archive: House, times: float) -> None:
    async with archive.watching(**window(PAST_US + 30 * S, PAST_US + 50 * S)) as officer:
        await order(officer, what="speed", times=times)
        first = await place(officer)
        began = time.monotonic()
        while (await place(officer)) - first < 1.5 * S * times:
            pass
        assert time.monotonic() - began == pytest.approx(1.5, abs=0.35)


async def test_a_paused_replay_stands_still_and_shows_where_it_is_sent(archive: House) -> None:
    async with archive.watching(**window(PAST_US + 30 * S, PAST_US + 50 * S)) as officer:
        await place(officer)
        await order(officer, what="pause")
        await order(officer, what="seek", at_ms=(PAST_US + 41 * S) // 1000)
        while await place(officer) < PAST_US + 41 * S - TICK_US:
            pass
        seen = len(officer.frames_at)
        officer.words.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(hear(officer, "never"), 0.5)
        assert len(officer.frames_at) - seen <= 2
        await order(officer, what="resume")
        while await place(officer) < PAST_US + 42 * S:
            pass


async def test_no_frame_lies_before_the_floor_though_its_group_of_pictures_begins_there(archive: House) -> None:
    floor_us = PAST_US + 31 * S
    grant = {"agency": "police112", "grant": "g1", "holds": ("session:s1", "grant:g1"), "floor_ms": floor_us // 1000}
    archive.holds["grant:g1"] = None
    archive.link.hold("grant:g1", None)
    async with archive.watching(**window(floor_us, PAST_US + 50 * S), **grant) as officer:
        await order(officer, what="speed", times=8)
        await order(officer, what="seek", at_ms=(PAST_US + 5 * S) // 1000)
        assert (await hear(officer, "denied"))["code"] == "ticket.floor"
        await order(officer, what="seek", at_ms=floor_us // 1000)
        places = [await place(officer) for _ in range(60)]
    assert min(places) >= floor_us
    assert places[0] - floor_us < 2 * S


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"floor_ms": 60_000}, "ticket.floor"),
        ({"floor_ms": 0}, "ticket.bad"),
        ({"right": Right.VIEW}, "ticket.bad"),
        ({"form": "live"}, "ticket.bad"),
        ({"to_ms": 50_000}, "ticket.bad"),
    ],
)
async def test_a_ticket_before_its_floor_or_without_its_right_opens_nothing(
    archive: House, changes: dict[str, Any], code: str
) -> None:
    grant = {"agency": "police112", "grant": "g1", "holds": ("session:s1", "grant:g1")}
    archive.holds["grant:g1"] = None
    archive.link.hold("grant:g1", None)
    wish = REPLAY | {"from_ms": 50_000, "to_ms": 90_000, "floor_ms": 50_000}
    async with archive.watching(**grant, **(wish | changes)) as officer:
        word = await officer.hear()
    assert word == {"what": "refused", "code": code}


async def test_a_dropped_hold_cuts_a_replay_like_a_live_stream(archive: House) -> None:
    async with archive.watching(**window(PAST_US + 30 * S, PAST_US + 50 * S)) as officer:
        await place(officer)
        began = time.monotonic()
        archive.link.drop("session:s1")
        assert await officer.watch_to_the_end() == 4410
        assert officer.ended_at - began < 0.5
    assert archive.watched[-1].code == "hold.gone"


async def test_at_the_end_it_says_so_and_can_be_sent_back(archive: House) -> None:
    async with archive.watching(**window(PAST_US + 44 * S, PAST_US + 60 * S)) as officer:
        await order(officer, what="speed", times=8)
        assert (await hear(officer, "end"))["what"] == "end"
        await order(officer, what="seek", at_ms=(PAST_US + 49 * S) // 1000)
        assert await place(officer) <= PAST_US + 50 * S


@pytest.mark.parametrize(
    "words", [{"what": "speed", "times": 3}, {"what": "seek"}, {"what": "seek", "at_ms": "now"}, {"what": "format"}, []]
)
async def test_words_that_are_none_are_denied_and_the_replay_goes_on(archive: House, words: Any) -> None:
    async with archive.watching(**window(PAST_US + 30 * S, PAST_US + 50 * S)) as officer:
        await place(officer)
        await officer.ws.send(json.dumps(words))
        assert (await hear(officer, "denied"))["code"] == "replay.words"
        assert await place(officer) > PAST_US + 30 * S


async def test_a_viewer_who_does_not_read_delays_nobody_else(archive: House) -> None:
    async with archive.watching(**window(PAST_US + 30 * S, PAST_US + 50 * S)) as slow:
        await order(slow, what="speed", times=8)
        async with archive.watching(**window(PAST_US + 30 * S, PAST_US + 50 * S)) as other:
            first = await place(other)
            began = time.monotonic()
            while (await place(other)) - first < S:
                pass
            assert time.monotonic() - began == pytest.approx(1.0, abs=0.3)
