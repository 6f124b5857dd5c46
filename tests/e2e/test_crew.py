"""119 긴급출동 지원 as people see it: engines ranked by minutes, one sent, its tablet, and called back."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from bongsu.core.geo import Point, distance_m
from bongsu.world import barcode
from e2e.conftest import FIRE_KEY, shoot, until
from e2e.test_accessible import findings
from e2e.test_desk import choose
from e2e.test_records import open_record, save
from e2e.test_spine import fresh_picture

pytestmark = pytest.mark.timeout(300)

ENGINES = {"F-01": 101, "F-02": 108, "F-03": 104}
"""Engines and the places they stand at, by number."""
TABLET = {"width": 1280, "height": 800}


def report(city, places: dict[str, tuple[float, float]]) -> None:
    """Engines say where they are, as the fire service's own dispatch system passes it on."""
    now = int(time.time() * 1000)
    seen = [{"unit": name, "lon": lon, "lat": lat, "phenomenon_time_ms": now} for name, (lon, lat) in places.items()]
    units = [{"id": name, "name": f"펌프 {name[-2:]}호", "kind": "engine"} for name in places]
    told = {"observations": seen, "units": units}
    answer = httpx.post(
        f"{city.platform.url}/v1/observations", json=told, headers={"Authorization": f"Bearer {FIRE_KEY}"}, timeout=10
    )
    answer.raise_for_status()


@contextmanager
def reporting(city, places: dict[str, tuple[float, float]]):
    """Every second the engines say where they are; `places` may change meanwhile."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(1.0):
            report(city, dict(places))

    report(city, dict(places))
    thread = threading.Thread(target=run, name="engines")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def make_crew(admin, unit: str) -> None:
    """The user `engine` is that crew's tablet from now on, by its record."""
    open_record(admin, "사용자", "user/engine")
    admin.get_by_label("출동대(태블릿)").fill(unit)
    save(admin, "차량 태블릿으로 씀")
    admin.locator("li[data-version='2']").wait_for()
    admin.close()


def minutes_of(row) -> int:
    return int(re.search(r"(\d+)분", row.inner_text()).group(1))


def metres_left(tablet) -> float:
    told = re.search(r"([\d.]+) (k?m)$", tablet.locator(".eta span").last.inner_text())
    return float(told.group(1)) * (1000 if told.group(2) == "km" else 1)


@pytest.fixture
def engines(city):
    """The places of engines that report every second."""
    places = {name: city.a_place_in_view(number) for name, number in ENGINES.items()}
    with reporting(city, places):
        yield places


def test_an_engine_is_sent_by_its_minutes_and_its_tablet_shows_the_way_and_the_scene(city, seat, engines):
    make_crew(seat("admin"), "F-01")
    tablet = seat("engine")
    tablet.set_viewport_size(TABLET)
    tablet.get_by_text("F-01 · 출동 지령 대기").wait_for()
    assert tablet.locator("[role=status] p").count() == 1  # it waits, and nothing is wrong with that
    shoot(tablet, "crew-waiting")

    since_ms = int(time.time() * 1000)
    operator = seat("operator")
    incident = city.call(100, kind="fire", text="3층 식당 주방에서 불길이 보여요")
    choose(operator, incident)
    panel = operator.locator(f"[data-dispatch='{incident}']")
    rows = panel.locator("li[data-unit]", has_text=re.compile(r"\d+분"))
    until(lambda: rows.count() == len(ENGINES) or None, 60, "three engines with their minutes")
    ranked = [minutes_of(rows.nth(at)) for at in range(rows.count())]
    assert ranked == sorted(ranked)
    operator.get_by_role("button", name="펌프 01호 출동").click()
    operator.get_by_role("button", name="펌프 01호 복귀").wait_for()
    panel.locator(".map[data-ways='1'][data-drawn=true]").wait_for()
    panel.scroll_into_view_if_needed()
    shoot(operator, "dispatch")
    assert findings(operator) == []

    tablet.get_by_role("heading", name="화재").wait_for()
    tablet.get_by_text("3층 식당 주방에서 불길이 보여요").wait_for()
    way = tablet.locator(".way[data-number='1']")
    way.wait_for()
    tablet.locator(".way .next").wait_for()
    number, _ = fresh_picture(tablet, since_ms)
    camera = tablet.locator("canvas[data-camera]").first.get_attribute("data-camera")
    assert number == barcode.camera_number(camera)
    shoot(tablet, "crew")
    assert findings(tablet) == []

    told = tablet.request.get(f"{city.platform.url}/v1/crews/F-01/way").json()
    assert distance_m(Point(*told["line"][-1]), Point(*city.a_place_in_view(100))) < 60
    far = metres_left(tablet)
    halfway = told["line"][len(told["line"]) // 2]
    engines["F-01"] = (halfway[0], halfway[1])
    until(lambda: metres_left(tablet) < far or None, 60, "the engine nearer on its own tablet")
    shoot(tablet, "crew-under-way")

    operator.get_by_role("button", name="펌프 01호 복귀").click()
    operator.get_by_role("button", name="펌프 01호 출동").wait_for()
    tablet.get_by_text("F-01 · 출동 지령 대기").wait_for()
    assert tablet.locator("canvas[data-camera]").count() == 0
    city.call(100, "91")


def test_a_street_is_closed_on_the_map_seen_by_every_operator_and_opened_again(city, seat):
    operator, relief = seat("operator"), seat("relief")
    operator.get_by_role("button", name="운영 기록", exact=True).click()
    operator.get_by_role("button", name="도로 통제", exact=True).click()
    operator.locator("section form input").fill("works-1")
    operator.get_by_role("button", name="새로 만들기").click()
    operator.get_by_label("통제 이름").fill("상수도 공사")
    operator.locator(".map[data-drawn=true]").wait_for()
    lon, lat = city.a_place_in_view(100)
    operator.get_by_label("통제 지점 좌표").fill(f"{lon:.6f}, {lat:.6f}")
    closed = operator.locator(".map[data-closed='1'][data-drawn=true]")
    closed.wait_for()
    operator.keyboard.press("Tab")  # the map goes where the place is
    closed.wait_for()
    typed = operator.get_by_label("통제 지점 좌표")
    canvas = operator.locator(".map canvas").first
    canvas.click()
    until(lambda: typed.input_value() == "" or None, 5, "the place gone that was clicked")
    canvas.click()
    until(lambda: typed.input_value() or None, 5, "the place that was clicked")
    closed.wait_for()
    shoot(operator, "closure")
    assert findings(operator) == []
    save(operator, "관로 교체 공사")
    operator.locator("li[data-version='1']").wait_for()

    closures = relief.locator("label", has_text="도로 통제").locator("b")
    until(lambda: closures.inner_text() not in ("", "0") or None, 60, "the closed street on another operator's map")
    shoot(relief, "closed-street")
    operator.get_by_role("button", name="폐지").first.click()
    operator.locator("dialog textarea").fill("공사가 끝남")
    operator.locator("dialog").get_by_role("button", name="폐지", exact=True).click()
    until(lambda: closures.inner_text() == "0" or None, 60, "the street open again")


def test_a_case_filed_to_119_is_marked_once_their_system_has_taken_it(city, seat):
    operator = seat("operator")
    incident = city.call(102, kind="theft", text="가게 뒤에서 연기가 납니다")
    choose(operator, incident)
    operator.get_by_role("button", name="119에 신고").click()
    operator.locator("dialog").get_by_label("보이는 상황").fill("가게 뒤 쓰레기 더미에서 불길")
    operator.locator("dialog").get_by_role("button", name="119에 보내기").click()
    mark = operator.locator(f"section[data-incident='{incident}'] [data-filed=delivered]")
    mark.wait_for()
    mark.scroll_into_view_if_needed()
    assert "가게 뒤 쓰레기 더미에서 불길" in mark.inner_text()
    shoot(operator, "filed")
    city.call(102, "91")
