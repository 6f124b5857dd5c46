"""The simulated cameras serve a real RTSP client, and what it decodes is the camera and the moment."""

import multiprocessing
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

import av
import pytest

from bongsu.world import barcode, scene
from bongsu.world.camera import server
from fakes.world import a_scene, an_eye

pytestmark = pytest.mark.video
TCP = {"rtsp_transport": "tcp", "analyzeduration": "0", "probesize": "5000"}


def serve(path: Path, pipe: Connection) -> None:
    server.run(path, "127.0.0.1", 0, pipe.send, broken=("BROKEN",))


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    cameras = (an_eye(), an_eye(id="HB-0002-1", heading_deg=200.0), an_eye(id="BROKEN"))
    path = scene.save(a_scene(cameras=cameras), tmp_path_factory.mktemp("scene"))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(path, theirs))
    process.start()
    assert ours.poll(60)
    yield ours.recv()
    process.terminate()
    process.join(10)


def watch(port: int, camera: str, frames: int) -> list[tuple[int, int, float]]:
    """(camera number, capture ms, arrival ms) of decoded frames."""
    found: list[tuple[int, int, float]] = []
    with av.open(f"rtsp://127.0.0.1:{port}/{camera}", options=TCP, timeout=15) as stream:
        for frame in stream.decode(video=0):
            now = time.time() * 1000
            read = barcode.read(frame.to_ndarray(format="gray"))
            assert read is not None
            found.append((read[0], barcode.unwrap(read[1], int(now)), now))
            if len(found) >= frames:
                break
    return found


def ask(port: int, *requests: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        answer = b""
        for request in requests:
            client.sendall(request.replace("\n", "\r\n").encode() + b"\r\n\r\n")
            answer = client.recv(65_536)
        return answer


def test_ffmpeg_sees_the_right_camera_and_the_present(port: int) -> None:
    found = watch(port, "HB-0002-1", 45)
    assert {number for number, _, _ in found} == {barcode.camera_number("HB-0002-1")}
    times = [ms for _, ms, _ in found]
    assert times == sorted(set(times))
    assert min(now - ms for _, ms, now in found) < 500


def test_two_viewers_of_one_camera_see_the_same_frames(port: int) -> None:
    first = {ms for _, ms, _ in watch(port, "HB-0001-1", 20)}
    assert first
    assert all(abs(ms * 15 / 1000 - round(ms * 15 / 1000)) < 0.02 for ms in first)


def test_an_unknown_camera_is_404(port: int) -> None:
    assert ask(port, f"DESCRIBE rtsp://127.0.0.1:{port}/NOBODY RTSP/1.0\nCSeq: 4").startswith(b"RTSP/1.0 404")


def test_udp_is_refused_and_says_so(port: int) -> None:
    url = f"rtsp://127.0.0.1:{port}/HB-0001-1/track1"
    answer = ask(port, f"SETUP {url} RTSP/1.0\nCSeq: 2\nTransport: RTP/AVP;unicast;client_port=5000-5001")
    assert answer.startswith(b"RTSP/1.0 461")


def test_what_is_not_rtsp_is_answered_and_hung_up_on(port: int) -> None:
    assert ask(port, "GET / HTTP/1.1").startswith(b"RTSP/1.0 400")


def test_play_before_setup_is_refused(port: int) -> None:
    assert ask(port, "PLAY rtsp://127.0.0.1/HB-0001-1 RTSP/1.0\nCSeq: 2").startswith(b"RTSP/1.0 455")


def test_a_broken_camera_agrees_to_everything_and_sends_nothing(port: int) -> None:
    url = f"rtsp://127.0.0.1:{port}/BROKEN"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        set_up = f"SETUP {url} RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n"
        client.sendall(set_up.encode())
        assert client.recv(4096).startswith(b"RTSP/1.0 200")
        client.sendall(f"PLAY {url} RTSP/1.0\r\nCSeq: 2\r\n\r\n".encode())
        assert client.recv(4096).startswith(b"RTSP/1.0 200")
        client.settimeout(2.5)
        with pytest.raises(TimeoutError):
            client.recv(1)


# A test run in the background ignores interrupts, and so would what it starts.
SERVE = "import signal, sys; from pathlib import Path; from bongsu.world.camera import server; \
signal.signal(signal.SIGINT, signal.default_int_handler); \
server.run(Path(sys.argv[1]), '127.0.0.1', 0, lambda port: print(port, flush=True))"


def test_an_interrupt_under_a_viewers_eyes_ends_the_city_without_a_word(tmp_path):
    path = scene.save(a_scene(), tmp_path)
    words = [sys.executable, "-c", SERVE, str(path)]
    with (
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as city,
        ExitStack() as ends,
    ):
        ends.callback(city.kill)
        port = int(city.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=10) as idle:
            idle.sendall(b"OPTIONS")
            watch(port, a_scene().cameras[0].id, 3)
            with av.open(f"rtsp://127.0.0.1:{port}/{a_scene().cameras[0].id}", options=TCP, timeout=15) as stream:
                next(stream.decode(video=0))
                city.send_signal(signal.SIGINT)
                _, printed = city.communicate(timeout=20)
    assert (printed, city.returncode) == ("", 0)
