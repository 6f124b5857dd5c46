"""A made city, its cameras, the platform and a browser, shared by the end-to-end tests."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, sync_playwright

from bongsu.core.geo import Plane, distance_m
from bongsu.world import scene as scenes
from bongsu.world.onvif.camera import Login
from fakes.running import BONGSU, Platform, free_port
from fakes.sensed import MINUTE_MS, Sensed, now_ms

SCREENS = Path(__file__).resolve().parents[2] / "out" / "screens"
USERS = {
    "operator": ("operator",),
    "relief": ("operator",),
    "officer": ("agency", "--agency", "police112"),
    "engine": ("agency", "--agency", "fire119"),
    "auditor": ("auditor",),
    "admin": ("admin",),
}
"""Everybody who sits down: their role, and an agency's people their agency."""
FIRE_KEY = "f" * 32
AHEAD_M = 14.0
RIGHTS = '["view", "replay", "export"]'
RECORDED, TURNING, PLAIN = 0, 1, 2
"""Lone cameras: the one that is recorded, the one that can be steered, and one that is neither."""

LONE_M = 45.0

GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


class City:
    """The running platform, and places its cameras look at."""

    def __init__(self, folder: Path) -> None:
        self.cameras_port = free_port()
        self.police_port = free_port()
        self.fire_port = free_port()
        self.onvif_port = free_port()
        self.cars_port = free_port()
        self.platform = Platform(folder, self.cameras_port, self.police_port, videos=2)
        self.platform.env |= {"BONGSU_PARTNER_FIRE119_KEY": FIRE_KEY, "BONGSU_PARTNER_FIRE119_OUR_KEY": FIRE_KEY}
        self.platform.env |= {"BONGSU_PARKED_CARS_KEY": "c" * 32, "BONGSU_PLATES_KEY": "p" * 32}
        self.files = folder / "city"

    def link(self, name: str) -> str:
        told = self.platform.bongsu("user", "link", name, "--url", self.platform.url, "--data", str(self.platform.data))
        return told.stdout.strip()

    def eyes(self) -> list[scenes.Eye]:
        """The cameras that look one way, the nearest to the middle of the city first."""
        scene = scenes.load(self.files)
        known = [eye for eye in scene.cameras if 50 < eye.hfov_deg < 180]
        return sorted(known, key=lambda eye: distance_m(eye.where, scene.plane.origin))

    def lone(self, number: int) -> scenes.Eye:
        """A camera with no other around, so that it is the first to be shown of what it sees."""
        return self._alone[number]

    @cached_property
    def _alone(self) -> list[scenes.Eye]:
        scene = scenes.load(self.files)
        spots = np.array([scene.plane.to_xy(one.where) for one in scene.cameras])
        spots = spots[np.argsort(spots[:, 0])]
        return [eye for eye in self.eyes() if self._beside(spots, scene.plane.to_xy(eye.where)) == 1]

    @staticmethod
    def _beside(spots: np.ndarray, at: tuple[float, float]) -> int:
        """How many cameras stand within 45 m of a place; `spots` in metres, sorted by the first."""
        begin, end = np.searchsorted(spots[:, 0], [at[0] - LONE_M, at[0] + LONE_M])
        return int((np.hypot(*(spots[begin:end] - at).T) < LONE_M).sum())

    def equip(self) -> None:
        """What the settings say before the platform starts.

        One camera is recorded, one turns, the police may take evidence, and there are a fire service and an authority
        that reaches the keepers of cars.
        """
        logins = self.platform.folder / "logins.toml"
        logins.touch(mode=0o600)
        logins.write_text('["*"]\nuser = "{}"\npassword = "{}"\n'.format(*Login()), "utf-8")
        config = self.platform.config.read_text("utf-8")
        config = config.replace("[video]\n", f'[video]\nrecord = ["{self.lone(RECORDED).id}"]\n')
        config = config.replace("[services.police_video]\n", f"[services.police_video]\nrights = {RIGHTS}\n")
        turning = self.lone(TURNING).id
        address = f"http://127.0.0.1:{self.onvif_port}/{turning}/onvif/device"
        config += (
            '[[partners]]\ncode = "FIRE119"\nname = "119"\nagency = "fire119"\nmay_observe = true\n'
            f'url = "http://127.0.0.1:{self.fire_port}"\n[services.fire_dispatch]\n[services.missing_person]\n'
        )
        config += f'[parked_cars]\nurl = "http://127.0.0.1:{self.cars_port}"\n'
        config += f'[cameras]\nlogins = "logins.toml"\n[onvif.cameras]\n"{turning}" = "{address}"\n'
        self.platform.config.write_text(config, "utf-8")

    def a_place_in_view(self, number: int) -> tuple[float, float]:
        """A place straight ahead of a camera; the greater the number, the farther from the middle of the city."""
        known = self.eyes()
        return self.ahead_of(known[(number * 23) % len(known)])

    def ahead_of(self, eye: scenes.Eye) -> tuple[float, float]:
        """The place straight ahead of a camera."""
        turn = math.radians(eye.heading_deg)
        ahead = Plane(eye.where).to_point(AHEAD_M * math.sin(turn), AHEAD_M * math.cos(turn))
        return ahead.lon, ahead.lat

    def call(self, number: int, step: str = "10", **more: object) -> str:
        lon, lat = self.a_place_in_view(number)
        told = {"lon": lon, "lat": lat, "text": "흉기를 든 남자가 가게에 있어요"} | more
        answer = self.platform.report(number, step, **told)
        assert answer.status_code == 200, answer.text
        return answer.json()["incident"]


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A made city brought in by its files, with cameras that can be watched."""
    made = City(tmp_path_factory.mktemp("city"))
    data = str(made.platform.data)
    assert made.platform.bongsu("world", "make", str(made.files)).returncode == 0
    for what, name in (("osm", "city.osm.pbf"), ("cctv", "cctv.csv")):
        done = made.platform.bongsu("import", what, str(made.files / name), "--data", data)
        assert done.returncode == 0, done.stderr
    for name, role in USERS.items():
        assert made.platform.bongsu("user", "add", name, "--role", *role, "--data", data).returncode == 0
    made.equip()
    turning = ["--onvif", made.lone(TURNING).id, "--onvif-port", str(made.onvif_port)]
    cameras = subprocess.Popen(
        [*BONGSU, "world", "cameras", str(made.files), "--port", str(made.cameras_port), *turning],
        stdin=subprocess.PIPE,
    )
    with made.platform.running() as made.process:
        rooms = [_room(made, name) for name in ("police112", "fire119")]
        patrols = subprocess.Popen(
            [*BONGSU, "world", "patrols", str(made.files), "--config", str(made.platform.config)],
            stdin=subprocess.PIPE,
            env=made.platform.env,
        )
        cars = _vehicle_contacts(made)
        yield made
        for process in (cars, patrols, *rooms, cameras):
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _room(city: City, name: str) -> subprocess.Popen[bytes]:
    """A partner's control room as a process of its own; nobody rings it."""
    words = ["-m", f"bongsu.world.{name}", "--config", str(city.platform.config), "--end-with-stdin"]
    return subprocess.Popen(
        [sys.executable, *words, "--log", str(city.platform.folder / f"{name}.jsonl")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=city.platform.env,
    )


def _vehicle_contacts(city: City) -> subprocess.Popen[bytes]:
    """The vehicle-contact authority as a process of its own, which knows one car."""
    register = city.platform.folder / "cars.toml"
    register.write_text('reachable = ["12가3456"]\n', "utf-8")
    words = ["--config", str(city.platform.config), "--port", str(city.cars_port)]
    return subprocess.Popen(
        [*BONGSU, "world", "vehicles", str(register), *words], stdin=subprocess.PIPE, env=city.platform.env
    )


@pytest.fixture(scope="session")
def browser(chromium):
    """Chromium as the operating system ships it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *GL])
        yield browser
        browser.close()


@pytest.fixture
def seat(browser, city):
    """Sit somebody down at their own screen: `seat("operator")` is a signed-in page."""
    opened = []

    def sit(name: str, language: str = "ko") -> Page:
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale=language)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{name}: {error}"))
        page.goto(city.link(name))
        return page

    yield sit
    for context in opened:
        context.close()


def shoot(page: Page, name: str) -> None:
    """Keep a picture of a screen for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.locator(".map:not([data-drawn=true])").first.wait_for(state="detached", timeout=20_000)
    page.screenshot(path=str(SCREENS / f"{name}.png"))


def barcode_of(page: Page, selector: str = "canvas[data-camera]") -> np.ndarray | None:
    """The luma of a canvas as the person before it sees it, 640x360; None while nothing is drawn."""
    told = page.evaluate(
        """(selector) => {
            const canvas = document.querySelector(selector);
            if (!canvas || canvas.width < 640) return null;
            const context = canvas.getContext('2d');
            if (!context) return null;
            const pixels = context.getImageData(0, 336, 640, 24).data;
            const luma = [];
            for (let i = 0; i < pixels.length; i += 4)
                luma.push(Math.round(.299 * pixels[i] + .587 * pixels[i + 1] + .114 * pixels[i + 2]));
            return JSON.stringify(luma);
        }""",
        selector,
    )
    if told is None:
        return None
    whole = np.zeros((360, 640), np.uint8)
    whole[336:] = np.array(json.loads(told), np.uint8).reshape(24, 640)
    return whole


def until(look, within_s: float, what: str):
    """Look again and again until there is something; fail saying what was not seen."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if (seen := look()) is not None:
            return seen
        time.sleep(0.05)
    pytest.fail(f"not seen within {within_s} s: {what}")


def power(minutes: int) -> list[tuple[str, str, float, int]]:
    """The lobby's plug, a reading a minute up to now: a hundred watts, and a kettle every twentieth minute."""
    now = now_ms()
    return [
        ("plug-1", "power", 1_600.0 if ago % 20 == 0 else 100.0 + ago % 7, now - ago * MINUTE_MS)
        for ago in range(minutes, -1, -1)
    ]


@pytest.fixture(scope="session")
def sensed(tmp_path_factory):
    """A running platform that has been told real readings, over HTTP and over MQTT."""
    made = Sensed(tmp_path_factory.mktemp("sensed"))
    for name in ("operator", "admin", "officer", "auditor"):
        assert made.bongsu("user", "add", name, "--role", *USERS[name], "--data", str(made.data)).returncode == 0
    with made.running():
        made.bring_in()
        until(lambda: (made.data / "run" / "nats.json").exists() or None, 60, "the queue")
        now = now_ms()
        made.tell(power(30))
        made.tell([("bin-1", "fill", 0.4, now), ("bin-1", "temperature", 21.5, now), ("motion-7", "motion", 1.0, now)])
        made.tell([("bin-2", "fill", 7.5, now)])
        made.secret = made.admit("smoke-1", "device")
        calm = [("smoke-1", "temperature", 22.0, now), ("smoke-1", "smoke", 0.01, now)]
        made.tell_over_mqtt("smoke-1", made.secret, calm)
        yield made


@pytest.fixture
def sit(browser, sensed):
    """Sit somebody down at the platform with devices: `sit("operator")` is a signed-in page."""
    opened = []

    def one(name: str, language: str = "ko") -> Page:
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale=language, base_url=sensed.url)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{name}: {error}"))
        page.goto(sensed.link(name))
        page.locator("main").first.wait_for()
        if page.evaluate("document.documentElement.lang") != language:
            page.get_by_role("button", name="English" if language == "en" else "한국어").click()
        return page

    yield one
    for context in opened:
        context.close()
