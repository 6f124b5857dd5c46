"""A case from call to hand-over, as an operator does it: claim, procedure, priority, merging, splitting."""

from __future__ import annotations

from e2e.conftest import shoot, until


def choose(page, incident):
    page.locator(f"li[data-incident='{incident}']").click()
    page.locator(f"section[data-incident='{incident}']").wait_for()


def answer(page, note, button):
    """Write the reason into the open dialog and press its button; it closes when the order went through."""
    page.locator("dialog textarea").fill(note)
    page.locator("dialog").get_by_role("button", name=button, exact=True).click()
    page.locator("dialog").wait_for(state="detached")


def test_an_operator_takes_a_case_from_the_call_to_the_hand_over(city, seat):
    operator = seat("operator")
    first, second = city.call(60), city.call(61)

    choose(operator, first)
    operator.get_by_role("button", name="내가 맡음").click()
    operator.get_by_text("내가 담당 중입니다").wait_for()

    step = operator.locator("li[data-step][data-state=open]", has=operator.get_by_role("button")).first
    name = step.get_attribute("data-step")
    step.get_by_role("button").first.click()
    done = operator.locator(f"li[data-step='{name}'][data-state=done]")
    done.wait_for()
    assert "나" in done.inner_text()
    shoot(operator, "procedure")

    operator.get_by_role("button", name="우선순위", exact=True).click()
    operator.locator("dialog").get_by_text("낮음", exact=True).click()
    answer(operator, "장난 신고로 보임", "바꾸기")
    operator.locator(f"li[data-incident='{first}'] .chip.low").wait_for()

    choose(operator, second)
    operator.get_by_role("button", name="병합", exact=True).click()
    operator.locator(f"dialog label[data-into='{first}']").click()
    shoot(operator, "merge")
    answer(operator, "같은 사건을 두 사람이 신고", "병합")
    operator.locator(f"section[data-incident='{first}']").wait_for()
    joined = operator.locator("[data-joined]", has=operator.get_by_role("button", name="분리"))
    joined.wait_for()

    operator.get_by_role("button", name="종료").first.click()
    choose(operator, second)
    operator.get_by_text("이 사건은 다른 사건에 병합되었습니다").wait_for()
    operator.locator(f"section[data-incident='{second}'] button[data-into='{first}']").click()
    operator.locator(f"section[data-incident='{first}']").wait_for()
    operator.get_by_role("button", name="전체").first.click()

    before = operator.locator("li[data-incident]").count()
    joined.get_by_role("button", name="분리").click()
    answer(operator, "다른 골목의 다른 사람", "분리")
    joined.wait_for(state="detached")
    until(lambda: operator.locator("li[data-incident]").count() > before or None, 5, "the split case in the queue")

    relief = seat("relief")
    operator.get_by_role("button", name="인계", exact=True).click()
    operator.locator("dialog select").select_option("relief")
    answer(operator, "교대", "인계")
    relief.get_by_role("button", name="내 사건").click()
    relief.locator(f"li[data-incident='{first}']").click()
    relief.get_by_text("내가 담당 중입니다").wait_for()
    operator.get_by_text("relief 담당 중").wait_for()
    for number in (60, 61):
        city.call(number, "91")


def test_an_agency_loses_a_case_that_was_merged_and_keeps_the_one_it_went_into(city, seat):
    operator, officer = seat("operator"), seat("officer")
    gone, into = city.call(62), city.call(63)
    row = "button[aria-pressed][data-incident='{}']"
    officer.locator(row.format(gone)).click()
    choose(operator, gone)
    operator.get_by_role("button", name="병합", exact=True).click()
    operator.locator(f"dialog label[data-into='{into}']").click()
    answer(operator, "같은 사건", "병합")
    officer.locator(row.format(gone)).wait_for(state="detached", timeout=10_000)
    officer.locator("button[aria-pressed=true][data-incident]").wait_for()
    assert officer.locator(row.format(into)).count() == 1
    city.call(63, "91")
