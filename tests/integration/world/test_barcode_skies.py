"""The barcode the drills measure by is read under every sky, after the camera's own encoder."""

from __future__ import annotations

import av
import pytest

from bongsu.world import barcode
from bongsu.world.camera import picture
from bongsu.world.camera.encoder import Encoder, frame_at, frame_ms
from bongsu.world.traffic import Kind
from fakes.pictures import SKIES, a_fire, shot_of, still_of, things
from fakes.world import a_scene

FRAMES = 60
STREET = still_of(a_scene())
EYE = a_scene().cameras[0]


@pytest.mark.parametrize("name", SKIES)
@pytest.mark.parametrize("infrared", [False, True], ids=["colour", "infrared"])
def test_the_barcode_is_read_under_every_sky_after_encoding(name, infrared):
    shot = shot_of(STREET, SKIES[name], infrared=infrared)
    movers = things((Kind.CAR, 0, -48), (Kind.PERSON, 3, -52), (Kind.ENGINE, -3, -46))
    encoder, decoder = Encoder(), av.CodecContext.create("h264", "r")
    first, read = frame_at(1_790_000_000_000), 0
    for number in range(first, first + FRAMES):
        planes = picture.compose(EYE, shot, movers, (a_fire(0, -50),), frame_ms(number), 0)
        (frame,) = decoder.decode(av.Packet(encoder.encode(planes, number)[0]))
        code = barcode.read(frame.to_ndarray()[:360, :640])
        read += code == (barcode.camera_number(EYE.id), frame_ms(number) % 2**40)
    assert read >= 0.99 * FRAMES
