"""Everything a city has comes in beside a running platform, each layer in one swap, and is there after a restart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.running import Platform, a_register

RING = [[127.05, 37.45], [127.15, 37.45], [127.15, 37.55], [127.05, 37.55], [127.05, 37.45]]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    made = Platform(tmp_path)
    districts = tmp_path / "districts.geojson"
    about = {"name": "은하구", "code": "11010"}
    polygon = {"type": "Polygon", "coordinates": [RING]}
    districts.write_text(json.dumps({"type": "Feature", "properties": about, "geometry": polygon}), "utf-8")
    bells = "관리번호,설치위치,위도,경도,경찰연계유무\n" + "".join(f"B{n},벨 {n},37.51,127.1,Y\n" for n in range(3))
    (tmp_path / "bells.csv").write_text(bells, "utf-8")
    lamps = "관리번호,위도,경도\n" + "".join(f"L{n},{37.5 + n / 1000},127.1\n" for n in range(30))
    (tmp_path / "lamps.csv").write_text(lamps, "utf-8")
    a_register(tmp_path / "cctv.csv")
    return made


def bring(platform: Platform, layer: str, file: str, *more: str) -> dict[str, Any]:
    done = platform.bongsu(
        "import", layer, str(platform.folder / file), *more, "--data", str(platform.data), "--report", "json"
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def register_of(platform: Platform) -> list[dict[str, Any]]:
    token = json.loads((platform.data / "run" / "core.json").read_text())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    lines = httpx.get(f"{platform.url}/v1/cameras/register", headers=headers).text.splitlines()
    return [json.loads(line) for line in lines]


def test_layers_come_in_beside_each_other_and_stay_after_a_restart(platform: Platform) -> None:
    with platform.running():
        assert bring(platform, "cctv", "cctv.csv")["imported"] == 5
        assert {camera.get("district", "") for camera in register_of(platform)} == {""}
        assert bring(platform, "boundaries", "districts.geojson")["imported"] == 1
        assert {camera["district"] for camera in register_of(platform)} == {"은하구"}, "the outline fills it in"
        assert bring(platform, "facilities", "lamps.csv", "--kind", "lamp")["imported"] == 30
        assert bring(platform, "bells", "bells.csv")["imported"] == 3
        assert [camera["purposes"] for camera in register_of(platform)] == [["crime"]] * 5
    with platform.running():
        assert {camera["district"] for camera in register_of(platform)} == {"은하구"}


def test_the_report_says_whose_recordings_are_kept_beyond_their_terms_and_draws_itself(platform: Platform) -> None:
    page = platform.folder / "report.html"
    text = (platform.folder / "cctv.csv").read_text("utf-8")
    (platform.folder / "long.csv").write_text(text.replace(",30,", ",90,"), "utf-8")
    with platform.running():
        bring(platform, "boundaries", "districts.geojson")
        report = bring(platform, "cctv", "long.csv", "--html", str(page))
    assert "retention longer than the terms of its purposes 5" in report["notes"]
    assert 'class="district"' in page.read_text("utf-8"), "the city's own outline lies under the map"


@pytest.mark.parametrize(
    "layer, more", [("bells", ()), ("facilities", ("--kind", "lamp")), ("boundaries", ()), ("osm", ())]
)
@pytest.mark.parametrize(
    "content", [b"", b"<!doctype html><title>login</title>", b"PK\x03\x04"], ids=["empty", "html", "zip"]
)
def test_what_is_no_such_file_is_one_sentence_in_both_languages(
    platform: Platform, layer: str, more: tuple[str, ...], content: bytes
) -> None:
    wrong = platform.folder / "wrong.bin"
    wrong.write_bytes(content)
    done = platform.bongsu("import", layer, str(wrong), *more, "--data", str(platform.data))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 2
    assert "Traceback" not in done.stderr


def test_the_wrong_kind_and_an_unknown_layer_leave_everything_as_it_was(platform: Platform) -> None:
    with platform.running():
        bring(platform, "cctv", "cctv.csv")
        token = json.loads((platform.data / "run" / "core.json").read_text())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        unknown = httpx.put(f"{platform.url}/v1/assets/volcanoes", content=b"x", headers=headers)
        cut = httpx.put(f"{platform.url}/v1/assets/cameras", content=b"BNGS\x01\x00\x00\x00\x09x", headers=headers)
        assert (unknown.status_code, cut.status_code) == (404, 422)
        assert len(register_of(platform)) == 5
