"""A masked camera on the operator's screen: covered at once and said so, laid bare with a reason, and covered again."""

from __future__ import annotations

import pytest

from e2e.conftest import shoot, until

pytestmark = pytest.mark.timeout(300)

ZONE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.6], [0.1, 0.6]]
SEEN = """camera => {
  const canvas = document.querySelector(`figure.chosen canvas[data-camera="${CSS.escape(camera)}"]`);
  const at = (x, y) => [...canvas.getContext("2d").getImageData(x * canvas.width, y * canvas.height, 8, 8).data];
  const brightest = pixels => Math.max(...pixels.filter((_, i) => i % 4 !== 3));
  return { inside: brightest([...at(0.3, 0.3), ...at(0.5, 0.5), ...at(0.8, 0.2)]), outside: brightest(at(0.5, 0.8)) };
}"""
REVISE = """async ([camera, ring]) => {
  const body = { type: "mask", zones: [{ name: "창문", ring }] };
  const answer = await fetch(`/v1/records/mask/${encodeURIComponent(camera)}`, { method: "PUT",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ version: 0, body, note: "주민 요청" }) });
  return answer.status;
}"""


def test_a_masked_tile_is_black_in_its_zone_until_somebody_says_why_not(city, seat):
    incident = city.call(81)
    page = seat("operator")
    page.locator(f"li[data-incident='{incident}']").click()
    front = page.locator("figure.chosen[data-state=playing]")
    front.locator("time.clock").wait_for(timeout=30_000)
    camera = front.locator("canvas").get_attribute("data-camera")

    def look():
        return page.evaluate(SEEN, camera)

    def covered():  # between the bare picture and the covered one the tile is black as a whole
        seen = look()
        return (seen["inside"] <= 12 and seen["outside"] > 30) or None

    until(lambda: look()["inside"] > 60 or None, 10, "a picture")
    assert page.evaluate(REVISE, [camera, ZONE]) == 200
    page.locator("figure.chosen [data-mask=film]").wait_for(timeout=30_000)
    until(covered, 10, "a black zone in a picture")
    assert "가림 적용" in page.locator("figure.chosen [data-mask=film]").inner_text()
    shoot(page, "masked")

    page.get_by_role("button", name="원본 보기").click()
    page.locator("dialog textarea").fill("용의자 확인")
    page.locator("dialog button[type=submit]").click()
    page.locator("figure.chosen [data-mask=bare]").wait_for(timeout=30_000)
    assert "남음" in page.locator("figure.chosen [data-mask=bare]").inner_text()
    until(lambda: look()["inside"] > 60 or None, 10, "the camera's own picture")
    shoot(page, "unmasked")
    page.get_by_role("button", name="다시 가리기").click()
    page.locator("figure.chosen [data-mask=film]").wait_for(timeout=30_000)
    until(covered, 10, "a black zone again")
    city.call(81, "91")
