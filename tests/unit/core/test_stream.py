"""Where a camera's streams are."""

from __future__ import annotations

from bongsu.core.stream import Addresses

CITY = Addresses(
    template="rtsp://nvr/{id}",
    sub_template="rtsp://nvr/{id}/small",
    streams={"own": "rtsp://10.0.0.1/main", "both": "rtsp://10.0.0.2/main"},
    substreams={"both": "rtsp://10.0.0.2/sub"},
)


def test_what_the_register_says_goes_before_the_templates() -> None:
    assert CITY.of("both", "main") == "rtsp://10.0.0.2/main"
    assert CITY.of("both", "sub") == "rtsp://10.0.0.2/sub"
    assert CITY.of("a b", "main") == "rtsp://nvr/a%20b"
    assert CITY.of("../가?", "main") == "rtsp://nvr/..%2F%EA%B0%80%3F"
    assert CITY.of("a b", "sub") == "rtsp://nvr/a%20b/small"


def test_the_smaller_stream_of_a_camera_that_has_none_is_its_main_one() -> None:
    assert CITY.of("own", "sub") == CITY.of("own", "main") == "rtsp://10.0.0.1/main"
    assert Addresses(template="rtsp://nvr/{id}").of("c", "sub") == "rtsp://nvr/c"
    assert Addresses().of("c", "sub") == ""
