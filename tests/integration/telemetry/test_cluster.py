"""The city's own NATS as a cluster of three over TLS: a node is killed, and the readings go on."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import nats
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from nats.js.api import StreamConfig

from bongsu.core.errors import Unavailable
from bongsu.core.subject import READINGS
from bongsu.gateways.telemetry.queue import QueueDoor, door_of
from bongsu.settings import Settings
from bongsu.telemetry.nats.server import binary
from bongsu.telemetry.queue import open_queue
from fakes.running import free_port

pytestmark = pytest.mark.timeout(120)
NODES = 3


def write_certificate(folder) -> None:
    """A certificate of the city's own authority for 127.0.0.1, which is its own authority too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nats.city.local")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


class Cluster:
    """Three servers that are none of ours, over TLS, with an account for the platform."""

    def __init__(self, folder) -> None:
        write_certificate(folder)
        self._folder = folder
        self.ports = [free_port() for _ in range(NODES)]
        self._routes = [free_port() for _ in range(NODES)]
        self.processes = [self._start(number) for number in range(NODES)]

    def _start(self, number: int) -> subprocess.Popen:
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self._routes)
        config = self._folder / f"node{number}.conf"
        config.write_text(
            f'server_name: "node{number}"\nlisten: "127.0.0.1:{self.ports[number]}"\n'
            f'jetstream {{ store_dir: "{self._folder / f"js{number}"}" }}\n'
            f'tls {{ cert_file: "{self._folder / "cert.pem"}", key_file: "{self._folder / "key.pem"}" }}\n'
            f'authorization {{ users: [ {{ user: platform, password: "p-secret" }} ] }}\n'
            f'cluster {{ name: city, listen: "127.0.0.1:{self._routes[number]}", routes: [{routes}] }}\n',
            "utf-8",
        )
        return subprocess.Popen(
            [str(binary()), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def url(self, *numbers: int, password: str = "p-secret") -> str:
        return ",".join(f"tls://platform:{password}@127.0.0.1:{self.ports[number]}" for number in numbers)

    def kill(self, port: int) -> None:
        process = self.processes[self.ports.index(port)]
        process.send_signal(signal.SIGKILL)
        process.wait(20)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(20)

    async def replicate(self) -> None:
        """What the city's administrator does: the stream of readings in three copies, once the nodes found together."""
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(OSError, nats.errors.Error, nats.js.errors.Error):
                    await self._made()
                    return
                await asyncio.sleep(0.2)

    async def _made(self) -> None:
        admin = await nats.connect(self.url(0), allow_reconnect=False, max_reconnect_attempts=1)
        try:
            made = StreamConfig(name=READINGS, subjects=[f"{READINGS}.>"], num_replicas=NODES)
            await admin.jetstream().add_stream(made)
        finally:
            await admin.close()

    async def copies(self, number: int) -> int:
        admin = await nats.connect(self.url(number), allow_reconnect=False)
        try:
            return (await admin.jetstream().stream_info(READINGS)).config.num_replicas
        finally:
            await admin.close()


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    made = Cluster(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    yield made
    made.end()


def settings(folder, url: str) -> Settings:
    (folder / "data" / "telemetry").mkdir(parents=True, exist_ok=True)
    given = Settings()
    return replace(given, data=str(folder / "data"), telemetry=replace(given.telemetry, nats=url, queue_gb=0.1))


async def tell(door: QueueDoor, number: int) -> None:
    """Tell a reading until the queue has it, as whoever is answered 503 does."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(Unavailable):
                await door.publish("json", "gw-1", str(number).encode())
                return
            await asyncio.sleep(0.2)


async def hear(queue, most: int) -> set[int]:
    heard: set[int] = set()
    async with asyncio.timeout(75):
        while len(heard) < most:
            for message in await queue.stream.pull(1.0):
                heard.add(int(message.body))
                await queue.stream.acknowledge(message.sequence)
    return heard


@pytest.mark.parametrize("named", [(0, 1, 2), (0, 1)])
async def test_a_killed_node_of_the_citys_cluster_loses_no_reading(tmp_path, cluster, named):
    await cluster.replicate()
    url = cluster.url(*named)
    queue = await open_queue(settings(tmp_path, url))
    door = QueueDoor(door_of(url, tmp_path))
    try:
        assert await cluster.copies(2) == NODES  # ours to widen, not to thin
        for number in range(20):
            await tell(door, number)
        assert await hear(queue, 20) == set(range(20))
        for number in range(20, 40):
            await tell(door, number)
        cluster.kill(queue._connection.connected_url.port)
        for number in range(40, 60):
            await tell(door, number)
        assert await hear(queue, 40) == set(range(20, 60))
    finally:
        await door.close()
        await queue.close()


async def test_a_server_whose_authority_nobody_knows_or_a_wrong_secret_is_no_queue(tmp_path, cluster, monkeypatch):
    await cluster.replicate()
    with pytest.raises(Unavailable, match=r"telemetry\.nats") as caught:
        await open_queue(settings(tmp_path, cluster.url(0, password="wrong")))
    assert "wrong" not in str(caught.value)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unavailable, match=r"telemetry\.nats"):
        await open_queue(settings(tmp_path, cluster.url(0)))


async def test_a_node_that_is_down_when_we_come_is_passed_over(tmp_path, cluster):
    await cluster.replicate()
    cluster.kill(cluster.ports[0])
    url = cluster.url(0, 1)
    door = QueueDoor(door_of(url, tmp_path))
    queue = None
    try:
        async with asyncio.timeout(60):
            while queue is None:  # as the platform does, until the cluster has chosen anew
                with contextlib.suppress(Unavailable, nats.errors.Error, nats.js.errors.Error):
                    queue = await open_queue(settings(tmp_path, url))
        async with asyncio.timeout(20):
            await tell(door, 7)
        assert await hear(queue, 1) == {7}
    finally:
        await door.close()
        if queue is not None:
            await queue.close()
