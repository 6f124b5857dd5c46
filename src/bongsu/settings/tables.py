"""The tables of `bongsu.toml`, one frozen tree: every key, its type and its default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from bongsu.core.processes import FIRST, Node, Process, Tls, all_of, locals_of
from bongsu.core.report import Partner
from bongsu.settings.sharing import NgsiLdSettings

LEDGER_DAYS_AT_LEAST = 731


class CitySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who we are: names on screen, and our own SCSNS organisation code."""

    name: str = "이름 없는 도시"
    name_en: str = "Unnamed city"
    code: str = "BONGSU"
    language: str = "ko"


class WebSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the core listens; `public_url` is what people and partners type, never taken from a header."""

    host: str = "127.0.0.1"
    port: int = 8700
    public_url: str = "http://localhost:8700"


class VideoSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where video listens, and how to reach a camera that has no stream address of its own.

    `stream_url` is a template with {id}, `substream_url` one for the smaller stream that small tiles show;
    `transport` is how RTP comes ("udp" only where a camera cannot do it over TCP); `reader` is who reads over TCP
    (FFmpeg where a camera is not understood, over UDP always); `networks` are the CIDR ranges cameras may stand in;
    a camera that sends more than `camera_mbps` megabits a second is cut off; one that nobody watches is kept open
    `linger_s` seconds; at most `max_cameras` are open.
    `record` names the cameras that are recorded, at most `record_max` of them; from `record_disk_share` of the
    volume in use recordings give way. At most `masked_max` streams are painted over at once, and whoever may see what
    masks hide sees it for `unmask_s` seconds.
    `processes` share the cameras on this machine, and `nodes` on others; `public_urls` names the URL of each of ours
    where counting the port up is wrong. On another machine `control` is where its process listens for the core;
    `tls` proves either side to the other.
    """

    name: str = FIRST
    processes: int = 1
    nodes: tuple[Node, ...] = ()
    public_urls: tuple[str, ...] = ()
    control: str = ""
    tls: Tls = Tls()
    host: str = "127.0.0.1"
    port: int = 8701
    public_url: str = "ws://localhost:8701"
    stream_url: str = ""
    substream_url: str = ""
    transport: Literal["tcp", "udp"] = "tcp"
    reader: Literal["bongsu", "ffmpeg"] = "bongsu"
    camera_mbps: float = 100.0
    networks: tuple[str, ...] = (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
    linger_s: float = 10.0
    max_cameras: int = 64
    record: Literal["none", "all"] | tuple[str, ...] = "none"
    record_max: int = 64
    record_disk_share: float = 0.8
    masked_max: int = 4
    unmask_s: float = 600.0

    def local(self) -> tuple[Process, ...]:
        """The processes of this machine. Raises Invalid("settings.video_…"), as does `every`."""
        return locals_of(self.name, self.processes, self.port, self.public_url, self.public_urls)

    def every(self) -> tuple[Process, ...]:
        """The processes of this machine and all others."""
        return all_of(self.local(), self.nodes)


class CameraSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is assumed of a camera whose register row does not say; `logins` is the file of the cameras' logins."""

    hfov_deg: float = 60.0
    width_px: int = 1920
    ppm: float = 62.0
    logins: str = ""


class OnvifSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cameras that are steered and listened to over ONVIF: `cameras` gives the address of each one's device service.

    An answer is awaited `timeout_s` seconds; `events` says whether they are listened to; whoever takes the wheel of a
    camera has it for `wheel_s` seconds from the last touch.
    """

    cameras: dict[str, str] = {}
    timeout_s: float = 5.0
    events: bool = True
    wheel_s: float = 20.0
    home: str = "home"


class ScsnsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the safety network's doors judge: `codes` is a file that adds to and overrules the table of event codes.

    A session key is good for `session_s` seconds; a sender's clock may be off by `skew_s`.
    """

    codes: str = ""
    session_s: float = 1800.0
    skew_s: float = 600.0


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the processes' logs are written: `form` "json" for machines or "text" for people, from `level` upwards."""

    form: Literal["json", "text"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the truth is kept: `dsn` names a PostgreSQL, without its password; "" is SQLite in the data folder."""

    dsn: str = ""


class RetentionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days each record is kept before its content is erased; `snapshots` is how many boards are kept.

    `reports_days` is the three years of 112's own records (112신고법 시행령 제5조); `ledger_days` the two years of
    access records of many subjects (안전성 확보조치 기준 제8조), counted so that a leap day cannot shorten them.
    """

    outbox_days: int = 90
    sessions_days: int = 30
    reports_days: int = 1096
    ledger_days: int = LEDGER_DAYS_AT_LEAST
    snapshots: int = 3


class ArchiveSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long what devices told is kept, in whole days, and how soon it is on the disk.

    `days` holds for every observed property that `days_of` does not name ("position" among them); for persons under
    protection everything is kept for `wards_days`. Readings are acknowledged once they are on the disk, after
    `flush_s` seconds at most while there is room.
    """

    days: Annotated[int, msgspec.Meta(ge=1)] = 365
    days_of: dict[str, Annotated[int, msgspec.Meta(ge=1)]] = {}
    wards_days: Annotated[int, msgspec.Meta(ge=1)] = 30
    flush_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0


class TelemetrySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where devices are listened to, in a process of its own beside the core, if `enabled`.

    `nats` is the URL of the city's own NATS with JetStream; "" starts one of ours, where gateways connect to `port` and
    devices to `mqtt_port` (0: a free one, told in the data folder's `run/nats.json`) of `host`. What waits to be
    handled is kept for `queue_h` hours and in `queue_gb` gigabytes at most: what is older or more is shed, and counted.
    One source may send `source_per_s` readings a second; while all together send more than `most_per_s`, those that
    send most are shed, as few as that takes. One device may tell `device_per_min` readings a minute. `latest_per_s`
    latest values a second at most are told as retained MQTT messages by a server of ours, none for 0. In a `rehearsal`
    devices tell past days, and to rules it is an hour before the newest time told: never in a city that lives.
    """

    enabled: bool = False
    nats: str = ""
    host: str = "127.0.0.1"
    port: int = 4222
    mqtt_port: int = 1883
    queue_h: float = 24.0
    queue_gb: float = 4.0
    source_per_s: float = 20_000.0
    most_per_s: float = 150_000.0
    device_per_min: int = 600
    rehearsal: bool = False
    latest_per_s: float = 0.0
    archive: ArchiveSettings = ArchiveSettings()


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The message centre that tells people: `url` takes the letters ("" there is none) of requests to `agency`."""

    agency: str = "message_centre"
    url: str = ""
    timeout_s: float = 5.0


class SignalSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Priority at traffic signals for crews that are sent, if `enabled`; the signals are records (kind "signal").

    Controllers are only asked at addresses in `networks` (CIDR ranges), and an answer is awaited `timeout_s` seconds.
    A signal is asked `ahead_s` seconds before a crew arrives; a request that is not renewed ends after `lease_s`; a
    crew of the same class displaces another from a junction only when it comes `sooner_s` earlier. For crews that are
    sent to an exercise's case real lights turn only where `exercises` says so.
    """

    enabled: bool = False
    networks: tuple[str, ...] = ()
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=10)] = 2.0
    ahead_s: Annotated[float, msgspec.Meta(ge=10, le=300)] = 60.0
    lease_s: Annotated[float, msgspec.Meta(ge=5, le=120)] = 15.0
    sooner_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 10.0
    exercises: bool = False


class ParkedCarSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The vehicle-contact authority's door at `url`, "" while the city has none; an answer is awaited `timeout_s`."""

    url: str = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=10)] = 3.0


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything read at boot; `services` is handed to each service's own Settings by `app`."""

    data: str = "data"
    city: CitySettings = CitySettings()
    web: WebSettings = WebSettings()
    video: VideoSettings = VideoSettings()
    cameras: CameraSettings = CameraSettings()
    onvif: OnvifSettings = OnvifSettings()
    scsns: ScsnsSettings = ScsnsSettings()
    log: LogSettings = LogSettings()
    store: StoreSettings = StoreSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    retention: RetentionSettings = RetentionSettings()
    notice: NoticeSettings = NoticeSettings()
    ngsi_ld: NgsiLdSettings = NgsiLdSettings()
    signals: SignalSettings = SignalSettings()
    parked_cars: ParkedCarSettings = ParkedCarSettings()
    partners: tuple[Partner, ...] = ()
    services: dict[str, dict[str, Any]] = {}

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)
