"""The configuration of our NATS server, and where it keeps what."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

ACCOUNT = "CITY"
US = "bongsu"
MESSAGE_BYTES = 1024 * 1024
MORE_BYTES = 1024**3
"""For sessions and retained values of MQTT; a stream whose limits are changed is counted twice for a moment."""
LOG_BYTES = 16 * 1024 * 1024
BUFFERED = 100_000
"""So many messages wait for the disk before more are refused (and its own 128 MB); the server's own 10,000 are a second
of devices that tell one reading each."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where our server listens, and the secret it knows us by; written where only we may read it."""

    host: str
    port: int
    mqtt_port: int
    password: str

    @property
    def url(self) -> str:
        """Where NATS clients connect."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"nats://{host}:{self.port}"


def place(host: str, port: int, mqtt_port: int) -> Place:
    """A place with a secret of its own."""
    return Place(host=host, port=port, mqtt_port=mqtt_port, password=secrets.token_urlsafe(24))


def text(place: Place, folder: Path, issuer: str, queue_bytes: int) -> str:
    """The server's configuration: one account, whose users but us are judged by the process that signs as `issuer`."""
    return f"""server_name: bongsu
host: "{place.host}"
port: {place.port}
max_payload: {MESSAGE_BYTES}
max_connections: 1000000
write_deadline: "10s"
logfile_size_limit: {LOG_BYTES}
logfile_max_num: 3
jetstream {{
  store_dir: {_quoted(folder / "jetstream")}
  max_file_store: {2 * queue_bytes + MORE_BYTES}
  max_memory_store: 64MB
  max_buffered_msgs: {BUFFERED}
}}
mqtt {{ host: "{place.host}", port: {place.mqtt_port} }}
accounts {{ {ACCOUNT} {{ jetstream: enabled, users: [ {{ user: {US}, password: "{place.password}" }} ] }} }}
authorization {{
  timeout: 10
  auth_callout {{ issuer: {issuer}, auth_users: [ {US} ], account: {ACCOUNT} }}
}}
"""


def write(path: Path, content: str) -> None:
    """Write a file whole, 0600: it holds a secret."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as stream:
        stream.write(content)
    fresh.replace(path)


def _quoted(path: Path) -> str:
    return msgspec.json.encode(str(path)).decode()
