"""Read the settings file and the environment; unknown keys stop the start. The one place that reads the environment."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bongsu.core.errors import Invalid
from bongsu.core.login import Login, Logins
from bongsu.settings.tables import LEDGER_DAYS_AT_LEAST, RetentionSettings, Settings, VideoSettings

MIN_SECRET_CHARS = 24


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What is never in the file: for each partner the key it shows us and the key we show it; the message centre's;
    the key that signal controllers know; the key the vehicle-contact authority knows, and the one that plates on the
    ledger are hashed with."""

    theirs: dict[str, str]
    ours: dict[str, str]
    notice: str = ""
    signals: str = ""
    parked_cars: str = ""
    plates: str = ""


def load(path: Path) -> Settings:
    """Read the file; raise Invalid("settings.…") naming the key at fault."""
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
        settings = msgspec.convert(tree, Settings)
    except FileNotFoundError:
        raise Invalid("settings.missing", path=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise Invalid("settings.unreadable", path=str(path), detail=str(problem)) from problem
    except msgspec.ValidationError as problem:
        raise Invalid("settings.wrong", path=str(path), detail=str(problem)) from problem
    _check_retention(settings.retention)
    _check_networks(settings.signals.networks)
    base = path.parent
    _check_video(settings.video, settings.web.port)
    codes = str((base / settings.scsns.codes).resolve()) if settings.scsns.codes else ""
    logins = str((base / settings.cameras.logins).resolve()) if settings.cameras.logins else ""
    return msgspec.structs.replace(
        settings,
        data=str((base / settings.data).resolve()),
        scsns=msgspec.structs.replace(settings.scsns, codes=codes),
        cameras=msgspec.structs.replace(settings.cameras, logins=logins),
        video=msgspec.structs.replace(settings.video, tls=settings.video.tls.beside(base)),
    )


def _check_video(video: VideoSettings, web_port: int) -> None:
    if web_port in {process.port for process in video.every()}:
        raise Invalid("settings.video_twice", what="port", value=web_port)
    if video.control and (video.processes > 1 or video.nodes):
        raise Invalid("settings.video_far")


def _check_networks(networks: tuple[str, ...]) -> None:
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as problem:
            raise Invalid("settings.wrong", path="signals.networks", detail=str(problem)) from problem


def _check_retention(terms: RetentionSettings) -> None:
    least = {"ledger_days": LEDGER_DAYS_AT_LEAST, "outbox_days": 1, "sessions_days": 1, "reports_days": 1}
    for name, days in least.items():
        if getattr(terms, name) < days:
            raise Invalid("settings.retention", name=name, days=days)
    if terms.snapshots < 1:
        raise Invalid("settings.wrong", path="retention.snapshots", detail=">= 1")


def secrets_for(settings: Settings) -> Secrets:
    """Each partner's keys from BONGSU_PARTNER_<CODE>_KEY and _OUR_KEY; a missing or short one is Invalid."""
    theirs: dict[str, str] = {}
    ours: dict[str, str] = {}
    for partner in settings.partners:
        theirs[partner.code] = _secret(f"BONGSU_PARTNER_{partner.code}_KEY")
        if partner.url:
            ours[partner.code] = _secret(f"BONGSU_PARTNER_{partner.code}_OUR_KEY")
    notice = _secret("BONGSU_NOTICE_KEY") if settings.notice.url else ""
    signals = _secret("BONGSU_SIGNALS_KEY") if settings.signals.enabled else ""
    asks = bool(settings.parked_cars.url)
    parked_cars, plates = (_secret(name) if asks else "" for name in ("BONGSU_PARKED_CARS_KEY", "BONGSU_PLATES_KEY"))
    return Secrets(theirs=theirs, ours=ours, notice=notice, signals=signals, parked_cars=parked_cars, plates=plates)


def store_password() -> str:
    """The password of the database's account, "" where it needs none."""
    return os.environ.get("BONGSU_STORE_PASSWORD", "")  # noqa: TID251 - the one place that reads it


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `more` added: what a child process is started with."""
    return {**os.environ, **more}  # noqa: TID251 - the one place that reads it


def read_logins(path: str) -> Logins:
    """The cameras' logins from their own file, which only its owner may read; none for "".

    Raises Invalid("settings.logins") without a word of what stands in it.
    """
    if not path:
        return Logins({})
    try:
        if Path(path).stat().st_mode & 0o077:
            raise Invalid("settings.logins_open", path=path)
        return Logins(msgspec.convert(tomllib.loads(Path(path).read_text("utf-8")), dict[str, Login]))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError):
        raise Invalid("settings.logins", path=path) from None


def _secret(name: str) -> str:
    value = os.environ.get(name, "")  # noqa: TID251 - the one place that reads it
    if len(value) < MIN_SECRET_CHARS:
        raise Invalid("settings.secret", name=name, chars=MIN_SECRET_CHARS)
    return value
