"""Rules, consents and erasure on the screen: edited, refused in words, tried on recorded days, withdrawn, forgotten."""

from __future__ import annotations

import json

import pytest

from e2e.conftest import shoot, until
from e2e.test_accessible import findings
from e2e.test_records import save

pytestmark = pytest.mark.timeout(300)


def records(page, kind, language="ko"):
    page.get_by_role("button", name="운영 기록" if language == "ko" else "Records", exact=True).click()
    page.locator("main nav button", has_text=kind).click()


def begin(page, kind, record):
    """A new record of a kind."""
    records(page, kind)
    page.locator("section form input").fill(record)
    page.get_by_role("button", name="새로 만들기").click()
    page.locator(f"form[data-record$='/{record}']").wait_for()


def a_rule(page, name):
    """A rule on the lobby's power that lacks its limit still."""
    begin(page, "탐지 규칙", name)
    page.get_by_label("이름", exact=True).fill("주전자")
    page.get_by_label("관측 속성").first.select_option("power")


def test_a_rule_is_tried_on_recorded_days_then_saved_and_what_is_wrong_with_it_is_said(sit):
    page = sit("admin")
    a_rule(page, "kettle")
    save(page, "주전자를 켠 때를 봄")
    fault = page.locator("form[data-record] > .fault")
    fault.wait_for()
    assert "한도" in fault.inner_text() or "above" in fault.inner_text()
    page.locator("input[data-field=above]").fill("1000")

    trial = page.locator("[data-trial]")

    def rang():
        trial.get_by_role("button", name="시험하기").click()
        trial.locator(".verdict").wait_for()
        return trial if "2번 울렸고" in trial.inner_text() else None

    until(rang, 60, "both kettles in the archive")
    assert "지난 7일이었다면 2번 울렸고 그중 0번이 실제 사건입니다." in trial.inner_text()
    assert "여는 사건 종류가 없어" in trial.inner_text()
    rows = trial.locator("tbody tr")
    assert [rows.nth(at).locator("td").nth(1).inner_text() for at in range(2)] == ["lobby", "lobby"]
    assert rows.nth(0).locator("td").nth(2).inner_text() == "1분"
    shoot(page, "rule-trial")
    assert findings(page) == []

    page.locator("input[data-field=above]").fill("5000")
    trial.get_by_text("시험한 뒤 규칙이 바뀌었습니다.").wait_for()
    trial.get_by_role("button", name="시험하기").click()
    trial.get_by_text("한 번도 울리지 않았습니다").wait_for()

    page.get_by_role("button", name="저장", exact=True).click()
    page.locator("li[data-version='1']").wait_for()
    page.locator("input[data-field=above]").fill("1200")
    save(page, "한도를 낮춤")
    page.locator("li[data-version='2']").wait_for()
    assert "5000 → 1200" in page.locator("li[data-version='2']").inner_text()


def test_a_trial_says_that_it_waits_and_what_went_wrong(sit):
    page = sit("admin")
    a_rule(page, "slow")
    page.locator("input[data-field=above]").fill("1000")
    held = []
    page.route("**/v1/rules/trial", lambda route: held.append(route))
    trial = page.locator("[data-trial]")
    trial.get_by_role("button", name="시험하기").click()
    trial.get_by_text("기록을 읽는 중입니다.").wait_for()
    assert trial.get_by_role("button", name="시험하기").is_disabled()
    until(lambda: held or None, 10, "the question")
    problem = {"code": "error.telemetry.away", "detail": "텔레메트리가 응답하지 않습니다.", "status": 503}
    headers = {"Content-Type": "application/problem+json"}
    held[0].fulfill(status=503, headers=headers, body=json.dumps(problem))
    trial.get_by_role("alert").get_by_text("텔레메트리가 응답하지 않습니다.").wait_for()
    assert trial.locator(".verdict").count() == 0
    assert not trial.get_by_role("button", name="시험하기").is_disabled()


def test_an_operator_reads_rules_and_tries_none(sit):
    page = sit("operator")
    records(page, "탐지 규칙")
    page.locator("button[data-record='rule/elder-inactive']").click()
    page.get_by_text("이 기록은 관리자만 고칠 수 있습니다.").wait_for()
    assert page.locator("[data-trial]").count() == 0


def test_a_consent_is_given_for_a_service_until_a_day_and_withdrawn(sit):
    page = sit("admin")
    begin(page, "보호자 알림 동의", "home-7")
    assert page.get_by_role("button", name="저장", exact=True).is_disabled()
    page.get_by_label("독거노인 돌봄").check()
    assert page.get_by_label("119 긴급출동 지원").count() == 0
    page.get_by_label("언제까지").fill("2030-01-31T18:00:00")
    shoot(page, "consent")
    assert findings(page) == []
    save(page, "보호자의 서면 동의")
    page.locator("li[data-version='1']").wait_for()
    operator = sit("operator")
    records(operator, "보호자 알림 동의")
    operator.locator("button[data-record='consent/home-7']").click()
    assert operator.get_by_label("독거노인 돌봄").is_checked()
    assert operator.get_by_label("독거노인 돌봄").is_disabled()
    assert operator.get_by_label("언제까지").input_value().startswith("2030-01-31T18:00")

    page.get_by_role("button", name="폐지", exact=True).click()
    page.locator("dialog textarea").fill("보호자가 동의를 거둠")
    page.locator("dialog").get_by_role("button", name="폐지", exact=True).click()
    page.locator("li[data-version='2']").wait_for()
    operator.get_by_text("폐지됨").first.wait_for()


def test_a_ward_s_history_is_erased_after_a_warning_and_a_reason(sit):
    admin = sit("admin")
    admin.get_by_role("button", name="장비", exact=True).click()
    admin.locator("tr[data-device='plug-1']").get_by_role("button").click()
    admin.locator(".chart").wait_for()
    assert admin.get_by_role("button", name="보호 대상자의 기록 삭제").count() == 0
    admin.locator("tr[data-device='motion-7']").get_by_role("button").click()
    admin.get_by_role("button", name="보호 대상자의 기록 삭제").click()
    dialog = admin.locator("dialog")
    erase = dialog.get_by_role("button", name="영구 삭제")
    dialog.get_by_text("되돌릴 수 없습니다.").wait_for()
    dialog.locator("textarea").fill("정보주체의 삭제 요구")
    assert erase.is_disabled()
    dialog.locator("input").fill("ward-7")
    shoot(admin, "erase")
    assert findings(admin) == []
    erase.click()
    dialog.wait_for(state="detached")
    admin.get_by_text("ward-7의 기록").first.wait_for()
    operator = sit("operator")
    operator.get_by_role("button", name="장비", exact=True).click()
    operator.locator("tr[data-device='motion-7']").get_by_role("button").click()
    operator.get_by_label("열람 사유 (5자 이상)").fill("삭제 확인")
    operator.get_by_role("button", name="기록 보기").click()
    operator.get_by_text("이전 기록은 삭제되었습니다.").wait_for()
    rows = sit("auditor").request.get("/v1/ledger?limit=100").json()
    assert "ward-7: 정보주체의 삭제 요구" in [one["reason"] for one in rows if one["act"] == "erase"]
