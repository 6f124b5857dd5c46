"""The cameras and the house the video tests run against."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.certificates import Authority
from fakes.rtsp_camera import RtspCamera, encode
from fakes.video import House, a_house

SYSTEM_PYTHON = Path("/usr/bin/python3")
GST_CAMERA = Path(__file__).with_name("gst_camera.py")
HOW = "GStreamer's RTSP server: apt-get install gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-{good,ugly} python3-gi"


@pytest.fixture(scope="session")
def units() -> list[bytes]:
    return encode()


@pytest.fixture
async def camera(units: list[bytes]) -> AsyncIterator[RtspCamera]:
    camera = await RtspCamera(units).start()
    yield camera
    await camera.die()


@pytest.fixture
async def house(tmp_path: Path, camera: RtspCamera) -> AsyncIterator[House]:
    async with a_house(tmp_path, {"cam": camera.url}, linger_s=0.5) as house:
        yield house


@contextmanager
def served_by_gstreamer(*words: str) -> Iterator[str]:
    """A camera served by GStreamer, which shares no line of code with ours; its URL."""
    if not SYSTEM_PYTHON.exists():
        pytest.skip(HOW)
    process = subprocess.Popen(
        [SYSTEM_PYTHON, GST_CAMERA, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    url = process.stdout.readline().strip()
    if not url:
        process.wait()
        pytest.skip(HOW)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def gst_url() -> Iterator[str]:
    """A camera of GStreamer's that everybody may watch, over TCP or UDP."""
    with served_by_gstreamer() as url:
        yield url


@pytest.fixture(scope="session")
def gst_login_url() -> Iterator[str]:
    """A camera of GStreamer's that asks for a digest login."""
    with served_by_gstreamer("login") as url:
        yield url


@pytest.fixture(scope="session")
def gst_udp_url() -> Iterator[str]:
    """A camera of GStreamer's that knows only RTP over UDP."""
    with served_by_gstreamer("udp") as url:
        yield url


@pytest.fixture(scope="session")
def gst_tls_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A camera of GStreamer's that speaks TLS alone, with a certificate of its own making as cameras have."""
    folder = tmp_path_factory.mktemp("certificate")
    its_own = Authority(folder).issue("camera")
    both = folder / "both.pem"
    both.write_text(Path(its_own.cert).read_text() + Path(its_own.key).read_text())
    with served_by_gstreamer("tls", str(both)) as url:
        yield url


@pytest.fixture(params=["ours", "gstreamer"])
def any_camera_url(request: pytest.FixtureRequest) -> str:
    """The same camera, by two independent servers."""
    if request.param == "gstreamer":
        return request.getfixturevalue("gst_url")
    return request.getfixturevalue("camera").url
