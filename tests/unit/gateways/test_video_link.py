"""The core's line to video: everything first, every change at once, and again after a break."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bongsu.core.stream import Addresses
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.wire import CameraState, Watched


class FakeVideo:
    """A video process's end of the socket that only listens and repeats what it is told to."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.beats = 0
        self.writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        writer.write(b'{"what":"hello","epoch":"e1"}\n')
        while line := await reader.readline():
            told = json.loads(line)
            self.beats += told["what"] == "beat"
            if told["what"] not in ("beat", "record", "exports"):
                self.lines.put_nowait(told)


async def test_the_core_tells_all_then_changes_then_all_again_after_a_break(tmp_path: Path) -> None:
    path = tmp_path / "v.sock"
    watched: list[Watched] = []
    cameras: list[CameraState] = []
    held: dict[str, int | None] = {"session:a": None}
    addresses = Addresses(template="rtsp://x/{id}", streams={"c": "rtsp://y"}, substreams={"c": "rtsp://z"})
    link = VideoLink(path, lambda: held, lambda: addresses, watched.append, cameras.append)
    running = asyncio.create_task(link.run())
    link.hold("session:lost", None)  # nobody listens yet: not an error
    assert not link.alive
    video = FakeVideo()
    async with asyncio.timeout(5), await asyncio.start_unix_server(video.serve, path):
        whole = await video.lines.get()
        assert (whole["what"], whole["holds"]) == ("all", {"session:a": None})
        assert whole["addresses"] == {
            "template": "rtsp://x/{id}",
            "sub_template": "",
            "streams": {"c": "rtsp://y"},
            "substreams": {"c": "rtsp://z"},
        }
        link.hold("grant:g", 123)
        assert await video.lines.get() == {"what": "hold", "key": "grant:g", "until_ms": 123}
        link.drop("grant:g")
        assert await video.lines.get() == {"what": "drop", "key": "grant:g"}
        link.streams_changed()
        assert (await video.lines.get())["what"] == "streams"
        assert (link.alive, link.epoch) == (True, "e1")
        assert video.writer
        video.writer.write(b'{"what":"watched","ticket":"t","frames":3,"seconds":0.2,"code":"left"}\n')
        video.writer.write(b'{"what":"camera","camera":"c","state":"down","code":"camera.silent"}\n')
        held["grant:h"] = 9
        video.writer.close()
        assert (await video.lines.get())["holds"] == {"session:a": None, "grant:h": 9}
        running.cancel()
    assert watched == [Watched(ticket="t", frames=3, seconds=0.2, code="left")]
    assert cameras == [CameraState(camera="c", state="down", code="camera.silent")]


async def test_a_beat_is_heard_ten_times_a_second(tmp_path: Path) -> None:
    path = tmp_path / "v.sock"
    link = VideoLink(path, dict, lambda: ("", {}), lambda watched: None, lambda camera: None)
    video = FakeVideo()
    async with asyncio.timeout(5), await asyncio.start_unix_server(video.serve, path):
        running = asyncio.create_task(link.run())
        await video.lines.get()
        await asyncio.sleep(0.55)
        assert video.beats >= 4
        running.cancel()
