"""Timing by barcode: which frame counts as newer than the grant."""

from __future__ import annotations

import asyncio
import json
import struct

import pytest

from bongsu.world import barcode
from bongsu.world.partner.eye import Eye, read_unit
from bongsu.world.partner.viewing import Viewing
from fakes.partner import live_messages

START = 1_795_000_000_000


class FakeSocket:
    """Gives what it is given, then hangs up."""

    def __init__(self, messages: list[bytes | str]) -> None:
        self._messages = messages
        self.sent: list[str] = []

    async def recv(self) -> str:
        return json.dumps({"what": "hello", "nonce": "n", "epoch": "e"})

    async def send(self, message: str) -> None:
        self.sent.append(message)

    async def close(self) -> None:
        return None

    async def __aiter__(self):
        for message in self._messages:
            await asyncio.sleep(0)
            yield message


def test_an_eye_reads_from_each_picture_which_camera_took_it_and_when():
    eye = Eye()
    times = [START + 67 * turn for turn in range(6)]
    seen = [s for m in live_messages("C-1", times) for s in eye.look(read_unit(m), START)]
    assert [s.taken_ms for s in seen] == times
    assert {s.camera for s in seen} == {barcode.camera_number("C-1")}
    assert eye.unread == eye.broken == 0


def test_an_eye_waits_for_the_first_keyframe():
    eye = Eye()
    messages = live_messages("C-1", [START, START + 67, START + 133])
    assert eye.look(read_unit(messages[1]), START) == []
    assert len(eye.look(read_unit(messages[0]), START)) == 1


def test_a_message_without_an_access_unit_is_an_error():
    with pytest.raises(ValueError):
        read_unit(struct.pack("<BQQ", 1, 0, 0))


async def test_pictures_of_before_the_grant_do_not_count_as_its_first_frame():
    granted_ms = START + 200
    viewing = Viewing(FakeSocket(live_messages("C-1", [START, START + 67, START + 133])), "C-1", "I-1", "kim")
    await viewing.show("ticket")
    assert await viewing.frame_newer_than(granted_ms, within_s=0.5) is None
    assert len(viewing.arrivals) == 3


async def test_the_first_picture_taken_after_the_grant_counts():
    times = [START, START + 67, START + 133, START + 267]
    viewing = Viewing(FakeSocket(live_messages("C-1", times)), "C-1", "I-1", "kim")
    await viewing.show("ticket")
    at_s = await viewing.frame_newer_than(START + 200)
    newer = [at for at, seen in viewing.seen if seen.taken_ms > START + 200]
    assert at_s == newer[0]


async def test_a_refusal_and_an_end_are_kept_by_their_code():
    told = [json.dumps({"what": "refused", "code": "ticket.used"}), json.dumps({"what": "ended", "code": "hold.gone"})]
    viewing = Viewing(FakeSocket(told), "C-1", "I-1", "kim")
    await viewing.show("ticket")
    assert await viewing.until_over(1.0)
    assert (viewing.refused, viewing.ended) == ("ticket.used", "hold.gone")
