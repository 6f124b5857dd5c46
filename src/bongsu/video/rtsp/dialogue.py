"""What is asked of a camera until it plays, and while it does (RFC 2326 10)."""

from __future__ import annotations

import secrets
from urllib.parse import unquote, urlsplit

from bongsu.core.errors import Refused, Unavailable
from bongsu.core.login import Login
from bongsu.video.address import REDIRECTS
from bongsu.video.rtsp import proof, sdp
from bongsu.video.rtsp.line import Line
from bongsu.video.rtsp.wire import Answer

USUAL_TIMEOUT_S = 60.0
_OK = range(200, 300)


class Dialogue:
    """Asks one camera at a pinned URL; the login in it is shown only to a camera that asks for one."""

    def __init__(self, line: Line, url: str) -> None:
        parts = urlsplit(url)
        self._line = line
        self._login = Login(unquote(parts.username or ""), unquote(parts.password or ""))
        self._url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._base = self._url
        self._challenge: proof.Challenge | None = None
        self._uses = 0
        self._session = ""
        self._stay = "OPTIONS"

    async def describe(self) -> sdp.Media:
        """What video it has. Raises Unavailable and Refused as the camera answers, NotVideo, Unsupported, OSError."""
        options = await self._line.ask("OPTIONS", self._url, {})
        if options.status in REDIRECTS:
            raise Refused("camera.forbidden")
        if "GET_PARAMETER" in options.first("public").upper():
            self._stay = "GET_PARAMETER"
        described = await self._ask("DESCRIBE", self._url, {"Accept": "application/sdp"})
        media = sdp.read(described.body.decode("utf-8", "replace"))
        base = described.first("content-base") or described.first("content-location") or self._url
        self._base = _at(base, media.whole)
        return media

    async def set_up(self, media: sdp.Media) -> tuple[int, float]:
        """The channel its packets will come on, and after how many seconds without a word it ends. Raises as before."""
        wanted = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        answer = await self._ask("SETUP", _at(self._base, media.control), wanted)
        self._session, timeout_s = _session(answer.first("session"))
        return _channel(answer.first("transport")), timeout_s

    async def play(self) -> None:
        """Have it send: packets may come before the answer. Raises as before."""
        await self._ask("PLAY", self._base, {"Range": "npt=0.000-"})

    async def stay(self) -> None:
        """Say that we are still there. Raises as `play`."""
        await self._ask(self._stay, self._base, {})

    def leave(self) -> None:
        """Take our leave without waiting for an answer."""
        if self._session:
            self._line.say("TEARDOWN", self._base, self._proved("TEARDOWN", self._base))

    async def _ask(self, method: str, url: str, headers: dict[str, str]) -> Answer:
        """Ask, and prove ourselves where that is wanted; a proof is refused once, as its nonce may be too old."""
        answer = await self._line.ask(method, url, headers | self._proved(method, url))
        if answer.status == 401 and self._login.user:
            self._challenge, self._uses = proof.choose(answer.headers.get("www-authenticate", [])), 0
            answer = await self._line.ask(method, url, headers | self._proved(method, url))
        _check(answer)
        return answer

    def _proved(self, method: str, url: str) -> dict[str, str]:
        headers = {"Session": self._session} if self._session else {}
        if self._challenge is None:
            return headers
        self._uses += 1
        said = proof.answer(self._challenge, self._login, method, url, lambda: secrets.token_hex(8), self._uses)
        return headers | {"Authorization": said}


def _check(answer: Answer) -> None:
    """Raise what an answer other than yes is called."""
    if answer.status in REDIRECTS:
        raise Refused("camera.forbidden")
    if answer.status in _OK:
        return
    match answer.status:
        case 401 | 403:
            raise Unavailable("camera.login")
        case 404 | 410:
            raise Unavailable("camera.not_video")
        case 461:
            raise Unavailable("camera.transport")
        case _:
            raise Unavailable("camera.unreachable")


def _at(base: str, control: str) -> str:
    """Where a stream is asked for: cameras mean the base with the control behind it, not RFC 3986's relative."""
    if control in ("", "*"):
        return base
    if control.lower().startswith(("rtsp://", "rtsps://")):
        return control
    return f"{base.rstrip('/')}/{control.lstrip('/')}"


def _session(header: str) -> tuple[str, float]:
    """A session's name and after how many seconds without a word it ends."""
    name, _, rest = header.partition(";")
    said = rest.strip().lower().removeprefix("timeout=").strip()
    return name.strip(), float(said) if said.isdecimal() and 0 < int(said) < 86_400 else USUAL_TIMEOUT_S


def _channel(transport: str) -> int:
    """The channel of the packets, as the camera has it."""
    for word in transport.split(";"):
        name, _, value = word.strip().partition("=")
        first = value.partition("-")[0]
        if name.lower() == "interleaved" and first.isdecimal():
            return int(first)
    return 0
