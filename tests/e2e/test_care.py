"""A care service's case on the screen: what its devices told, in its own terms; a ward's only while it is open."""

from __future__ import annotations

import pytest

from e2e.conftest import shoot, until
from e2e.test_accessible import findings
from fakes.sensed import MINUTE_MS, now_ms

pytestmark = pytest.mark.timeout(300)


def the_case(page, kind):
    """Choose the newest case of a kind in the queue; its panel."""
    page.locator("li[data-incident]", has_text=kind).first.click(timeout=60_000)
    card = page.locator("section [data-care]")
    card.wait_for()
    return card


def looks_at_wards(page) -> list[str]:
    rows = page.request.get("/v1/ledger?limit=200").json()
    return [one["reason"] for one in rows if one["act"] == "see_ward"]


def test_a_fire_in_a_room_says_smoke_heat_and_who_is_nearest(sit, sensed):
    now = now_ms()
    rising = [("smoke-1", "temperature", 22.0 + ago, now - (50 - ago) * MINUTE_MS // 10) for ago in range(50)]
    burning = [("smoke-1", "smoke", 0.8, now), ("smoke-1", "temperature", 75.0, now), ("smoke-1", "gas", 180.0, now)]
    sensed.tell_over_mqtt("smoke-1", sensed.secret, [*rising, *burning])
    page = sit("operator")
    card = the_case(page, "쪽방 화재 감지")
    for told in ("75 °C", "180 ppm", "등록된 소화전이 없습니다", "가까운 카메라"):
        card.get_by_text(told).first.wait_for()
    card.locator(".chart canvas").wait_for()
    shoot(page, "care-room")
    assert findings(page) == []


def test_a_ward_s_case_shows_the_home_while_it_is_open_and_every_look_is_written_down(sit, sensed):
    now = now_ms()
    past = [("motion-7", "motion", 1.0, now - hours * 60 * MINUTE_MS) for hours in (3, 2, 1)]
    sensed.tell([*past, ("motion-7", "help", 1.0, now)])
    auditor = sit("auditor")
    before = len(looks_at_wards(auditor))
    page = sit("operator")
    card = the_case(page, "독거노인 응급 호출")
    card.get_by_text("마지막 활동").wait_for()
    assert "도움 요청" in card.inner_text()
    seen = until(lambda: looks_at_wards(auditor)[: -before or None] or None, 10, "a row on the ledger")
    assert any(one.startswith("ward-7 motion-7") for one in seen)
    shoot(page, "care-elder")
    assert findings(page) == []

    incident = page.locator("section[data-incident]").get_attribute("data-incident")
    page.get_by_role("button", name="내가 맡음").click()
    page.get_by_role("button", name="사건 종료").first.click()
    page.locator("dialog textarea").fill("가족과 통화, 이상 없음")
    page.locator("dialog").get_by_role("button", name="종료", exact=True).click()
    card.get_by_text("사건이 끝나 보호 대상자의 값은 더 보이지 않습니다.").wait_for()
    assert "마지막 활동" not in card.inner_text()
    refused = page.request.get(f"/v1/devices/motion-7?incident={incident}")
    assert refused.status == 403
