from __future__ import annotations

import zipfile

import av
import numpy as np
import pytest
from msgspec.structs import replace

from bongsu.core.errors import Unavailable
from bongsu.video.evidence.key import evidence_key
from bongsu.video.evidence.mask import BLACK_Y, Street, cover
from bongsu.video.evidence.masked import build_masked
from bongsu.video.evidence.pack import digest_of
from bongsu.video.evidence.verify import verify
from bongsu.video.mask.paint import covered
from fakes.desk import NOON
from fakes.evidence import a_job, a_package, an_export
from fakes.recordings import HEIGHT, WIDTH, FakeRecordings, at, picture

CORNER = ((0.0, 0.0), (0.25, 0.0), (0.25, 0.25), (0.0, 0.25))


def pictures(package, name, folder):
    with zipfile.ZipFile(package) as opened:
        opened.extract(name, folder)
    with av.open(str(folder / name)) as video:
        return [frame.to_ndarray(format="yuv420p")[:HEIGHT] for frame in video.decode(video=0)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("masked")
    original = a_package(folder, an_export(0, 4), FakeRecordings(C1=[(0, 4)]))
    export = replace(an_export(0, 4), id="E-2", derived_from="E-20261122-00001", masked=True, zones={"C1": (CORNER,)})
    path = folder / "masked.zip"
    told = []
    build_masked(a_job(export), original, path, key=evidence_key(folder), now=lambda: NOON, tell=told.append)
    return original, path, told


def test_a_masked_copy_names_its_original_and_keeps_its_times(pair):
    original, masked, told = pair
    before, after = verify(original).manifest, verify(masked).manifest
    assert after.masked
    assert after.original.sha256 == digest_of(original)
    assert after.original.export == before.export
    assert [(c.from_us, c.to_us, c.frames) for c in after.clips] == [(at(0), at(4), 40)]
    assert told == sorted(told)


def test_what_moves_is_covered_in_every_picture_and_nothing_of_it_is_left(pair, tmp_path):
    original, masked, _ = pair
    clear = pictures(original, "clips/0001.mp4", tmp_path / "a")
    covered = pictures(masked, "clips/0001.mp4", tmp_path / "b")
    assert len(clear) == len(covered) == 40
    for number, (one, other) in enumerate(zip(clear, covered, strict=True)):
        left = 8 + (number * 4) % (WIDTH - 40)
        was, now = (shown[40:64, left : left + 24].astype(float) for shown in (one, other))
        assert was.std() > 15, "there was something to cover"
        assert np.abs(was - now).mean() > 15, number
        assert now.std() < 3, number
        seen = now[4:-4, 4:-4]
        if seen.std() > 0.5:
            assert abs(np.corrcoef(was[4:-4, 4:-4].ravel(), seen.ravel())[0, 1]) < 0.3, number


def test_what_stands_still_stays_to_be_seen(pair, tmp_path):
    original, masked, _ = pair
    clear = pictures(original, "clips/0001.mp4", tmp_path / "a")
    covered = pictures(masked, "clips/0001.mp4", tmp_path / "b")
    below = slice(88, HEIGHT - 4)
    assert np.abs(clear[20][below].astype(float) - covered[20][below]).mean() < 6


def test_a_static_zone_is_one_black_throughout(pair, tmp_path):
    covered = pictures(pair[1], "clips/0001.mp4", tmp_path / "b")
    for shown in covered:
        zone = shown[: HEIGHT // 4 - 3, : WIDTH // 4 - 3].astype(int)
        assert np.abs(zone - BLACK_Y).max() <= 3


def test_somebody_who_stands_for_half_of_the_time_is_covered_all_the_time():
    still = picture(0)[:HEIGHT].copy()
    still[40:64] = 90
    stood = still.copy()
    stood[40:64, 80:104] = 220
    street = Street([stood] * 20 + [still] * 20)
    for shown in (stood, still):
        mask = street.moving(shown)
        assert mask[40 // street.cell + 1, 88 // street.cell]


def test_when_everything_changes_everything_is_covered():
    street = Street([picture(0)[:HEIGHT]] * 10)
    assert street.moving(np.full((HEIGHT, WIDTH), 250, np.uint8)).all()


def test_two_sources_that_differ_only_under_a_zone_are_covered_alike():
    zones = covered([CORNER], HEIGHT, WIDTH, grow=1)
    shown = []
    for value in (0, 255):
        luma = np.full((HEIGHT, WIDTH), 100, np.uint8)
        luma[zones] = value
        planes = (luma, np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8), np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8))
        cover(planes, np.zeros((HEIGHT // 4, WIDTH // 4), bool), 4, zones)
        shown.append(b"".join(plane.tobytes() for plane in planes))
    assert shown[0] == shown[1]


def test_without_its_original_there_is_no_masked_copy(tmp_path):
    job = a_job(replace(an_export(), derived_from="E-1", masked=True))
    with pytest.raises(Unavailable) as found:
        build_masked(
            job, tmp_path / "gone.zip", tmp_path / "m.zip", key=evidence_key(tmp_path), now=lambda: NOON, tell=print
        )
    assert found.value.code == "evidence.original"
