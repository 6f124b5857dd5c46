"""Every screen, in both languages, passes axe at WCAG 2.2 AA: no findings at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.conftest import shoot

AXE = Path(__file__).resolve().parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


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
    wanted = page.evaluate("document.documentElement.lang")
    if wanted != language:
        page.get_by_role("button", name="English" if language == "en" else "한국어").click()
    shoot(page, f"{who}-{language}")
    findings = page.evaluate(f"{AXE.read_text('utf-8')}; axe.run({{runOnly: {TAGS!r}}})")["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in findings] == []
