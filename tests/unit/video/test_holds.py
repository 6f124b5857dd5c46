"""The table every stream hangs on: it fails closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import booleans, floats, integers, none, sampled_from

from bongsu.video.holds import GONE, SILENT, Holds

KEYS = ("session:a", "session:b", "grant:c")
START = datetime(2026, 1, 1, tzinfo=UTC)


class Clocks:
    """Two clocks that are moved by hand."""

    def __init__(self) -> None:
        self.tick = 100.0
        self.wall = START

    def monotonic(self) -> float:
        return self.tick

    def now(self) -> datetime:
        return self.wall

    def pass_s(self, seconds: float) -> None:
        self.tick += seconds
        self.wall += timedelta(seconds=seconds)

    def in_ms(self, ms: float) -> int:
        return int(self.wall.timestamp() * 1000 + ms)


def a_table() -> tuple[Holds, Clocks]:
    clocks = Clocks()
    return Holds(clocks.monotonic, clocks.now), clocks


def test_nothing_is_held_before_the_core_has_spoken() -> None:
    holds, _ = a_table()
    holds.hold("session:a", None)
    assert holds.verdict(["session:a"]) == SILENT


def test_every_hold_is_needed() -> None:
    holds, _ = a_table()
    holds.hear()
    holds.replace({"session:a": None, "grant:c": None})
    assert holds.verdict(["session:a", "grant:c"]) is None
    holds.drop("grant:c")
    assert holds.verdict(["session:a", "grant:c"]) == GONE
    assert holds.verdict(["session:a"]) is None


def test_a_hold_is_gone_at_its_time_without_a_word() -> None:
    holds, clocks = a_table()
    holds.hold("grant:c", clocks.in_ms(200))
    holds.hear()
    clocks.pass_s(0.199)
    assert holds.verdict(["grant:c"]) is None
    clocks.pass_s(0.002)
    assert holds.verdict(["grant:c"]) == GONE


def test_a_wall_clock_set_back_prolongs_nothing() -> None:
    holds, clocks = a_table()
    holds.hold("grant:c", clocks.in_ms(200))
    clocks.wall -= timedelta(hours=1)
    clocks.pass_s(0.3)
    holds.hear()
    assert holds.verdict(["grant:c"]) == GONE


def test_silence_of_half_a_second_ends_everything() -> None:
    holds, clocks = a_table()
    holds.hold("session:a", None)
    holds.hear()
    clocks.pass_s(0.499)
    assert holds.verdict(["session:a"]) is None
    clocks.pass_s(0.001)
    assert holds.verdict(["session:a"]) == SILENT


def test_a_lost_core_leaves_nothing_held() -> None:
    holds, _ = a_table()
    holds.hold("session:a", None)
    holds.hear()
    holds.lose()
    assert holds.verdict(["session:a"]) == SILENT
    holds.hear()
    assert holds.verdict(["session:a"]) == GONE


class TableAgainstModel(RuleBasedStateMachine):
    """Whatever happens in whatever order, a stream plays only while a simple model says so."""

    def __init__(self) -> None:
        super().__init__()
        self.holds, self.clocks = a_table()
        self.ends: dict[str, float] = {}
        self.heard: float | None = None

    @rule(key=sampled_from(KEYS), ms=none() | integers(-1000, 3000))
    def hold(self, key: str, ms: int | None) -> None:
        self.holds.hold(key, None if ms is None else self.clocks.in_ms(ms))
        self.ends[key] = float("inf") if ms is None else self.clocks.tick + ms / 1000

    @rule(key=sampled_from(KEYS))
    def drop(self, key: str) -> None:
        self.holds.drop(key)
        self.ends.pop(key, None)

    @rule(seconds=floats(0, 0.4), and_hear=booleans())
    def wait(self, seconds: float, and_hear: bool) -> None:
        self.clocks.pass_s(seconds)
        if and_hear:
            self.holds.hear()
            self.heard = self.clocks.tick

    @rule()
    def lose(self) -> None:
        self.holds.lose()
        self.ends, self.heard = {}, None

    @invariant()
    def never_plays_without_right(self) -> None:
        now = self.clocks.tick
        silent = self.heard is None or now - self.heard >= 0.5
        for key in KEYS:
            if self.holds.verdict([key]) is None:
                assert not silent
                assert self.ends.get(key, 0) >= now - 0.002  # a deadline is told in whole milliseconds


TestTableAgainstModel = TableAgainstModel.TestCase
TestTableAgainstModel.settings = settings(max_examples=30, stateful_step_count=30)
