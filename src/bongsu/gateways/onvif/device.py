"""One camera over ONVIF: its clock, its streams, its head and its pull point, through one pinned line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bongsu.core.clock import Now
from bongsu.core.errors import Unavailable
from bongsu.core.login import Login
from bongsu.gateways.onvif import read
from bongsu.gateways.onvif.library import MEDIA2, ONVIFService, definition
from bongsu.gateways.onvif.line import Line, Origin, Resolve, named, pin, resolve
from bongsu.wires.onvif.records import Notified, Preset, StreamProfile

DEVICE, MEDIA, PTZ, EVENTS = "devicemgmt", "media", "ptz", "events"
PULL_MOST = 100
KEPT_FOR = timedelta(seconds=60)


class Device:
    """A camera that has answered. `offset_s` is its clock minus ours, to the second; `close` it afterwards."""

    def __init__(self, origin: Origin, path: str, login: Login, timeout_s: float, now: Now) -> None:
        self.offset_s = 0.0
        self._origin = origin
        self._login = login
        self._timeout_s = timeout_s
        self._now = now
        self._services: dict[tuple[str, str], Any] = {}
        self._xaddrs: dict[str, str] = {definition(DEVICE)[0]: path}
        self._profile = ""

    async def ask(self, service: str, operation: str, *, at: str = "", wait_s: float = 0.0, **words: Any) -> Any:
        """Ask an operation of a service, at its own address or another the camera gave. Raises as `named`."""
        client = await self._client(service, at, wait_s)
        return await named(_ask(client, operation, words))

    def offers(self, service: str) -> bool:
        """Whether the camera named this service."""
        return definition(service)[0] in self._xaddrs

    async def greet(self) -> None:
        """Learn the camera's clock, then what it offers. Raises as `named`."""
        told = await self.ask(DEVICE, "authless_GetSystemDateAndTime")
        self.offset_s = await named(_offset_s(told, self._now))
        await self.close()  # what was opened so far proves itself by our clock, not by the camera's
        found = await self.ask(DEVICE, "GetServices", IncludeCapability=False)
        self._xaddrs |= {str(one.Namespace): self._origin.at(str(one.XAddr)) for one in found or ()}

    async def streams(self) -> tuple[StreamProfile, ...]:
        """Every stream the camera offers: by Profile T where it speaks it, else by Profile S. Raises as `named`."""
        if self.offers(MEDIA2):
            profiles = read.profiles_2(await self.ask(MEDIA2, "GetProfiles", Type=["VideoEncoder"]))
        else:
            profiles = read.profiles(await self.ask(MEDIA, "GetProfiles"))
        return tuple([read.with_uri(one, await self._uri(one.token)) for one in profiles])

    async def prepare(self) -> None:
        """Have everything ready for the first movement. Raises as `named`."""
        await self._token()
        await self._client(PTZ, "", 0.0)

    async def move(self, pan: float, tilt: float, zoom: float, *, timeout_s: float) -> None:
        """Turn at so much of full speed (−1…1) for at most `timeout_s`, after which the camera stops by itself."""
        velocity = {"PanTilt": {"x": pan, "y": tilt}, "Zoom": {"x": zoom}}
        timeout = timedelta(seconds=timeout_s)
        await self.ask(PTZ, "ContinuousMove", ProfileToken=await self._token(), Velocity=velocity, Timeout=timeout)

    async def stop(self) -> None:
        """Stand still."""
        await self.ask(PTZ, "Stop", ProfileToken=await self._token(), PanTilt=True, Zoom=True)

    async def presets(self) -> tuple[Preset, ...]:
        """The places it can be told to look at."""
        return read.presets(await self.ask(PTZ, "GetPresets", ProfileToken=await self._token()))

    async def go(self, preset: str) -> None:
        """Look at a preset."""
        await self.ask(PTZ, "GotoPreset", ProfileToken=await self._token(), PresetToken=preset)

    async def save(self, name: str) -> str:
        """Keep where it looks now as a new preset; its token."""
        return str(await self.ask(PTZ, "SetPreset", ProfileToken=await self._token(), PresetName=name))

    async def subscribe(self) -> str:
        """Open a pull point; its address on our origin."""
        told = await self.ask(EVENTS, "CreatePullPointSubscription", InitialTerminationTime="PT60S")
        return self._origin.at(read.reference(told))

    async def pull(self, point: str, *, wait_s: float) -> tuple[Notified, ...]:
        """What has happened since, waiting for it at the camera for `wait_s`."""
        words = {"Timeout": timedelta(seconds=wait_s), "MessageLimit": PULL_MOST}
        told = await self.ask("pullpoint", "PullMessages", at=point, wait_s=wait_s, **words)
        # PullMessages keeps the pull point alive by itself where the camera follows the specification (9.1).
        return read.notifications(told)

    async def close(self) -> None:
        """Let go of every connection."""
        for service in self._services.values():
            await service.close()
        self._services.clear()

    async def _uri(self, token: str) -> str:
        if self.offers(MEDIA2):
            return str(await self.ask(MEDIA2, "GetStreamUri", Protocol="RTSP", ProfileToken=token))
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        return str((await self.ask(MEDIA, "GetStreamUri", StreamSetup=setup, ProfileToken=token)).Uri)

    async def _token(self) -> str:
        """The media profile its head is steered through: the first there is."""
        if not self._profile:
            if not self.offers(PTZ):
                raise Unavailable("camera.onvif.no_head")
            found = read.profiles(await self.ask(MEDIA, "GetProfiles"))
            if not found:
                raise Unavailable("camera.onvif.no_head")
            self._profile = found[0].token
        return self._profile

    async def _client(self, service: str, at: str, wait_s: float) -> Any:
        known = self._services.get((service, at))
        if known is not None:
            return known
        namespace, wsdl, binding = definition(service)
        address = self._origin.at(at or self._xaddrs.get(namespace, "/onvif/device_service"))
        login = (self._login.user, self._login.password)
        client = ONVIFService(
            address,
            *(word or None for word in login),
            wsdl,
            no_cache=True,
            dt_diff=timedelta(seconds=self.offset_s),
            binding_name=f"{{{namespace}}}{binding}",
        )
        client.transport = Line(client.transport.session, self._origin, self._timeout_s + wait_s, login)
        await client.setup()
        self._services[(service, at)] = client
        return client


async def open_device(
    url: str, login: Login, networks: Sequence[str], *, timeout_s: float, now: Now, resolve: Resolve = resolve
) -> Device:
    """The camera whose device service stands at a URL, greeted.

    Raises Refused("camera.forbidden") outside `networks` (CIDR), Unavailable("camera.onvif.…").
    """
    origin = await pin(url, networks, resolve)
    device = Device(origin, origin.at(url), login, timeout_s, now)
    greeted = False
    try:
        await device.greet()
        greeted = True
        return device
    finally:
        if not greeted:
            await device.close()


async def _ask(client: Any, operation: str, words: dict[str, Any]) -> Any:
    return await getattr(client, operation)(words)


async def _offset_s(told: Any, now: Now) -> float:
    utc = told.UTCDateTime
    date, time = utc.Date, utc.Time
    theirs = datetime(date.Year, date.Month, date.Day, time.Hour, time.Minute, min(int(time.Second), 59), tzinfo=UTC)
    return round((theirs - now()).total_seconds(), 3)
