"""What a simulated camera answers to each ONVIF operation: device, media (Profile S), media 2 (Profile T)."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from bongsu.world.onvif.camera import OnvifCamera
from bongsu.world.onvif.soap import NAMESPACES, Fault, Request

Answer = Callable[[OnvifCamera, Request, str], str]
"""The body's text; the last argument is the address the services stand at ("http://host:port/camera/onvif")."""

SERVICES = {"tds": "device", "trt": "media", "tr2": "media2", "tptz": "ptz", "tev": "events"}
_PULLS = (
    "<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>"
    "<tt:WSPullPointSupport>true</tt:WSPullPointSupport>"
    "<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>"
)
_STREAMS = "<tt:StreamingCapabilities><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>"
MAIN = "main"
PROFILES = {MAIN: (640, 360), "sub": (320, 180)}


def system_time(camera: OnvifCamera, _: Request, __: str) -> str:
    """GetSystemDateAndTime: the only question answered to strangers."""
    now = camera.clock()
    stamp = (
        f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
        f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
        f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
    )
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone>"
        f"<tt:UTCDateTime>{stamp}</tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def services(_: OnvifCamera, __: Request, base: str) -> str:
    """GetServices."""
    version = "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version>"
    told = "".join(
        f"<tds:Service><tds:Namespace>{NAMESPACES[prefix]}</tds:Namespace>"
        f"<tds:XAddr>{base}/{path}</tds:XAddr>{version}</tds:Service>"
        for prefix, path in SERVICES.items()
    )
    return f"<tds:GetServicesResponse>{told}</tds:GetServicesResponse>"


def capabilities(_: OnvifCamera, __: Request, base: str) -> str:
    """GetCapabilities, of older clients."""
    told = "".join(
        f"<tt:{name}><tt:XAddr>{base}/{path}</tt:XAddr>{more}</tt:{name}>"
        for name, path, more in (
            ("Device", "device", ""),
            ("Events", "events", _PULLS),
            ("Media", "media", _STREAMS),
            ("PTZ", "ptz", ""),
        )
    )
    return f"<tds:GetCapabilitiesResponse><tds:Capabilities>{told}</tds:Capabilities></tds:GetCapabilitiesResponse>"


def information(camera: OnvifCamera, _: Request, __: str) -> str:
    """GetDeviceInformation."""
    return (
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>bongsu world</tds:Manufacturer>"
        "<tds:Model>Simulated PTZ</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{escape(camera.name)}</tds:SerialNumber><tds:HardwareId>none</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    )


def profiles(_: OnvifCamera, __: Request, ___: str) -> str:
    """GetProfiles of Profile S."""
    told = "".join(
        f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name>'
        f'<tt:VideoEncoderConfiguration token="e-{token}"><tt:Name>{token}</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{wide}</tt:Width><tt:Height>{high}</tt:Height>"
        "</tt:Resolution><tt:Quality>4</tt:Quality><tt:SessionTimeout>PT60S</tt:SessionTimeout>"
        "</tt:VideoEncoderConfiguration>"
        '<tt:PTZConfiguration token="ptz"><tt:Name>ptz</tt:Name><tt:UseCount>2</tt:UseCount>'
        "<tt:NodeToken>node</tt:NodeToken></tt:PTZConfiguration></trt:Profiles>"
        for token, (wide, high) in PROFILES.items()
    )
    return f"<trt:GetProfilesResponse>{told}</trt:GetProfilesResponse>"


def profiles_2(_: OnvifCamera, __: Request, ___: str) -> str:
    """GetProfiles of Profile T."""
    told = "".join(
        f'<tr2:Profiles token="{token}" fixed="true"><tr2:Name>{token}</tr2:Name><tr2:Configurations>'
        f'<tr2:VideoEncoder token="e-{token}"><tt:Name>{token}</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{wide}</tt:Width><tt:Height>{high}</tt:Height>"
        "</tt:Resolution><tt:Quality>4</tt:Quality></tr2:VideoEncoder>"
        '<tr2:PTZ token="ptz"><tt:Name>ptz</tt:Name><tt:UseCount>2</tt:UseCount><tt:NodeToken>node</tt:NodeToken>'
        "</tr2:PTZ></tr2:Configurations></tr2:Profiles>"
        for token, (wide, high) in PROFILES.items()
    )
    return f"<tr2:GetProfilesResponse>{told}</tr2:GetProfilesResponse>"


def stream_uri(camera: OnvifCamera, request: Request, _: str) -> str:
    """GetStreamUri of Profile S."""
    return (
        f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{_stream(camera, request)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>"
    )


def stream_uri_2(camera: OnvifCamera, request: Request, _: str) -> str:
    """GetStreamUri of Profile T."""
    return f"<tr2:GetStreamUriResponse><tr2:Uri>{_stream(camera, request)}</tr2:Uri></tr2:GetStreamUriResponse>"


def _stream(camera: OnvifCamera, request: Request) -> str:
    token = request.text("ProfileToken")
    if token not in PROFILES:
        raise Fault("Sender", "ter:NoProfile", "No such profile")
    return escape(camera.rtsp_url if token == MAIN else f"{camera.rtsp_url}/{token}")


_DEVICE, _MEDIA, _MEDIA2 = (NAMESPACES[prefix] for prefix in ("tds", "trt", "tr2"))

ANSWERS: dict[tuple[str, str], Answer] = {
    (_DEVICE, "GetSystemDateAndTime"): system_time,
    (_DEVICE, "GetServices"): services,
    (_DEVICE, "GetCapabilities"): capabilities,
    (_DEVICE, "GetDeviceInformation"): information,
    (_MEDIA, "GetProfiles"): profiles,
    (_MEDIA, "GetStreamUri"): stream_uri,
    (_MEDIA2, "GetProfiles"): profiles_2,
    (_MEDIA2, "GetStreamUri"): stream_uri_2,
}
