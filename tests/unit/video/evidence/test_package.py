from __future__ import annotations

import hashlib
import random
import zipfile

import av
import msgspec
import pytest

from bongsu.core.errors import Invalid, Unavailable
from bongsu.video.evidence.container import Writer, head, tail
from bongsu.video.evidence.key import evidence_key
from bongsu.video.evidence.manifest import Manifest
from bongsu.video.evidence.verify import read_key, verify
from fakes.evidence import a_package, an_export, when
from fakes.recordings import FPS, FakeRecordings, at


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    return a_package(folder, recordings=FakeRecordings(C1=[(0, 1.2), (2.0, 3)]))


def refusal(path):
    with pytest.raises(Invalid) as found:
        verify(path)
    return found.value.code


def test_a_package_says_what_was_asked_and_what_was_not_recorded(whole):
    verdict = verify(whole)
    [camera] = verdict.manifest.cameras
    assert [(clip.from_us, clip.to_us) for clip in camera.clips] == [(at(0), at(1.2)), (at(2), at(3))]
    assert [(gap.from_us, gap.to_us, gap.why) for gap in camera.gaps] == [(at(1.2), at(2), "not_recorded")]
    assert verdict.custody.asked_by == "kim"
    assert [step.by for step in verdict.custody.approvals] == ["lee"]


def test_any_zip_tool_opens_it(whole):
    with zipfile.ZipFile(whole) as package:
        assert package.testzip() is None
        assert package.namelist()[:4] == ["manifest.json", "manifest.sig", "key.pub", "custody.json"]
        manifest = msgspec.json.decode(package.read("manifest.json"), type=Manifest)
        for clip in manifest.clips:
            assert hashlib.sha256(package.read(clip.name)).hexdigest() == clip.sha256


def test_one_flipped_bit_anywhere_is_found(whole, tmp_path):
    raw = bytearray(whole.read_bytes())
    copy = tmp_path / "flipped.zip"
    missed = []
    with zipfile.ZipFile(whole) as package:
        clips = [one for one in package.infolist() if one.filename.startswith("clips/")]
    inside = [range(one.header_offset + 200, one.header_offset + one.file_size) for one in clips]
    media = {at for span in inside for at in span}
    structural = [at for at in range(len(raw)) if at not in media]
    chance = random.Random(4)
    places = [(at, bit) for at in structural for bit in (0, 7)]
    places += [(at, chance.randrange(8)) for at in chance.sample(sorted(media), 2_000)]
    for place, bit in places:
        raw[place] ^= 1 << bit
        copy.write_bytes(raw)
        try:
            verify(copy)
            missed.append(place)
        except Invalid as problem:
            missed += [] if problem.code.startswith("evidence.") else [place]
        raw[place] ^= 1 << bit
    assert missed == []
    copy.write_bytes(raw)
    assert verify(copy).manifest.export == "E-20261122-00001"


def test_a_cut_or_longer_file_is_found(whole, tmp_path):
    raw, copy = whole.read_bytes(), tmp_path / "cut.zip"
    for length in [*range(4, len(raw), max(1, len(raw) // 300)), *range(len(raw) - 300, len(raw))]:
        copy.write_bytes(raw[:length])
        assert refusal(copy) in ("evidence.cut_short", "evidence.container")
    for more in (b"\0", b"PK\x05\x06", raw):
        copy.write_bytes(raw + more)
        assert refusal(copy) == "evidence.appended"


def test_a_file_added_left_out_or_renamed_is_found(whole, tmp_path):
    with zipfile.ZipFile(whole) as package:
        files = [(one.filename, package.read(one)) for one in package.infolist()]
    last, body = files[-1]
    variants = {
        "added": [*files, ("clips/9999.mp4", b"x")],
        "left out": files[:-1],
        "renamed": [*files[:-1], (last.replace("0002", "0003"), body)],
        "in another order": [*files[:-2], files[-1], files[-2]],
        "with another's pictures": [*files[:-1], (last, files[-2][1])],
    }
    for what, variant in variants.items():
        copy = tmp_path / f"{what}.zip"
        with copy.open("wb") as file:
            writer = Writer(file)
            for name, raw in variant:
                writer.put(name, raw)
            writer.close()
        assert refusal(copy) in ("evidence.container", "evidence.cut_short", "evidence.changed"), what


def test_a_package_signed_by_another_is_told_from_the_citys(whole, tmp_path):
    evidence_key(tmp_path)
    stranger = read_key(tmp_path / "keys" / "evidence.pub")
    ours = read_key(whole.parent / "keys" / "evidence.pub")
    assert verify(whole, ours).known_key
    assert not verify(whole).known_key
    with pytest.raises(Invalid) as found:
        verify(whole, stranger)
    assert found.value.code == "evidence.key_other"


def test_what_is_no_package_and_what_is_no_key_are_named(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("hello")
    assert refusal(text) == "evidence.not_a_package"
    assert refusal(tmp_path / "none") == "evidence.unreadable"
    with pytest.raises(Invalid) as found:
        read_key(text)
    assert found.value.code == "evidence.key_file"


def test_a_manifest_no_header_describes_is_refused(tmp_path):
    path = tmp_path / "wrong.zip"
    path.write_bytes(head("manifest.json", 2**40, 0) + tail((), 0))
    assert refusal(path) == "evidence.manifest"


@pytest.mark.parametrize(("begin", "end"), [(0, 3), (0.53, 2.71), (1.999, 2.001), (1.0, 1.05)])
def test_a_clip_lasts_as_long_as_was_asked(tmp_path, begin, end):
    path = a_package(tmp_path, an_export(begin, end))
    [clip] = verify(path).manifest.clips
    assert clip.duration_us == at(end) - at(begin)
    with zipfile.ZipFile(path) as package:
        package.extract(clip.name, tmp_path)
    with av.open(str(tmp_path / clip.name)) as video:
        assert abs(video.duration - (at(end) - at(begin))) <= 1_000_000 / FPS


def test_the_pictures_are_the_recorders_own(tmp_path):
    path = a_package(tmp_path)
    with zipfile.ZipFile(path) as package:
        package.extract("clips/0001.mp4", tmp_path)
    recorded = [bytes(one.unit) for one in list(FakeRecordings(C1=[(0, 3)]).read("C1", at(0), at(3)))[1:]]
    with av.open(str(tmp_path / "clips/0001.mp4")) as video:
        packets = [bytes(packet) for packet in video.demux(video=0) if packet.size]
    assert len(packets) == len(recorded)
    slices = [unit.rsplit(b"\x00\x00\x01", 1)[1] for unit in recorded]
    assert all(packet.endswith(slice_) for packet, slice_ in zip(packets, slices, strict=True))


def test_nothing_before_an_agencys_floor_is_in_the_package(tmp_path):
    path = a_package(tmp_path, an_export(0.0, 3.0, floor=when(0.5)))
    [camera] = verify(path).manifest.cameras
    [clip] = camera.clips
    assert (clip.from_us, clip.lead_us) == (at(1.0), 0)
    told = [(gap.from_us, gap.to_us, gap.why) for gap in camera.gaps]
    assert told == [(at(0), at(0.5), "before_floor"), (at(0.5), at(1.0), "undecodable")]


def test_an_export_of_nothing_recorded_leaves_no_package(tmp_path):
    with pytest.raises(Unavailable) as found:
        a_package(tmp_path, an_export(60, 70))
    assert found.value.code == "evidence.nothing"
    assert list(tmp_path.glob("*.zip*")) == []
