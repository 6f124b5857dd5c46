"""실종자 수색 지도 as people see it: who is lost, where they may be, and that each minute looked at counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from e2e.conftest import RECORDED, shoot, until
from e2e.test_accessible import findings
from e2e.test_desk import choose
from e2e.test_looking_back import held_recordings

pytestmark = [pytest.mark.timeout(400), pytest.mark.video]
PATIENCE_MS = 60_000


def test_what_was_seen_of_a_recording_and_a_walked_street_change_where_they_may_be(city, seat):
    page, camera = seat("operator"), city.lone(RECORDED).id
    held_recordings(page, camera, 60)
    lon, lat = city.ahead_of(city.lone(RECORDED))
    gone = datetime.now(UTC) - timedelta(minutes=3)
    incident = city.call(
        120, kind="missing_person", lon=lon, lat=lat, occurred_at=gone.isoformat(),
        text="치매가 있는 어르신이 집을 나가 돌아오지 않아요",
    )  # fmt: skip
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "search-map" in request.url else None)
    choose(page, incident)
    panel = page.locator(f"[data-search='{incident}']")
    panel.get_by_label("찾는 사람").select_option("dementia")
    panel.locator("[data-searched]").wait_for(timeout=PATIENCE_MS)
    panel.locator(f"[data-review='{camera}']").wait_for(timeout=PATIENCE_MS)
    panel.scroll_into_view_if_needed()
    shoot(page, "search-map")
    assert findings(page) == []

    review = panel.locator(f"[data-review='{camera}']")
    review.get_by_role("button", name="보기").click()
    panel.locator(".bar[data-past=past]").wait_for(timeout=PATIENCE_MS)
    assert review.get_by_role("button", name="검토함").is_disabled()
    panel.get_by_label("재생 속도").select_option("4")
    panel.locator("[data-looked]:not([data-looked='0'])").wait_for(timeout=90_000)
    shoot(page, "search-replay")
    searched = share(panel)
    review.get_by_role("button", name="검토함").click()
    until(lambda: share(panel) > searched or None, 30, "the minutes that were seen count")

    searched = share(panel)
    panel.locator("[data-patrol='0']").get_by_role("button").click()
    until(lambda: share(panel) > searched or None, 30, "the street that was walked counts")
    shoot(page, "search-walked")

    asked.clear()
    time.sleep(5.0)  # nothing changes: nobody asks again and again
    assert len(asked) <= 2
    city.call(120, "91", kind="missing_person", lon=lon, lat=lat)


def share(panel):
    return float(panel.locator("[data-searched]").get_attribute("data-searched"))
