"""Who watches, and what was sent: the figures of streams that play and of streams that ended."""

from __future__ import annotations

from dataclasses import dataclass

from bongsu.video.audience import Audience
from fakes.video import a_ticket


@dataclass
class Stream:
    frames: int = 0
    dropped: int = 0
    size_bytes: int = 0


class Clock:
    now_s = 100.0

    def __call__(self):
        return self.now_s


def test_a_stream_is_told_while_it_plays_and_counted_when_it_has_ended():
    clock = Clock()
    audience = Audience(clock)
    one, other = a_ticket(id="t1", user="kim", camera="c1"), a_ticket(id="t2", form="replay", camera="c2")
    stream = Stream()
    audience.begin(one, stream)
    clock.now_s += 2
    audience.begin(other, Stream(frames=5, size_bytes=50))
    stream.frames, stream.dropped, stream.size_bytes = 30, 2, 3_000
    first = audience.looks()[0]
    assert (first.camera, first.user, first.seconds, first.frames, first.dropped) == ("c1", "kim", 2.0, 30, 2)
    assert audience.sent()["live"].frames == 30

    audience.end(one, "hold.gone")
    assert [look.camera for look in audience.looks()] == ["c2"]
    sent = audience.sent()
    assert (sent["live"].frames, sent["live"].dropped, sent["live"].size_bytes) == (30, 2, 3_000)
    assert sent["live"].ended == {"hold.gone": 1}
    assert (sent["replay"].frames, sent["replay"].ended) == (5, {})


def test_sums_never_shrink_however_often_they_are_read():
    audience = Audience(Clock())
    for number in range(3):
        ticket = a_ticket(id=str(number))
        audience.begin(ticket, Stream(frames=10))
        assert audience.sent()["live"].frames == 10 * (number + 1)
        audience.end(ticket, "left")
        assert audience.sent()["live"].frames == 10 * (number + 1)
    assert audience.sent()["live"].ended == {"left": 3}
