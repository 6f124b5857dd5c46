"""Several video processes as one: what each is told, who records what, and what a death or a return changes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bongsu.core.errors import Unavailable
from bongsu.core.processes import Process
from bongsu.core.recording import Held, Keep, Orders, Recorded
from bongsu.core.rendezvous import owner
from bongsu.core.stream import Addresses
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.links import VideoLinks
from bongsu.gateways.video.sharing import GRACE_S, STEADY_S, merged, share, sharers

NAMES = ("video", "video-2", "video-3")
CAMERAS = tuple(f"C{n}" for n in range(30))
ORDERS = Orders({camera: Keep() for camera in CAMERAS}, (Held("C1", 1, 2),))


class FakeVideo:
    """A video process's end of its socket: keeps what it is told, answers what it is asked, or stands still."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.path = folder / f"{name}.sock"
        self.told: list[dict[str, object]] = []
        self.spans: list[list[int]] = []
        self.stands_still = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self.path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def die(self) -> None:
        assert self._server
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self.told.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        writer.write(json.dumps({"what": "hello", "epoch": f"e-{self.name}"}).encode() + b"\n")
        while line := await reader.readline():
            while self.stands_still:
                await asyncio.sleep(0.05)
            word = json.loads(line)
            if word["what"] == "beat":
                writer.write(b'{"what":"beat"}\n')
            elif word["what"] == "spans":
                answer = {"what": "spans", "ask": word["ask"], "recorded": {"is_recorded": True, "spans": self.spans}}
                writer.write(json.dumps(answer).encode() + b"\n")
            else:
                self.told.append(word)

    def heard(self, what: str) -> list[dict[str, object]]:
        return [word for word in self.told if word["what"] == what]

    @property
    def cameras(self) -> set[str]:
        """What it was last told to record."""
        last = self.heard("record")[-1:]
        return set(last[0]["orders"]["cameras"]) if last else set()  # type: ignore[index]  # JSON


class City:
    """Three fake processes and the core's links to them."""

    def __init__(self, folder: Path) -> None:
        self.videos = {name: FakeVideo(name, folder) for name in NAMES}
        self.changes = 0
        self.links = VideoLinks({self._process(name): self._link(name) for name in NAMES}, lambda: ORDERS)
        self.links.on_change = self._changed

    def _changed(self) -> None:
        self.changes += 1

    @staticmethod
    def _process(name: str) -> Process:
        return Process(name=name, public_url=f"ws://{name}")

    def _link(self, name: str) -> VideoLink:
        def nothing(*_: object) -> None: ...

        return VideoLink(
            self.videos[name].path, dict, Addresses, nothing, nothing, lambda: self.links.orders_of(name), name=name
        )

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            await asyncio.sleep(0.01)

    def divided(self, *names: str) -> bool:
        return all(self.videos[n].cameras == {c for c in CAMERAS if owner(names, c) == n} for n in names)


@asynccontextmanager
async def a_city(folder: Path) -> AsyncIterator[City]:
    async with asyncio.timeout(30), AsyncExitStack() as ends:
        city = City(folder)
        for video in city.videos.values():
            await video.start()
            ends.push_async_callback(video.die)
        running = asyncio.create_task(city.links.run())
        ends.callback(running.cancel)
        await city.until(lambda: len(city.links.epochs) == len(NAMES))
        yield city


async def test_what_holds_is_told_to_all_and_what_is_recorded_is_divided(tmp_path):
    async with a_city(tmp_path) as city:
        city.links.hold("grant:g", None)
        city.links.drop("grant:g")
        await city.until(lambda: all(video.heard("drop") for video in city.videos.values()))
        await city.until(lambda: city.divided(*NAMES))
        for video in city.videos.values():
            assert video.heard("record")[-1]["orders"]["held"] == [{"camera": "C1", "from_ms": 1, "to_ms": 2}]
        assert {seat.name: seat.alive for seat in city.links.seats} == dict.fromkeys(NAMES, True)


async def test_no_camera_is_recorded_twice_while_the_lines_are_opened(tmp_path):
    async with a_city(tmp_path) as city:
        await city.until(lambda: city.divided(*NAMES))
        for name, video in city.videos.items():
            for word in video.heard("record"):
                assert all(owner(NAMES, camera) == name for camera in word["orders"]["cameras"])


async def test_a_death_moves_its_cameras_at_once_and_a_return_moves_nothing_before_it_is_steady(tmp_path):
    async with a_city(tmp_path) as city:
        await city.until(lambda: city.divided(*NAMES))
        changes, died_s = city.changes, time.monotonic()
        await city.videos["video-2"].die()
        await city.until(lambda: city.divided("video", "video-3"))
        assert time.monotonic() - died_s < 1.0
        assert city.changes == changes + 1
        assert [seat.alive for seat in city.links.seats] == [True, False, True]
        await city.videos["video-2"].start()
        await city.until(lambda: len(city.links.epochs) == len(NAMES))
        await city.until(lambda: bool(city.videos["video-2"].heard("record")))
        assert city.videos["video-2"].cameras == set()
        assert city.divided("video", "video-3")


async def test_a_process_that_stands_still_delays_no_word_to_the_others_and_is_left(tmp_path):
    async with a_city(tmp_path) as city:
        await city.until(lambda: city.divided(*NAMES))
        city.videos["video-3"].stands_still = True
        dropped_s = time.monotonic()
        city.links.drop("session:s")
        others = [city.videos["video"], city.videos["video-2"]]
        await city.until(lambda: all(video.heard("drop") for video in others))
        assert time.monotonic() - dropped_s < 0.2
        await city.until(lambda: city.divided("video", "video-2"))
        assert [seat.alive for seat in city.links.seats] == [True, True, False]
        city.videos["video-3"].stands_still = False


async def test_what_is_recorded_is_asked_of_all_and_told_with_who_holds_it(tmp_path):
    async with a_city(tmp_path) as city:
        city.videos["video"].spans = [[0, 100], [200, 290]]
        city.videos["video-2"].spans = [[0, 100], [200, 300]]
        await city.videos["video-3"].die()
        await city.until(lambda: len(city.links.epochs) == 2)
        found = await city.links.recorded("C1", 0, 1000)
        assert found.spans == ((0, 100), (200, 300))
        assert found.at == {"video": ((0, 100), (200, 290)), "video-2": ((0, 100), (200, 300))}
        assert found.away == ()  # it shares their disk
        for name in ("video", "video-2"):
            await city.videos[name].die()
        await city.until(lambda: not city.links.alive)
        with pytest.raises(Unavailable, match=r"video\.away"):
            await city.links.recorded("C1", 0, 1000)


def test_who_counts_at_the_start_after_a_loss_and_when_nobody_is_steady():
    begun = 100.0
    assert sharers(NAMES, {}, (), begun, begun) == NAMES
    assert sharers(NAMES, {"video": 100.1}, (), begun, begun + GRACE_S) == ("video",)
    late = {"video": 100.1, "video-2": 150.0}
    assert sharers(NAMES, late, (), begun, 150.0) == ("video", "video-2")
    assert sharers(NAMES, late, ("video-2",), begun, 150.0) == ("video",)
    assert sharers(NAMES, late, ("video-2",), begun, 150.0 + STEADY_S) == ("video", "video-2")
    assert sharers(NAMES, {"video-2": 150.0}, ("video", "video-2"), begun, 150.0) == ("video-2",)
    assert sharers(NAMES, {}, NAMES, begun, begun) == ()


def test_every_camera_has_one_process_and_every_process_every_hold():
    parts = [share(ORDERS, name, NAMES) for name in NAMES]
    assert sorted(camera for part in parts for camera in part.cameras) == sorted(CAMERAS)
    assert all(part.held == ORDERS.held for part in parts)
    assert share(ORDERS, "video", ()).cameras == {}


def test_what_another_machine_holds_is_missing_while_it_is_away():
    here = [Process(name=name, public_url="ws://x") for name in ("video", "video-2")]
    far = Process(name="video-b", public_url="ws://b", control="b:1", records=True)
    idle = Process(name="video-c", public_url="ws://c", control="c:1", records=False)
    one = Recorded(is_recorded=False, spans=((0, 10),))
    assert merged([*here, far, idle], {"video": one}).away == ("video-b",)
    assert merged([*here, far], {"video-b": one}).away == ("video", "video-2")
    both = merged([*here, far], {"video": one, "video-b": Recorded(is_recorded=True, spans=((10, 30), (20, 40)))})
    assert (both.is_recorded, both.spans, both.away) == (True, ((0, 10), (10, 40)), ())
