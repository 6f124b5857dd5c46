"""Profile "things_stack": uplinks as The Things Stack v3 sends them by MQTT and webhooks (ApplicationUp).

The device is `end_device_ids.device_id`; readings are the fields of `decoded_payload`, of a place those of
`locations` that the payload itself told (`frm-payload`). The time is the uplink's own `settings.time`, which the
gateway's clock stamped, else when the network server received it.
"""

from __future__ import annotations

from bongsu.telemetry.profiles import lorawan
from bongsu.telemetry.profiles.loose import inside, iso_ms, loose_json, text
from bongsu.telemetry.told import Told


def decode(body: bytes, source: str, arrived_ms: int) -> Told:
    """What an uplink tells; a join or a downlink's event tells nothing and is no fault."""
    tree = loose_json(body)
    device = text(inside(tree, "end_device_ids", "device_id"))
    if device is None:
        return lorawan.unreadable(source, arrived_ms, "end_device_ids")
    told = Told()
    up = inside(tree, "uplink_message")
    if up is None:
        return told
    stamps = (inside(up, "settings", "time"), inside(up, "received_at"), inside(tree, "received_at"))
    time_ms = next((at for at in map(iso_ms, stamps) if at is not None), arrived_ms)
    lorawan.take(told, device, inside(up, "decoded_payload"), time_ms, source)
    if not told.placed:
        lorawan.place(told, device, inside(up, "locations", "frm-payload"), time_ms)
    return told
