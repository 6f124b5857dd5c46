"""Devices on the screen: readings that came over the doors, a ward's kept back, what was not believed."""

from __future__ import annotations

import json

import pytest

from e2e.conftest import shoot, until
from e2e.test_accessible import findings
from fakes.sensed import now_ms

pytestmark = pytest.mark.timeout(300)


def the_devices(page, tab="장비"):
    """The devices tab, once what was told has arrived."""
    page.get_by_role("button", name=tab, exact=True).click()
    row = page.locator("tr[data-device='plug-1']")

    def heard():
        row.wait_for()
        if "W" in row.inner_text():
            return row
        page.reload()
        page.get_by_role("button", name=tab, exact=True).click()
        return None

    return until(heard, 30, "the plug's reading on the screen")


def test_what_devices_told_is_listed_with_its_age_found_and_drawn(sit):
    page = sit("operator")
    row = the_devices(page)
    assert "로비 콘센트" in row.inner_text()
    assert "1600 W" in row.inner_text()
    assert "전" in row.locator("td").nth(3).inner_text()
    shoot(page, "devices")
    page.get_by_label("찾기 (번호·이름·장소)").fill("시장")
    page.locator("tr[data-device='plug-1']").wait_for(state="detached")
    assert "적재율 40 %" in page.locator("tr[data-device='bin-1']").inner_text()
    page.get_by_label("찾기 (번호·이름·장소)").fill("")
    page.locator("tr[data-device='plug-1']").get_by_role("button").click()
    page.locator(".chart canvas").wait_for()
    page.get_by_text("값 31개", exact=True).wait_for()
    drawn = page.evaluate(
        """() => { const canvas = document.querySelector('.chart canvas');
            const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let set = 0; for (let i = 3; i < ink.length; i += 4) set += ink[i] > 0; return set; }"""
    )
    assert drawn > 500
    shoot(page, "device-chart")


def test_a_reading_nobody_believes_is_shown_with_its_reason(sit):
    page = sit("operator")
    the_devices(page)
    row = page.locator("tr[data-device='bin-2']")
    assert "있을 수 없는 값" in row.inner_text()
    held = page.locator("[data-quarantine] tbody tr", has_text="bin-2").first
    held.wait_for()
    assert "있을 수 없는 값" in held.inner_text()
    assert "7.5" in held.inner_text()
    page.get_by_label("이상 있는 장비만").check()
    page.locator("tr[data-device='plug-1']").wait_for(state="detached")
    assert page.locator("tr[data-device]").count() == 1


def test_a_ward_s_device_tells_nothing_before_a_reason_is_written(sit, sensed):
    sensed.tell([("motion-7", "motion", 1.0, now_ms())])
    page = sit("operator")
    the_devices(page)
    row = page.locator("tr[data-device='motion-7']")
    assert "움직임" not in row.inner_text()
    row.get_by_role("button").click()
    assert page.locator(".chart").count() == 0
    see = page.get_by_role("button", name="기록 보기")
    assert see.is_disabled()
    page.get_by_label("열람 사유 (5자 이상)").fill("연락이 닿지 않음")
    shoot(page, "device-ward")
    see.click()
    page.locator(".chart canvas").wait_for()
    admin = sit("admin")
    the_devices(admin)
    admin.locator("tr[data-device='motion-7']").get_by_role("button").click()
    admin.get_by_text("보호 대상자의 기록은 관제요원만 볼 수 있습니다.").wait_for()
    assert admin.locator(".chart").count() == 0


def test_devices_lie_on_the_map_when_they_are_asked_for_and_a_ward_s_do_not(sit, sensed):
    page = sit("operator")
    told = []
    page.on("websocket", lambda line: line.on("framereceived", lambda text: told.append(text)))
    page.reload()
    page.locator(".map[data-drawn=true]").wait_for()
    layer = page.locator("fieldset label", has_text="장비")
    layer.get_by_role("checkbox").check()

    def words():
        texts = [text for text in told if isinstance(text, str) and '"what":"devices"' in text]
        return [json.loads(text) for text in texts]

    def heard(look):
        def see():
            page.wait_for_timeout(100)  # lets the page's events through
            return next((one for one in words() if look(one)), None)

        return until(see, 20, "the devices over the live board")

    seen = heard(lambda one: one["whole"])
    assert set(seen["id"]) == {"plug-1", "door-1", "bin-1", "bin-2", "smoke-1"}
    state = dict(zip(seen["id"], seen["state"], strict=True))
    assert (state["plug-1"], state["bin-2"], state["door-1"]) == ("fine", "doubted", "silent")
    until(lambda: layer if layer.inner_text().strip().endswith("5") else None, 10, "five devices in the layer box")
    shoot(page, "devices-map")
    sensed.tell([("door-1", "door_open", 1.0, now_ms())])
    news = heard(lambda one: not one["whole"] and "door-1" in one["id"])
    at = news["id"].index("door-1")
    assert (news["state"][at], news["readings"][at][0]["result"]) == ("fine", 1.0)
    layer.get_by_role("checkbox").uncheck()
    assert not layer.inner_text().strip().endswith("5")


def test_while_telemetry_is_dead_the_layer_says_that_nobody_knows(sit, sensed):
    page = sit("operator")
    page.locator(".map[data-drawn=true]").wait_for()
    page.locator("fieldset label", has_text="장비").get_by_role("checkbox").check()
    said = page.locator("fieldset [role=status]")
    assert said.inner_text() == ""
    with sensed.without_telemetry():
        page.get_by_text("장비 서버가 응답하지 않아 지금 상태를 알 수 없습니다.").wait_for(timeout=20_000)
        shoot(page, "devices-away")
        assert findings(page) == []
    until(lambda: said.inner_text() == "" or None, 60, "the devices of the next telemetry process")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_devices(sit, language):
    page = sit("operator", language)
    the_devices(page, "장비" if language == "ko" else "Devices")
    page.locator("tr[data-device='plug-1']").get_by_role("button").click()
    page.locator(".chart canvas").wait_for()
    assert findings(page) == []
    page.locator("tr[data-device='motion-7']").get_by_role("button").click()
    page.locator("textarea").wait_for()
    shoot(page, f"devices-{language}")
    assert findings(page) == []
