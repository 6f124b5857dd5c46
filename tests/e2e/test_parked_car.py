"""주차 차량 연락 as an operator sees it: a number for a car in the crews' way, shown once and kept nowhere."""

from __future__ import annotations

import re

import pytest

from e2e.conftest import shoot, until
from e2e.test_accessible import findings
from e2e.test_desk import choose

pytestmark = pytest.mark.timeout(200)

PLATE, UNKNOWN = "12가3456", "99하9999"
WHY = "골목에 세운 차 때문에 사다리차가 들어가지 못합니다"


def contacts(page, url: str) -> list[dict[str, str]]:
    """What the ledger holds of wishes to reach a car's keeper, and of what came of them, the oldest first."""
    rows = page.request.get(f"{url}/v1/ledger?limit=200").json()
    return [row for row in reversed(rows) if row["act"].startswith("contact")]


def test_a_cars_keeper_is_reached_by_a_number_that_is_shown_once_and_on_the_ledger_without_the_plate(city, seat):
    operator = seat("operator")
    incident = city.call(105, kind="fire", text="2층에서 연기가 나와요")
    choose(operator, incident)
    form = operator.locator(f"[data-parked='{incident}']")
    form.get_by_text("주차 차량 연락").click()
    form.get_by_label("차량 번호").fill(PLATE)
    form.get_by_label("연락하는 까닭").fill(WHY)
    form.get_by_role("button", name="연락 번호 받기").click()
    told = form.get_by_role("status")
    until(lambda: re.search(r"050-\d", told.inner_text()) if told.count() else None, 10, "a number to dial")
    assert "까지 걸 수 있습니다" in told.inner_text()
    form.scroll_into_view_if_needed()
    shoot(operator, "parked-car")
    assert findings(operator) == []
    dial = re.search(r"[\d-]{8,}", told.inner_text()).group()

    form.get_by_role("button", name="가리기").click()
    told.wait_for(state="detached")
    assert dial not in operator.content()

    form.get_by_label("차량 번호").fill(UNKNOWN)
    form.get_by_role("button", name="연락 번호 받기").click()
    form.get_by_text("이 번호로 연락할 수 있는 차량이 없습니다.").wait_for()
    assert told.count() == 0

    auditor = seat("auditor")
    url = city.platform.url
    rows = until(lambda: found if len(found := contacts(auditor, url)) >= 4 else None, 10, "both wishes on the ledger")
    assert [(row["act"], row.get("result", "")) for row in rows] == [
        ("contact_ask", ""),
        ("contact", "given"),
        ("contact_ask", ""),
        ("contact", "parked_car.none"),
    ]
    assert {(row["who"], row["incident"], row["reason"]) for row in rows} == {("operator", incident, WHY)}
    everything = auditor.request.get(f"{url}/v1/ledger?limit=1000").text()
    assert not [secret for secret in (PLATE, UNKNOWN, dial) if secret in everything]


def test_without_a_fire_case_no_keeper_is_reached(city, seat):
    operator = seat("operator")
    incident = city.call(106)
    choose(operator, incident)
    assert operator.locator(f"[data-parked='{incident}']").count() == 0
    told = {"plate": PLATE, "reason": WHY}
    answer = operator.request.post(f"{city.platform.url}/v1/incidents/{incident}/parked-car", data=told)
    assert (answer.status, answer.json()["code"]) == (403, "error.parked_car.refused")
