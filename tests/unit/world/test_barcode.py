"""The barcode proves which camera a frame shows and of when it is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bongsu.world import barcode
from bongsu.world.camera.encoder import Encoder

FRAME = np.random.default_rng(1).integers(0, 256, (360, 640), dtype=np.uint8)


def decoded(units: list[bytes]) -> list[np.ndarray]:
    import av

    codec = av.CodecContext.create("h264", "r")
    frames = [frame for unit in units for frame in codec.decode(av.Packet(unit))]
    return [frame.to_ndarray(format="gray") for frame in [*frames, *codec.decode(None)]]


@given(st.integers(1, 65535), st.integers(0, 2**45))
def test_what_is_drawn_is_read(number: int, ms: int) -> None:
    frame = FRAME.copy()
    barcode.draw(frame, number, ms)
    assert barcode.read(frame) == (number, ms % 2**40)


@given(st.integers(0, 63), st.integers(1, 65535), st.integers(0, 2**40 - 1))
def test_one_flipped_block_is_noticed(block: int, number: int, ms: int) -> None:
    frame = FRAME.copy()
    barcode.draw(frame, number, ms)
    row, column = divmod(block, 32)
    part = frame[336 + 12 * row : 348 + 12 * row, 20 * column : 20 * column + 20]
    part[:] = 255 - part
    assert barcode.read(frame) is None


@given(st.integers(1_700_000_000_000, 2_000_000_000_000), st.integers(-(10**9), 10**9))
def test_the_whole_time_is_recovered_near_now(ms: int, off: int) -> None:
    assert barcode.unwrap(ms % 2**40, ms + off) == ms


def test_the_barcode_survives_h264_and_noise() -> None:
    encoder, units, drawn = Encoder(), [], []
    grain = np.random.default_rng(2)
    for n in range(8):
        planes = np.full((540, 640), 128, np.uint8)
        planes[:360] = grain.integers(0, 256, (360, 640))
        ms = 1_790_000_000_000 + 66 * n
        barcode.draw(planes[:360], 40_000 + n, ms)
        drawn.append((40_000 + n, ms % 2**40))
        units.append(encoder.encode(planes, 26_850_000_000 + n)[0])
    assert [barcode.read(frame) for frame in decoded(units)] == drawn


def test_a_frame_without_a_barcode_reads_as_nothing() -> None:
    assert barcode.read(np.zeros((360, 640), np.uint8)) is None
    assert barcode.read(np.zeros((100, 100), np.uint8)) is None


def test_a_camera_number_is_the_standard_crc_of_its_id() -> None:
    assert barcode.camera_number("123456789") == 0x29B1
    assert barcode.camera_number("한빛-1") != barcode.camera_number("한빛-2")


def test_colour_frames_carry_it_too() -> None:
    frame = np.zeros((360, 640, 3), np.uint8)
    barcode.draw(frame, 7, 8)
    assert barcode.read(frame[:, :, 1]) == (7, 8)
