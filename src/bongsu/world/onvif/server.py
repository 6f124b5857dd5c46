"""The HTTP side of the simulated ONVIF cameras: POST /<camera>/onvif/<service>, one small server for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import quote, unquote

from bongsu.world.onvif import answers, events, ptz, soap
from bongsu.world.onvif.camera import OnvifCamera

MOST_BYTES = 256 * 1024
LOOK_S = 0.05
ANSWERS = {**answers.ANSWERS, **ptz.ANSWERS, **events.ANSWERS}
OPEN = frozenset({"GetSystemDateAndTime"})
"""What a stranger may ask (ONVIF core specification, 5.9.4.1 pre-authentication)."""


class OnvifServer:
    """Answers for every camera by name. `start` opens the port; `base` is where the services then stand."""

    def __init__(self, cameras: Mapping[str, OnvifCamera]) -> None:
        self._cameras = cameras
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> OnvifServer:
        """Open the port (0: a free one)."""
        self._server = await asyncio.start_server(self._talk, host, port, limit=MOST_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def url(self, camera: str, host: str = "127.0.0.1") -> str:
        """The address of a camera's device service."""
        return f"http://{host}:{self.port}/{quote(camera, safe='')}/onvif/device"

    def close(self) -> None:
        """Let go of the port."""
        if self._server is not None:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer_one(reader, writer):
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # whoever does not speak HTTP is hung up on
        except asyncio.CancelledError:
            pass  # the whole process ends; the stream would print a page about each that waits
        finally:
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.split("\r\n")
        method, path, _ = line.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
        body = await reader.readexactly(min(int(headers.get("content-length", "0")), MOST_BYTES))
        status, answer = await self._judge(method, path, headers.get("host", "127.0.0.1"), body)
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: application/soap+xml; charset=utf-8\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n".encode()
            + answer
        )
        return headers.get("connection", "").lower() != "close"

    async def _judge(self, method: str, path: str, host: str, body: bytes) -> tuple[str, bytes]:
        parts = path.strip("/").split("/")
        camera = self._cameras.get(unquote(parts[0]))
        if camera is None or len(parts) < 3 or parts[1] != "onvif":
            return "404 Not Found", b""
        if method != "POST":
            return "405 Method Not Allowed", b""
        try:
            return "200 OK", soap.envelope(await _answer(camera, soap.read(body), f"http://{host}", path))
        except soap.Malformed:
            return "400 Bad Request", soap.fault(soap.Fault("Sender", "ter:WellFormed", "Not well formed"))
        except soap.Fault as problem:
            status = "400 Bad Request" if problem.code == "Sender" else "500 Internal Server Error"
            return status, soap.fault(problem)


async def _answer(camera: OnvifCamera, request: soap.Request, origin: str, path: str) -> str:
    answer = ANSWERS.get((request.namespace, request.operation))
    if answer is None:
        raise soap.Fault("Receiver", "ter:ActionNotSupported", "Not supported")
    if request.operation not in OPEN:
        camera.check(request.proof)
    if request.operation in ("PullMessages", "Renew", "Unsubscribe"):
        base = origin + path
    else:
        base = f"{origin}/{path.strip('/').split('/')[0]}/onvif"
    if request.operation == "PullMessages":
        await _something(camera, base, events.wait_s(request))
    return answer(camera, request, base)


async def _something(camera: OnvifCamera, base: str, within_s: float) -> None:
    """Wait until something has happened, as long as the puller asked for."""
    for _ in range(int(within_s / LOOK_S)):
        if events.subscription(camera, base):
            return
        await asyncio.sleep(LOOK_S)
