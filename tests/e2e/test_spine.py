"""A 112 call becomes live video on the officer's screen, and is cut when the case closes: as people see it."""

from __future__ import annotations

import time

from bongsu.world import barcode
from e2e.conftest import barcode_of, shoot, until


def reading(page, selector="canvas[data-camera]"):
    """Camera number and time of the picture on screen now."""
    luma = barcode_of(page, selector)
    return None if luma is None else barcode.read(luma)


def fresh_picture(page, since_ms, selector="canvas[data-camera]"):
    def look():
        seen = reading(page, selector)
        return seen if seen and barcode.unwrap(seen[1], since_ms) >= since_ms else None

    return until(look, 15, "a picture newer than the call")


def test_the_officer_sees_the_scene_live_and_loses_it_when_the_operator_closes_the_case(city, seat):
    operator, officer = seat("operator"), seat("officer")
    since_ms = int(time.time() * 1000)
    incident = city.call(1)

    officer.locator(f"[data-incident='{incident}']").first.click()
    camera = officer.locator("canvas[data-camera]").first.get_attribute("data-camera")
    number, _ = fresh_picture(officer, since_ms)
    assert number == barcode.camera_number(camera)
    assert officer.get_by_text("열람이 기록됩니다").is_visible()
    shoot(officer, "officer")

    operator.locator(f"li[data-incident='{incident}']").click()
    fresh_picture(operator, since_ms)
    shoot(operator, "operator")
    operator.get_by_role("button", name="내가 맡음").click()
    operator.get_by_text("담당 중").first.wait_for()
    operator.get_by_role("button", name="사건 종료").click()
    operator.get_by_label("결과").fill("현장 종료, 이상 없음")
    operator.get_by_role("button", name="종료", exact=True).last.click()
    closed_ms = int(time.time() * 1000)
    operator.get_by_text("사건을 종료했습니다").wait_for()

    until(lambda: True if reading(officer) is None else None, 3, "the officer's picture gone")
    assert int(time.time() * 1000) - closed_ms < 3_000
    assert officer.locator(f"button[aria-pressed][data-incident='{incident}']").count() == 0


def test_the_auditor_finds_who_looked_through_which_camera_and_why(city, seat):
    officer = seat("officer")
    since_ms = int(time.time() * 1000)
    incident = city.call(2)
    officer.locator(f"[data-incident='{incident}']").first.click()
    fresh_picture(officer, since_ms)
    camera = officer.locator("canvas[data-camera]").first.get_attribute("data-camera")
    auditor = seat("auditor")
    row = auditor.locator("tr", has_text=camera).filter(has_text=incident)
    row.first.wait_for()
    shoot(auditor, "auditor")
    city.call(2, "91")


def test_the_link_in_the_dispatch_opens_one_still_picture_of_the_scene(city, seat):
    officer = seat("officer")
    incident = city.call(7)
    officer.goto(f"{city.platform.url}/?incident={incident}")
    officer.locator(f"button[aria-pressed=true][data-incident='{incident}']").wait_for()
    camera = officer.locator("canvas[data-camera]").first.get_attribute("data-camera")
    officer.goto(f"{city.platform.url}/?incident={incident}&camera={camera}&form=still")
    officer.locator(f"canvas[data-still='{camera}']").wait_for()
    luma = barcode_of(officer, f"canvas[data-still='{camera}']")
    assert barcode.read(luma)[0] == barcode.camera_number(camera)
    shoot(officer, "still")
    officer.get_by_role("button", name="닫기").click()
    officer.locator("dialog").wait_for(state="detached")
    city.call(7, "91")


def test_a_case_that_ends_over_the_wire_leaves_the_officers_screen_by_itself(city, seat):
    officer = seat("officer")
    incident = city.call(3)
    officer.locator(f"[data-incident='{incident}']").first.wait_for()
    city.call(3, "91")
    officer.locator(f"button[aria-pressed][data-incident='{incident}']").wait_for(state="detached", timeout=3000)


def test_an_officer_never_receives_what_no_grant_allows(city, seat):
    officer = seat("officer")
    received = []
    officer.on("websocket", lambda socket: socket.on("framereceived", lambda text: received.append(text)))
    officer.reload()
    granted = city.call(4)
    foreign = city.platform.report(
        5, kind="lost_property", lon=city.a_place_in_view(5)[0], lat=city.a_place_in_view(5)[1]
    )
    officer.locator(f"[data-incident='{granted}']").first.wait_for()
    told = "".join(text for text in received if isinstance(text, str))
    assert granted in told
    assert foreign.json()["incident"] not in told
    city.call(4, "91")


def test_text_from_outside_is_shown_and_never_run(city, seat):
    operator = seat("operator")
    lon, lat = city.a_place_in_view(6)
    evil = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
    incident = city.platform.report(6, lon=lon, lat=lat, text=evil, address=evil).json()["incident"]
    operator.locator(f"li[data-incident='{incident}']").click()
    operator.get_by_text("onerror").first.wait_for()
    assert operator.evaluate("window.broken") is None
    city.platform.report(6, "91")


def test_a_busy_minute_on_the_operators_screen(city, seat):
    operator = seat("operator")
    told = [
        ("theft", "가방을 훔쳐 자전거를 타고 달아났어요"),
        ("stalking", "모르는 사람이 두 정거장째 따라와요"),
        ("assault", "골목에서 여러 명이 한 사람을 때리고 있어요"),
        ("lost_property", "지갑을 주웠습니다"),
        ("break_in", "빈 가게 창문이 깨져 있고 안에 누가 있어요"),
        ("robbery", "흉기를 든 남자가 가게에 있어요"),
    ]
    since_ms = int(time.time() * 1000)
    incidents = [city.call(45 - n, kind=kind, text=text) for n, (kind, text) in enumerate(told)]
    for incident in incidents:
        operator.locator(f"li[data-incident='{incident}']").wait_for()
    operator.locator(f"li[data-incident='{incidents[1]}']").click()
    operator.get_by_role("button", name="내가 맡음").click()
    operator.locator(f"li[data-incident='{incidents[-1]}']").click()
    fresh_picture(operator, since_ms)
    operator.locator(".map canvas").first.wait_for()
    operator.wait_for_timeout(3_000)  # so that the picture in the README has its tiles, videos and cars
    shoot(operator, "console")
    for n in range(len(told)):
        city.call(45 - n, "91")
