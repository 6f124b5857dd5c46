"""Profile "chirpstack": uplink events as ChirpStack v4 sends them by MQTT (`application/…/event/up`, JSON).

The device is `deviceInfo.devEui`, readings are the fields of `object`, which the device profile's codec made.
"""

from __future__ import annotations

from bongsu.telemetry.profiles import lorawan
from bongsu.telemetry.profiles.loose import inside, iso_ms, loose_json, text
from bongsu.telemetry.told import Told


def decode(body: bytes, source: str, arrived_ms: int) -> Told:
    """What an uplink tells; one without a time was made when it arrived."""
    tree = loose_json(body)
    device = text(inside(tree, "deviceInfo", "devEui"))
    if device is None:
        return lorawan.unreadable(source, arrived_ms, "deviceInfo")
    told = Told()
    at = iso_ms(inside(tree, "time"))
    lorawan.take(told, device, inside(tree, "object"), arrived_ms if at is None else at, source)
    return told
