"""Which video processes the settings speak of, and the one sentence that stops a start when they are wrong."""

from __future__ import annotations

import pytest

from bongsu.core.errors import Invalid
from bongsu.core.words import say
from bongsu.settings import load

TWO = "[[video.nodes]]\nname = 'video-b'\npublic_url = 'wss://b.city:8701'\ncontrol = 'b.city:8711'\n"


def settings(tmp_path, text):
    path = tmp_path / "bongsu.toml"
    path.write_text(text, "utf-8")
    return load(path)


def test_one_process_is_the_default_and_is_called_video(tmp_path):
    (one,) = settings(tmp_path, "").video.every()
    assert (one.name, one.port, one.public_url, one.is_local) == ("video", 8701, "ws://localhost:8701", True)


def test_more_processes_count_their_ports_and_urls_up(tmp_path):
    every = settings(tmp_path, "[video]\nprocesses = 3\npublic_url = 'ws://[::1]:8701'\n").video.every()
    assert [(one.name, one.port, one.public_url) for one in every] == [
        ("video", 8701, "ws://[::1]:8701"),
        ("video-2", 8702, "ws://[::1]:8702"),
        ("video-3", 8703, "ws://[::1]:8703"),
    ]


def test_urls_behind_a_proxy_are_named_one_by_one(tmp_path):
    text = "[video]\nprocesses = 2\npublic_urls = ['wss://city/a', 'wss://city2/']\n"
    assert [one.public_url for one in settings(tmp_path, text).video.every()] == ["wss://city/a", "wss://city2/"]


def test_a_process_on_another_machine_is_one_of_them(tmp_path):
    here, far = settings(tmp_path, TWO).video.every()
    assert here.is_local
    assert (far.name, far.public_url, far.control) == ("video-b", "wss://b.city:8701", "b.city:8711")
    assert not far.is_local
    assert not far.records  # unless it is told to


def test_certificates_are_found_beside_the_settings(tmp_path):
    tls = settings(tmp_path, "[video.tls]\nca = 'tls/ca.pem'\n").video.tls
    assert tls.ca == str(tmp_path / "tls" / "ca.pem")
    assert tls.key == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[video]\nprocesses = 0\n", "settings.video_processes"),
        ("[video]\nprocesses = 33\n", "settings.video_processes"),
        ("[video]\nprocesses = 2\npublic_urls = ['wss://one']\n", "settings.video_urls"),
        ("[video]\nprocesses = 2\npublic_url = 'wss://city/video'\n", "settings.video_port"),
        ("[video]\nname = 'Video A'\n", "settings.video_name"),
        ("[video]\nname = 'core'\n", "settings.video_name"),
        ("[video]\nport = 8699\nprocesses = 2\n", "settings.video_twice"),
        (TWO.replace("video-b", "video"), "settings.video_twice"),
        (TWO + TWO.replace("video-b", "video-c"), "settings.video_twice"),
        (TWO.replace("wss://b.city:8701", "ws://localhost:8701"), "settings.video_twice"),
        (TWO.replace("b.city:8711", "b.city"), "settings.video_control"),
        (TWO.replace("b.city:8711", "b.city:99999"), "settings.video_control"),
        (TWO.replace("b.city:8711", "u@b.city:1"), "settings.video_control"),
        ("[video]\ncontrol = '0.0.0.0:8711'\nprocesses = 2\n", "settings.video_far"),
        ("[video]\ncontrol = '0.0.0.0:8711'\n" + TWO, "settings.video_far"),
        ("[[video.nodes]]\nname = 'b'\n", "settings.wrong"),
        (TWO + "port = 1\n", "settings.wrong"),
    ],
)
def test_what_cannot_be_stops_the_start_with_one_sentence(tmp_path, text, code):
    with pytest.raises(Invalid) as no:
        settings(tmp_path, text)
    assert no.value.code == code
    for language in ("ko", "en"):
        assert say(f"error.{code}", language, **no.value.facts)
