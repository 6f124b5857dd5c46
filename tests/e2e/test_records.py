"""Records as people change them: versions, conflicts, zones drawn on the map, faults said at the step."""

from __future__ import annotations

from e2e.conftest import shoot


def open_record(page, kind, record):
    page.get_by_role("button", name="운영 기록", exact=True).click()
    page.get_by_role("button", name=kind, exact=True).click()
    page.locator(f"button[data-record='{record}']").click()
    page.locator(f"form[data-record='{record}']").wait_for()


def save(page, why):
    page.get_by_label("고치는 까닭").fill(why)
    page.get_by_role("button", name="저장", exact=True).click()


def test_of_two_who_change_a_radius_the_second_is_told_and_loses_nothing(city, seat):
    first, second = seat("admin"), seat("admin")
    for page in (first, second):
        open_record(page, "연계 서비스", "service/police_video")
    radius = "input[data-field=within_m]"
    second.locator(radius).fill("700")
    first.locator(radius).fill("300")
    save(first, "카메라가 촘촘해져서")
    first.locator("li[data-version='2']").wait_for()
    assert "500 → 300" in first.locator("li[data-version='2']").inner_text()

    save(second, "큰 공원이 생겨서")
    second.get_by_text("다른 사람이 먼저 고쳤습니다").wait_for()
    assert second.locator(radius).input_value() == "700"
    assert second.get_by_label("고치는 까닭").input_value() == "큰 공원이 생겨서"
    shoot(second, "conflict")
    second.get_by_role("button", name="새 판 위에 내 것을 얹기").click()
    second.get_by_role("button", name="저장", exact=True).click()
    second.locator("li[data-version='3']").wait_for()
    assert "300 → 700" in second.locator("li[data-version='3']").inner_text()

    second.locator("li[data-version='1']").get_by_role("button", name="되돌리기").click()
    save(second, "시험을 마치고 처음대로")
    second.locator("li[data-version='4']").wait_for()
    assert second.locator(radius).input_value() == "500"


def test_an_operator_draws_a_zone_and_every_operator_has_it_on_the_map(city, seat):
    operator, relief = seat("operator"), seat("relief")
    operator.get_by_role("button", name="운영 기록", exact=True).click()
    operator.locator("section form input").fill("market")
    operator.get_by_role("button", name="새로 만들기").click()
    operator.get_by_label("이름", exact=True).fill("시장 골목")
    operator.locator(".map[data-drawn=true]").wait_for(timeout=20_000)
    box = operator.locator(".map canvas").first.bounding_box()
    corners = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6)]
    for across, down in [*corners, corners[0]]:
        operator.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        operator.wait_for_timeout(100)  # a corner must be on the map before it can be clicked again
    operator.get_by_text("구역이 닫혔습니다").wait_for()
    shoot(operator, "zone")
    save(operator, "장날 통제 구역")
    operator.locator("li[data-version='1']").wait_for()
    zones = relief.locator("fieldset label", has_text="구역")
    zones.wait_for()
    assert zones.inner_text().strip().endswith("1")


def test_what_is_wrong_with_a_procedure_is_said_at_its_step(city, seat):
    operator = seat("operator")
    operator.get_by_role("button", name="운영 기록", exact=True).click()
    operator.get_by_role("button", name="대응 절차", exact=True).click()
    operator.locator("button[data-record^='procedure/']").first.click()
    text = operator.get_by_label("절차 (JSON)")
    whole = text.input_value()
    text.fill(whole[:-5])
    operator.get_by_text("JSON으로 읽을 수 없습니다").wait_for()
    assert operator.get_by_role("button", name="저장", exact=True).is_disabled()
    text.fill(whole.replace('"step": "', '"step": "no-such-', 1))
    save(operator, "틀린 절차를 넣어 봄")
    operator.locator("li.wrong[data-step]").wait_for()
    assert "no-such-" in operator.locator("li.wrong[data-step]").inner_text()
    assert "no-such-" in text.input_value()
    shoot(operator, "procedure-fault")
    operator.get_by_role("button", name="쓰던 것 버리기").click()
    assert text.input_value() == whole
