"""`python -m bongsu.benches.video.source`: any number of cameras that all show one clip; prints its port, then serves.

Each connection plays in step with the wall clock, so that all of them send their frames at the same moments: the
worst case for a gateway.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from bongsu.benches.video.clip import FPS, GOP, clip
from bongsu.world.camera import rtsp
from bongsu.world.camera.clip import Clip
from bongsu.world.camera.server import talk


async def _serve() -> None:
    films = Clip(clip(), fps=FPS, gop=GOP)
    server = await asyncio.start_server(partial(talk, films), "127.0.0.1", 0, limit=rtsp.MAX_HEAD, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await films.run()


if __name__ == "__main__":
    asyncio.run(_serve())
