"""The example config loads as it is, and every setting stands in the reference."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bongsu.app import SERVICES
from bongsu.core.errors import Invalid
from bongsu.core.report import Partner
from bongsu.settings import (
    ArchiveSettings,
    CameraSettings,
    CitySettings,
    NgsiLdSettings,
    NoticeSettings,
    OnvifSettings,
    ParkedCarSettings,
    RetentionSettings,
    Settings,
    SignalSettings,
    StoreSettings,
    TelemetrySettings,
    VideoSettings,
    WebSettings,
    load,
)

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference" / "settings.md"
TABLES = {
    "": Settings,
    "city": CitySettings,
    "web": WebSettings,
    "video": VideoSettings,
    "cameras": CameraSettings,
    "onvif": OnvifSettings,
    "notice": NoticeSettings,
    "ngsi_ld": NgsiLdSettings,
    "signals": SignalSettings,
    "parked_cars": ParkedCarSettings,
    "store": StoreSettings,
    "telemetry": TelemetrySettings,
    "telemetry.archive": ArchiveSettings,
    "retention": RetentionSettings,
    "partners": Partner,
    **{f"services.{name}": service.Settings for name, service in SERVICES.items()},
}


def test_the_example_config_loads_and_names_every_service():
    settings = load(ROOT / "bongsu.example.toml")
    assert set(settings.services) == set(SERVICES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table or "top")
def test_every_setting_is_in_the_reference(table):
    text = REFERENCE.read_text("utf-8")
    missing = [field.name for field in msgspec.structs.fields(TABLES[table]) if f"`{field.name}`" not in text]
    assert missing == []


@pytest.mark.parametrize(
    "text", ["[web]\nprt = 1\n", "nonsense = 1\n", "[web]\nport = 'x'\n", "[web\n", "\udc80"], ids=range(5)
)
def test_an_unknown_key_or_a_wrong_value_stops_the_start(tmp_path, text):
    path = tmp_path / "bongsu.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Invalid):
        load(path)
