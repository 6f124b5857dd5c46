"""A camera is asked in the words it expects, shown our login only when it asks, and named for what it refuses."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bongsu.core.errors import BongsuError
from bongsu.video.rtsp.dialogue import Dialogue
from bongsu.video.rtsp.wire import Answer

SDP = b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:%s\r\n"
URL = "rtsp://kim:secret@10.0.0.7:554/live/1?x=2"
BARE = "rtsp://10.0.0.7:554/live/1?x=2"
DIGEST = 'Digest realm="camera", nonce="%s"'


class Camera:
    """Answers 200 to everything but what is written down for it, and remembers what it was asked."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []
        self.control = b"track1"
        self.nonce = ""
        self.base = ""

    async def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append((method, url, headers))
        if method in self.answers:
            return self.answers[method]
        if self.nonce and method != "OPTIONS" and f'nonce="{self.nonce}"' not in headers.get("Authorization", ""):
            return Answer(401, {"www-authenticate": [DIGEST % self.nonce]})
        told = {"session": ["12;timeout=30"], "transport": ["RTP/AVP/TCP;unicast;interleaved=4-5;ssrc=1"]}
        told |= {"content-base": [self.base]} if self.base else {}
        return Answer(200, told | {"public": ["DESCRIBE, GET_PARAMETER"]}, SDP % self.control)

    def say(self, method: str, url: str, headers: Mapping[str, str]) -> None:
        self.asked.append((method, url, headers))


async def played(camera: Camera, url: str = URL) -> Dialogue:
    dialogue = Dialogue(camera, url)
    media = await dialogue.describe()
    assert await dialogue.set_up(media) == (4, 30.0)
    await dialogue.play()
    return dialogue


async def test_it_is_asked_for_its_video_set_up_and_played_in_one_session() -> None:
    camera = Camera()
    dialogue = await played(camera)
    await dialogue.stay()
    dialogue.leave()
    assert [(method, url) for method, url, _ in camera.asked] == [
        ("OPTIONS", BARE),
        ("DESCRIBE", BARE),
        ("SETUP", BARE + "/track1"),
        ("PLAY", BARE),
        ("GET_PARAMETER", BARE),
        ("TEARDOWN", BARE),
    ]
    assert [headers.get("Session") for _, _, headers in camera.asked] == [None, None, None, "12", "12", "12"]
    assert camera.asked[2][2]["Transport"] == "RTP/AVP/TCP;unicast;interleaved=0-1"


async def test_a_login_is_never_shown_to_a_camera_that_does_not_ask_for_it() -> None:
    camera = Camera()
    await played(camera)
    assert not any("secret" in f"{url}{headers}" or "Authorization" in headers for _, url, headers in camera.asked)


async def test_a_camera_whose_nonce_gets_too_old_is_answered_with_the_new_one() -> None:
    camera = Camera()
    camera.nonce = "first"
    dialogue = await played(camera)
    assert [method for method, _, _ in camera.asked].count("DESCRIBE") == 2
    camera.nonce = "second"
    await dialogue.stay()
    assert 'nonce="second"' in camera.asked[-1][2]["Authorization"]


@pytest.mark.parametrize(
    ("control", "base", "asked"),
    [
        (b"*", "", BARE),
        (b"track1", "rtsp://10.0.0.7/base/", "rtsp://10.0.0.7/base/track1"),
        (b"rtsp://192.168.0.9/other/track1", "", "rtsp://192.168.0.9/other/track1"),
    ],
)
async def test_the_stream_is_asked_for_where_the_camera_says(control: bytes, base: str, asked: str) -> None:
    camera = Camera()
    camera.control, camera.base = control, base
    await played(camera)
    assert [url for method, url, _ in camera.asked if method == "SETUP"] == [asked]


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
async def test_a_camera_that_sends_us_elsewhere_at_any_step_is_forbidden(method: str) -> None:
    camera = Camera(**{method: Answer(302, {"location": ["rtsp://10.9.9.9/"]})})
    with pytest.raises(BongsuError) as told:
        await played(camera)
    assert told.value.code == "camera.forbidden"
    assert camera.asked[-1][0] == method


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "login"),
        (403, "login"),
        (404, "not_video"),
        (461, "transport"),
        (453, "unreachable"),
        (500, "unreachable"),
    ],
)
async def test_what_it_refuses_has_a_name(status: int, code: str) -> None:
    camera = Camera(SETUP=Answer(status, {}))
    with pytest.raises(BongsuError) as told:
        await played(camera)
    assert told.value.code == f"camera.{code}"


async def test_all_of_it_is_played_where_the_description_says_and_a_stream_asked_for_behind_that():
    camera = Camera(DESCRIBE=Answer(200, {}, b"a=control:rtsp://10.0.0.7/all\r\n" + SDP % b"track1"))
    await played(camera)
    asked = {method: url for method, url, _ in camera.asked}
    assert (asked["SETUP"], asked["PLAY"]) == ("rtsp://10.0.0.7/all/track1", "rtsp://10.0.0.7/all")


async def test_a_camera_without_session_timeout_or_channel_is_believed_to_mean_the_usual() -> None:
    camera = Camera(SETUP=Answer(200, {"session": ["7"]}))
    dialogue = Dialogue(camera, URL)
    assert await dialogue.set_up(await dialogue.describe()) == (0, 60.0)
