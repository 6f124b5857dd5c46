"""`python -m bongsu.benches.video.readers HOW FOLDER URL…`: streams read and made MP4 of, by us or by bare PyAV.

HOW is `bare` (demux and mux, one thread a stream), `ours` (the gateway's own ingest, channel and fragments) or
`recorded` (ours, and encrypted recording). Prints "ready" once every stream has given a keyframe, then works until
it is ended; what is muxed is thrown away, what is recorded is written.
"""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import av
import uvloop

from bongsu.core.clock import monotonic
from bongsu.settings import VideoSettings
from bongsu.video.channel import Channel
from bongsu.video.codec import Header
from bongsu.video.fmp4 import Fragments
from bongsu.video.ingest import Frame
from bongsu.video.reading import puller
from bongsu.video.recorder.shelf import Shelves
from bongsu.video.recorder.tape import Tape
from bongsu.video.recorder.vault import Vault
from bongsu.video.recorder.writer import Writer
from bongsu.video.viewer import Viewer

VIDEO = VideoSettings(networks=("127.0.0.0/8",))
MP4 = {"movflags": "empty_moov+default_base_moof+frag_every_frame"}


class Nowhere:
    """A file that keeps nothing."""

    def write(self, data: bytes) -> int:
        """Throw it away."""
        return len(data)


def bare(urls: Sequence[str]) -> None:
    """Demux and mux each stream with PyAV and nothing else."""
    ready = threading.Barrier(len(urls) + 1)
    for url in urls:
        threading.Thread(target=_remux, args=(url, ready), daemon=True).start()
    ready.wait()
    _say_ready()
    threading.Event().wait()


def _remux(url: str, ready: threading.Barrier) -> None:
    with av.open(url, options={"rtsp_transport": "tcp"}) as source, av.open(Nowhere(), "w", "mp4", options=MP4) as sink:
        stream = source.streams.video[0]
        copy = sink.add_stream_from_template(stream)
        started = False
        for packet in source.demux(stream):
            if packet.dts is None or not (started or packet.is_keyframe):
                continue
            packet.stream = copy
            sink.mux(packet)
            if not started:
                started = True
                ready.wait()


async def ours(urls: Sequence[str], folder: Path | None) -> None:
    """The same by the gateway's parts, recorded too where a folder is given."""
    writer = Writer(Shelves(folder), Vault(folder), monotonic) if folder else None
    ready = asyncio.Semaphore(0)
    tasks = []
    for number, url in enumerate(urls):
        camera = f"camera {number}"
        channel = Channel((camera, "main"), url, puller(VIDEO), random.random, lambda *news: None)
        if writer is not None:
            channel.record(Tape(camera, writer.give))
        tasks.append(asyncio.create_task(_mux(channel.join(), ready)))
    for _ in urls:
        await ready.acquire()
    _say_ready()
    await asyncio.gather(*tasks)


async def _mux(viewer: Viewer, ready: asyncio.Semaphore) -> None:
    fragments: Fragments | None = None
    while True:
        item = await viewer.next()
        if isinstance(item, Header):
            fragments = Fragments(item)
            ready.release()
        elif isinstance(item, Frame) and fragments is not None:
            fragments.fragment(item)


def _say_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    how, folder, *urls = sys.argv[1:]
    if how == "bare":
        bare(urls)
    else:
        uvloop.run(ours(urls, Path(folder) if how == "recorded" else None))
