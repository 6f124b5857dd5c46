"""Looking back, evidence and steering, as people do them on their screens."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from bongsu.world import barcode
from e2e.conftest import PLAIN, RECORDED, TURNING, barcode_of, shoot, until
from e2e.test_desk import answer, choose

pytestmark = [pytest.mark.timeout(400), pytest.mark.video]
PATIENCE_MS = 60_000


def in_front(page, camera):
    """Bring a camera's tile to the front and wait until it plays; the figure around it."""
    figure = page.locator("figure", has=page.locator(f"canvas[data-camera='{camera}']"))
    figure.wait_for(timeout=PATIENCE_MS)
    if figure.locator("button.choose").count():
        figure.locator("button.choose").click()
    page.locator("figure.chosen", has=page.locator(f"canvas[data-camera='{camera}']")).wait_for()
    figure.locator("time.clock").wait_for(timeout=PATIENCE_MS)
    return figure


def reported(city, number, which):
    """A report of just now, from what one camera sees."""
    lon, lat = city.ahead_of(city.lone(which))
    return city.call(number, lon=lon, lat=lat, occurred_at=datetime.now(UTC).isoformat())


def a_case(city, page, number, which):
    incident = reported(city, number, which)
    choose(page, incident)
    return incident, in_front(page, city.lone(which).id)


def shown_ms(page, camera):
    """When the picture on screen was taken, by the clock in the picture itself."""
    luma = barcode_of(page, f"canvas[data-camera='{camera}']")
    seen = None if luma is None else barcode.read(luma)
    return None if seen is None else barcode.unwrap(seen[1], int(time.time() * 1000))


def held_recordings(page, camera, for_s):
    """Wait until so many seconds of a camera are recorded."""
    look = f"""async () => {{
        const now = Date.now();
        const answer = await fetch(`/v1/cameras/{camera}/recorded?from_ms=${{now - 3600000}}&to_ms=${{now}}`);
        return (await answer.json()).spans.reduce((sum, [from, to]) => sum + to - from, 0);
    }}"""
    until(lambda: True if page.evaluate(look) > for_s * 1000 else None, 120, f"{for_s} s of recordings")


def test_an_operator_looks_back_winds_and_returns_to_live(city, seat):
    page, camera = seat("operator"), city.lone(RECORDED).id
    _, figure = a_case(city, page, 91, RECORDED)
    held_recordings(page, camera, 25)
    figure.get_by_role("button", name="신고 60초 전부터 다시보기").click()
    bar = figure.locator("[data-past=past]")
    bar.wait_for(timeout=PATIENCE_MS)
    until(lambda: True if (at := shown_ms(page, camera)) and time.time() * 1000 - at > 10_000 else None, 60, "the past")
    shoot(page, "replay")

    bar.get_by_role("button", name="멈춤").click()
    page.wait_for_timeout(1_000)
    stood = shown_ms(page, camera)
    page.wait_for_timeout(2_000)
    assert shown_ms(page, camera) == stood
    bar.get_by_role("button", name="재생").click()

    bar.get_by_label("재생 속도").select_option(label="×4")
    begun, began_ms = time.monotonic(), shown_ms(page, camera)
    until(lambda: True if (shown_ms(page, camera) or 0) - began_ms > 8_000 else None, 60, "eight seconds of the past")
    assert time.monotonic() - begun < 8, "eight seconds of the past took as long as they were"

    first = int(bar.locator("input[type=range]").get_attribute("min"))
    bar.locator("input[type=range]").evaluate(
        "(range, at) => { range.value = at; range.dispatchEvent(new Event('change', {bubbles: true})); }", first
    )
    until(lambda: True if (at := shown_ms(page, camera)) and at < began_ms + 4_000 else None, 30, "the beginning again")

    bar.get_by_role("button", name="실시간으로").click()
    until(lambda: True if (at := shown_ms(page, camera)) and time.time() * 1000 - at < 5_000 else None, 60, "now")
    city.call(91, "91")


def test_a_gap_is_drawn_as_a_gap(city, seat):
    page, camera = seat("operator"), city.lone(RECORDED).id

    def tell(route):
        from_ms = int(parse_qs(urlsplit(route.request.url).query)["from_ms"][0])
        spans = [[from_ms + 5_000, from_ms + 15_000], [from_ms + 35_000, from_ms + 60_000]]
        route.fulfill(json=route.fetch().json() | {"spans": spans})

    page.route(f"**/v1/cameras/{camera}/recorded**", tell)
    _, figure = a_case(city, page, 92, RECORDED)
    figure.get_by_role("button", name="신고 60초 전부터 다시보기").click()
    bands = figure.locator(".track i")
    bands.first.wait_for()
    edges = bands.evaluate_all(
        "(bands) => bands.map((band) => [parseFloat(band.style.left), parseFloat(band.style.width)])"
    )
    assert len(edges) == 2
    (left, width), (other, _) = edges
    assert other - (left + width) == pytest.approx(2 * width, rel=0.05)
    city.call(92, "91")


def test_of_a_camera_that_is_not_recorded_the_screen_says_so(city, seat):
    page = seat("operator")
    _, figure = a_case(city, page, 93, PLAIN)
    figure.locator("[data-past=none]").get_by_text("녹화 안 됨").wait_for(timeout=PATIENCE_MS)
    city.call(93, "91")


def test_evidence_is_asked_for_let_go_on_by_a_second_person_and_downloaded(city, seat, tmp_path):
    page, second, camera = seat("operator"), seat("relief"), city.lone(RECORDED).id
    incident, _ = a_case(city, page, 94, RECORDED)
    held_recordings(page, camera, 15)
    page.get_by_role("button", name="증거 내보내기").click()
    dialog = page.locator("dialog")
    for box in dialog.locator("input[type=checkbox]").all():
        box.set_checked(box.get_attribute("value") == camera)
    dialog.get_by_label("법적 근거").select_option(value="criminal_investigation")
    shoot(page, "export-ask")
    answer(page, "수사기관 요청에 따른 증거", "요청")
    row = page.locator("[data-export]")
    row.and_(page.locator("[data-state=asked]")).wait_for()
    assert row.get_by_role("button", name="승인").count() == 0, "whoever asked is not the second person"

    choose(second, incident)
    second.locator("[data-export][data-state=asked]").get_by_role("button", name="승인").click(timeout=PATIENCE_MS)
    answer(second, "요청서를 확인함", "승인")
    page.locator("[data-export][data-state=ready]").wait_for(timeout=PATIENCE_MS)
    shoot(page, "export-ready")
    page.locator("[data-export]").get_by_role("button", name="내려받기").click()
    with page.expect_download(timeout=PATIENCE_MS) as fetched:
        answer(page, "수사기관에 전달", "내려받기")
    package = tmp_path / "evidence.zip"
    fetched.value.save_as(package)
    checked = city.platform.bongsu("verify", str(package))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    city.call(94, "91")


def test_one_hand_steers_a_camera_and_it_stops_when_the_key_is_let_go(city, seat):
    page, other, camera = seat("operator"), seat("relief"), city.lone(TURNING).id
    incident, _ = a_case(city, page, 95, TURNING)
    choose(other, incident)
    in_front(other, camera)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]) if "/wheel" in request.url else None)

    def so(is_so):
        page.wait_for_timeout(20)  # events of the page are heard while it is waited for
        return True if is_so else None

    page.get_by_role("button", name="카메라 조작").click()
    pad = page.locator("[data-wheel=mine] .pad")
    pad.wait_for(timeout=PATIENCE_MS)
    held = other.locator("[data-wheel=held]")
    held.wait_for(timeout=PATIENCE_MS)
    assert "operator 님이 조작 중" in held.inner_text()
    assert other.locator(".pad").count() == 0
    shoot(page, "steering")

    pad.focus()
    page.keyboard.down("ArrowRight")
    until(lambda: so(asked.count("move") >= 3), 20, "a movement said again while the key is down")
    page.keyboard.up("ArrowRight")
    until(lambda: so("stop" in asked), 5, "a stop")
    moves = asked.count("move")
    page.wait_for_timeout(1_500)
    assert asked.count("move") == moves
    assert asked[-1] == "stop"

    page.get_by_role("button", name="조작 끝내기").click()
    other.get_by_role("button", name="카메라 조작").wait_for(timeout=PATIENCE_MS)
    city.call(95, "91")


def test_an_agency_whose_grant_says_so_asks_for_evidence_itself(city, seat):
    page, camera = seat("officer"), city.lone(RECORDED).id
    incident = reported(city, 96, RECORDED)
    page.locator(f"button[aria-pressed][data-incident='{incident}']").click(timeout=PATIENCE_MS)
    page.get_by_role("button", name="증거 내보내기").click(timeout=PATIENCE_MS)
    dialog = page.locator("dialog")
    assert dialog.get_by_label("법적 근거").count() == 0, "an agency's ground is its grant's"
    for box in dialog.locator("input[type=checkbox]").all():
        box.set_checked(box.get_attribute("value") == camera)
    held_recordings(page, camera, 5)
    answer(page, "신고 현장 증거 보전", "요청")
    page.locator("[data-export][data-state=ready]").wait_for(timeout=PATIENCE_MS)
    page.locator("[data-export]").get_by_role("button", name="내려받기").click()
    with page.expect_download(timeout=PATIENCE_MS) as fetched:
        answer(page, "사건 기록에 첨부", "내려받기")
    assert fetched.value.suggested_filename
    assert page.get_by_role("button", name="녹화 보존").count() == 0
    city.call(96, "91")
