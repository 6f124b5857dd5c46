"""The video wall: up to sixteen cameras of the chosen case; it follows, and what is pinned stays."""

from __future__ import annotations

import pytest

from e2e.conftest import shoot, until
from e2e.test_accessible import AXE, findings, speak

pytestmark = pytest.mark.timeout(300)

TILES = "[data-tile]:not([data-tile=''])"
PLAYING = f"{TILES} figure[data-state=playing] time.clock"


def to_the_wall(page, incident):
    page.locator(f"li[data-incident='{incident}']").click()
    page.locator(f"section[data-incident='{incident}']").wait_for()
    page.keyboard.press("w")
    page.locator(TILES).first.wait_for()


def cameras(page):
    return [tile.get_attribute("data-tile") for tile in page.locator(TILES).all()]


def in_front(page):
    return page.locator(".seat.large [data-tile]").get_attribute("data-tile")


def playing(page, count, within_s=30):
    def look():
        return True if page.locator(PLAYING).count() == count else None

    until(look, within_s, f"{count} tiles that play; {page.locator(PLAYING).count()} do")


def test_the_wall_follows_the_case_that_is_chosen_and_keeps_what_is_pinned(city, seat):
    first, second = city.call(70), city.call(71)
    page = seat("operator")
    to_the_wall(page, first)
    page.get_by_role("button", name="4", exact=True).click()
    playing(page, 4)
    shown = cameras(page)
    assert len(shown) == 4
    page.locator(f"[data-tile='{shown[1]}']").hover()
    page.locator(f"[data-tile='{shown[1]}'] .handles button").first.click()

    page.locator(f"li[data-incident='{second}']").click()
    until(lambda: cameras(page)[1:] != shown[1:] or None, 5, "the cameras of the other case")
    assert page.locator(f"[data-tile='{shown[1]}']").get_attribute("data-case") == first
    others = {tile.get_attribute("data-case") for tile in page.locator("[data-pinned=false]").all()}
    assert others == {second}
    playing(page, 4)

    city.call(70, "91")
    over = page.locator(f"[data-tile='{shown[1]}'] figure[data-state=over]")
    over.wait_for()
    assert "열람이 끝났습니다" in over.inner_text()
    city.call(71, "91")


@pytest.mark.parametrize(("number", "size"), [(72, (1920, 1080)), (76, (1366, 768))])
def test_sixteen_cameras_play_at_once_and_one_of_them_large(city, seat, number, size):
    incident = city.call(number)
    page = seat("operator")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    to_the_wall(page, incident)
    page.get_by_role("button", name="16", exact=True).click()
    playing(page, 16, within_s=120)
    assert len(set(cameras(page))) == 16
    shoot(page, f"wall-16-{size[0]}")
    page.keyboard.press("3")
    large = page.locator(".seat.large figure[data-state=playing] time.clock")
    large.wait_for(timeout=30_000)
    assert in_front(page) == cameras(page)[2]
    shoot(page, f"wall-front-{size[0]}")
    page.keyboard.press("ArrowRight")
    until(lambda: in_front(page) == cameras(page)[3] or None, 5, "the next camera in front")
    page.keyboard.press("4")
    page.locator(".seat.large").wait_for(state="detached")
    page.keyboard.press("w")
    page.locator(".map").wait_for()
    city.call(number, "91")


def test_a_tile_is_replaced_and_closed_by_hand(city, seat):
    incident = city.call(73)
    page = seat("operator")
    to_the_wall(page, incident)
    page.get_by_role("button", name="4", exact=True).click()
    before = cameras(page)
    page.locator(f"[data-tile='{before[0]}']").hover()
    page.get_by_role("button", name="대신 다음 카메라").first.click()
    until(lambda: cameras(page)[0] != before[0] or None, 5, "another camera in its place")
    assert cameras(page)[1:] == before[1:]
    page.locator(f"[data-tile='{before[3]}']").hover()
    page.locator(f"[data-tile='{before[3]}'] .handles button").last.click()
    page.get_by_text("닫은 영상").wait_for()
    assert len(cameras(page)) == 3
    city.call(73, "91")


@pytest.mark.parametrize(("number", "language"), [(74, "ko"), (77, "en")])
def test_axe_finds_nothing_on_the_wall(city, seat, number, language):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup")
    incident = city.call(number)
    page = seat("operator", language)
    to_the_wall(page, incident)
    speak(page, language)
    assert findings(page) == []
    page.get_by_role("button", name="9", exact=True).click()
    page.locator(f"[data-tile='{cameras(page)[0]}'] .handles button").last.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    page.locator(".seat.large").wait_for()
    shoot(page, f"wall-{language}")
    assert findings(page) == []
    city.call(number, "91")


COUNTING = """
window.standing = { sockets: 0, decoders: 0, frames: 0, opened: 0 };
const Socket = WebSocket;
window.WebSocket = class extends Socket {
  constructor(...words) {
    super(...words);
    if (!String(words[0]).includes('/v1/video')) return;
    standing.sockets++;
    standing.opened++;
    this.addEventListener('close', () => standing.sockets--);
  }
};
const Decoder = VideoDecoder;
window.VideoDecoder = class extends Decoder {
  constructor({ output, error }) {
    super({ output: (frame) => { standing.frames++; output(frame); }, error });
    standing.decoders++;
  }
  close() {
    standing.decoders--;
    super.close();
  }
};
const close = VideoFrame.prototype.close;
VideoFrame.prototype.close = function () {
  if (this.format !== null) standing.frames--;
  close.call(this);
};
"""


def test_tiles_opened_and_closed_many_times_leave_no_socket_decoder_or_frame(city, seat):
    incident = city.call(83)
    page = seat("operator")
    page.add_init_script(COUNTING)
    page.reload()
    to_the_wall(page, incident)
    page.get_by_role("button", name="4", exact=True).click()
    playing(page, 4, within_s=60)
    assert page.evaluate("standing.decoders") == 4
    for round_ in range(40):
        page.keyboard.press("w")
        page.keyboard.press("w")
        page.locator(TILES).first.wait_for()
        page.wait_for_timeout(20 * (round_ % 10))  # closed while opening, while asking, and while playing
    page.get_by_role("button", name="연계 상태").click()
    nothing = {"sockets": 0, "decoders": 0, "frames": 0}

    def look():
        standing = page.evaluate("standing")
        return standing if {name: standing[name] for name in nothing} == nothing else None

    assert until(look, 20, "nothing left open")["opened"] > 160
    city.call(83, "91")
