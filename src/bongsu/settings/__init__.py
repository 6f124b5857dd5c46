"""One frozen tree of boot settings from one TOML file and BONGSU_* secrets; unknown keys stop the start."""

from bongsu.settings.reading import Secrets, environment, load, read_logins, secrets_for, store_password
from bongsu.settings.sharing import NgsiLdSettings
from bongsu.settings.tables import (
    ArchiveSettings,
    CameraSettings,
    CitySettings,
    LogSettings,
    NoticeSettings,
    OnvifSettings,
    ParkedCarSettings,
    RetentionSettings,
    ScsnsSettings,
    Settings,
    SignalSettings,
    StoreSettings,
    TelemetrySettings,
    VideoSettings,
    WebSettings,
)

__all__ = [
    "ArchiveSettings",
    "CameraSettings",
    "CitySettings",
    "LogSettings",
    "NgsiLdSettings",
    "NoticeSettings",
    "OnvifSettings",
    "ParkedCarSettings",
    "RetentionSettings",
    "ScsnsSettings",
    "Secrets",
    "Settings",
    "SignalSettings",
    "StoreSettings",
    "TelemetrySettings",
    "VideoSettings",
    "WebSettings",
    "environment",
    "load",
    "read_logins",
    "secrets_for",
    "store_password",
]
