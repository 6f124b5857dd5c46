"""도주로 감시 as people see it: started on a case, watched half minute by half minute, anew after a sighting."""

from __future__ import annotations

import pytest

from e2e.conftest import shoot, until
from e2e.test_accessible import findings

pytestmark = pytest.mark.timeout(300)


def test_somebody_who_fled_is_watched_for_and_where_they_are_seen_the_plan_goes_on(city, seat):
    incident = city.call(110)
    page = seat("operator")
    page.locator(f"li[data-incident='{incident}']").click()
    panel = page.locator(f"[data-pursuit='{incident}']")
    assert panel.locator("[data-reach]").count() == 0
    panel.get_by_label("도주 수단").select_option("foot")
    panel.get_by_label("도주 시각").select_option("0")
    panel.get_by_role("button", name="도주로 감시 시작").click()
    panel.locator("[data-reach='4'][data-drawn=true]").wait_for(timeout=90_000)
    now = panel.get_by_role("list", name="지금 볼 카메라").locator("li[data-watch]")
    assert 1 <= now.count() <= 9
    assert "도보 100%" in panel.inner_text()
    panel.scroll_into_view_if_needed()
    shoot(page, "pursuit")
    assert findings(page) == []

    before = panel.get_attribute("data-number")
    assert before == "0"
    now.first.get_by_role("button", name="목격").click()
    page.locator(f"[data-pursuit='{incident}'][data-number='1']").wait_for(timeout=30_000)
    shoot(page, "pursuit-seen")

    page.locator("button.tab", has_text="영상월").click()
    page.locator("[data-plan]").wait_for(timeout=30_000)
    on_wall = until(
        lambda: page.locator("figure canvas[data-camera]").count() or None, 30, "planned cameras on the wall"
    )
    assert 1 <= on_wall <= 9
    shoot(page, "pursuit-wall")
    city.call(110, "91")
