"""Every screen, in both languages, passes axe at WCAG 2.2 AA: no findings at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.conftest import PLAIN, shoot

AXE = Path(__file__).resolve().parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
LETTERS = [
    {
        "key": f"I-1.{n}.police_video.offer_video.police112",
        "agency": "police112",
        "ask": "offer_video",
        "incident": "I-1",
        "state": state,
        "attempts": n,
        "since": "2026-11-22T12:00:00+09:00",
        "next_at": "2026-11-22T12:00:00+09:00",
        "detail": "partner.refused 40301 no such case",
    }
    for n, state in enumerate(["dead", "dead", "waiting"], 1)
]
"""What a partner that refuses leaves behind; its answer is put in the place of the server's."""


def speak(page, language):
    if page.evaluate("document.documentElement.lang") != language:
        page.get_by_role("button", name="English" if language == "en" else "한국어").click()


def findings(page):
    found = page.evaluate(f"{AXE.read_text('utf-8')}; axe.run({{runOnly: {TAGS!r}}})")["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("who", ["operator", "officer", "auditor", "admin", "nobody"])
def test_axe_finds_nothing(city, seat, browser, who, language):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup")
    incident = city.call(20)
    if who == "nobody":
        page = browser.new_context(locale=language).new_page()
        page.goto(city.platform.url)
        page.locator("form").first.wait_for()
    else:
        page = seat(who, language)
        page.locator("main").first.wait_for()
    if who in ("operator", "officer"):
        page.locator(f"[data-incident='{incident}']").first.click()
        page.locator("canvas[data-camera]").first.wait_for()
    speak(page, language)
    shoot(page, f"{who}-{language}")
    assert findings(page) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_a_case_being_worked_on(city, seat, language):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup")
    incident, _other = city.call(21), city.call(22)
    page = seat("operator", language)
    speak(page, language)
    page.locator(f"li[data-incident='{incident}']").click()
    page.locator("li[data-step]").first.wait_for()
    orders = page.locator(f"section[data-incident='{incident}'] .actions button")
    for at in range(1, orders.count()):
        orders.nth(at).click()
        page.locator("dialog").wait_for()
        assert findings(page) == [], at
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")


def open_one(page, camera):
    """Open the first record of a kind; where there is none, begin one: a camera's mask is called after the camera."""
    page.locator("section ul button, section p.none").first.wait_for()
    listed = page.locator("section ul button")
    if listed.count():
        listed.first.click()
        return
    field = page.locator("section form input")
    field.fill(camera if field.get_attribute("list") else "square")
    page.locator("section form button").click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_links_and_records(city, seat, language):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup")
    page = seat("admin", language)
    page.route("**/v1/outbox", lambda route: route.fulfill(json=LETTERS))
    page.reload()
    speak(page, language)
    page.locator("tr[data-key]").first.wait_for()
    shoot(page, f"links-{language}")
    assert findings(page) == []
    page.locator("header nav button").last.click()
    kinds = page.locator("main nav button")
    kinds.first.wait_for()
    for at in range(kinds.count()):
        kinds.nth(at).click()
        open_one(page, city.lone(PLAIN).id)
        page.locator("form[data-record]").wait_for()
        shoot(page, f"records-{at}-{language}")
        assert findings(page) == [], at
