"""The PTZ service of a simulated camera (ONVIF PTZ service specification)."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from bongsu.world.onvif.answers import Answer
from bongsu.world.onvif.camera import OnvifCamera
from bongsu.world.onvif.head import Pose
from bongsu.world.onvif.soap import NAMESPACES, Fault, Request

SPACES = "http://www.onvif.org/ver10/tptz"
DEFAULT_TIMEOUT_S = 10.0
STILL = Pose()
_DURATION = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$")


def seconds(text: str) -> float:
    """An xs:duration of hours, minutes and seconds; raises Fault for another."""
    found = _DURATION.match(text)
    if found is None:
        raise Fault("Sender", "ter:InvalidArgVal", "no duration")
    hours, minutes, rest = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest


def _pose(request: Request, default: Pose = STILL) -> Pose:
    turn, zoom = request.numbers("PanTilt"), request.numbers("Zoom")
    return Pose(turn.get("x", default.pan), turn.get("y", default.tilt), zoom.get("x", default.zoom))


def _range(name: str, least: float = -1, most: float = 1) -> str:
    return f"<tt:{name}><tt:Min>{least}</tt:Min><tt:Max>{most}</tt:Max></tt:{name}>"


def nodes(_: OnvifCamera, __: Request, ___: str) -> str:
    """GetNodes."""
    pan = f"<tt:URI>{SPACES}/PanTiltSpaces/PositionGenericSpace</tt:URI>{_range('XRange')}{_range('YRange')}"
    speed = f"<tt:URI>{SPACES}/PanTiltSpaces/VelocityGenericSpace</tt:URI>{_range('XRange')}{_range('YRange')}"
    zoom = f"<tt:URI>{SPACES}/ZoomSpaces/PositionGenericSpace</tt:URI>{_range('XRange', 0)}"
    return (
        '<tptz:GetNodesResponse><tptz:PTZNode token="node" FixedHomePosition="false"><tt:Name>node</tt:Name>'
        f"<tt:SupportedPTZSpaces><tt:AbsolutePanTiltPositionSpace>{pan}</tt:AbsolutePanTiltPositionSpace>"
        f"<tt:AbsoluteZoomPositionSpace>{zoom}</tt:AbsoluteZoomPositionSpace>"
        f"<tt:ContinuousPanTiltVelocitySpace>{speed}</tt:ContinuousPanTiltVelocitySpace></tt:SupportedPTZSpaces>"
        "<tt:MaximumNumberOfPresets>32</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported>"
        "</tptz:PTZNode></tptz:GetNodesResponse>"
    )


def configurations(_: OnvifCamera, __: Request, ___: str) -> str:
    """GetConfigurations."""
    return (
        '<tptz:GetConfigurationsResponse><tptz:PTZConfiguration token="ptz"><tt:Name>ptz</tt:Name>'
        "<tt:UseCount>2</tt:UseCount><tt:NodeToken>node</tt:NodeToken>"
        "<tt:DefaultPTZTimeout>PT10S</tt:DefaultPTZTimeout></tptz:PTZConfiguration></tptz:GetConfigurationsResponse>"
    )


def continuous(camera: OnvifCamera, request: Request, _: str) -> str:
    """ContinuousMove, for its timeout at most."""
    told = request.text("Timeout")
    camera.drive(_pose(request), seconds(told) if told else DEFAULT_TIMEOUT_S)
    return "<tptz:ContinuousMoveResponse/>"


def absolute(camera: OnvifCamera, request: Request, _: str) -> str:
    """AbsoluteMove; an axis that is not named stays."""
    camera.go(_pose(request, camera.pose()))
    return "<tptz:AbsoluteMoveResponse/>"


def relative(camera: OnvifCamera, request: Request, _: str) -> str:
    """RelativeMove."""
    camera.go(Pose(*(here + by for here, by in zip(camera.pose(), _pose(request), strict=True))))
    return "<tptz:RelativeMoveResponse/>"


def stop(camera: OnvifCamera, _: Request, __: str) -> str:
    """Stop, every axis."""
    camera.stop()
    return "<tptz:StopResponse/>"


def status(camera: OnvifCamera, _: Request, __: str) -> str:
    """GetStatus."""
    state = "MOVING" if camera.is_moving() else "IDLE"
    return (
        f"<tptz:GetStatusResponse><tptz:PTZStatus>{_position(camera.pose())}"
        f"<tt:MoveStatus><tt:PanTilt>{state}</tt:PanTilt><tt:Zoom>{state}</tt:Zoom></tt:MoveStatus>"
        f"<tt:UtcTime>{camera.clock():%Y-%m-%dT%H:%M:%SZ}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>"
    )


def presets(camera: OnvifCamera, _: Request, __: str) -> str:
    """GetPresets."""
    told = "".join(
        f"<tptz:Preset token={quoteattr(token)}><tt:Name>{escape(name)}</tt:Name>"
        f"{_position(pose).replace('tt:Position', 'tt:PTZPosition')}</tptz:Preset>"
        for token, (name, pose) in camera.presets.items()
    )
    return f"<tptz:GetPresetsResponse>{told}</tptz:GetPresetsResponse>"


def set_preset(camera: OnvifCamera, request: Request, _: str) -> str:
    """SetPreset."""
    token = camera.save_preset(request.text("PresetName"), request.text("PresetToken"))
    return f"<tptz:SetPresetResponse><tptz:PresetToken>{escape(token)}</tptz:PresetToken></tptz:SetPresetResponse>"


def goto_preset(camera: OnvifCamera, request: Request, _: str) -> str:
    """GotoPreset."""
    camera.go(camera.preset(request.text("PresetToken"))[1])
    return "<tptz:GotoPresetResponse/>"


def remove_preset(camera: OnvifCamera, request: Request, _: str) -> str:
    """RemovePreset."""
    token = request.text("PresetToken")
    camera.preset(token)
    del camera.presets[token]
    return "<tptz:RemovePresetResponse/>"


def _position(pose: Pose) -> str:
    return (
        f'<tt:Position><tt:PanTilt x="{pose.pan:.4f}" y="{pose.tilt:.4f}"/><tt:Zoom x="{pose.zoom:.4f}"/></tt:Position>'
    )


_NAMES: dict[str, Answer] = {
    "GetNodes": nodes,
    "GetConfigurations": configurations,
    "ContinuousMove": continuous,
    "AbsoluteMove": absolute,
    "RelativeMove": relative,
    "Stop": stop,
    "GetStatus": status,
    "GetPresets": presets,
    "SetPreset": set_preset,
    "GotoPreset": goto_preset,
    "RemovePreset": remove_preset,
}
ANSWERS: dict[tuple[str, str], Answer] = {(NAMESPACES["tptz"], name): answer for name, answer in _NAMES.items()}
