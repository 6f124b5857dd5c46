"""An RTSP camera by GStreamer's server, run by the system's Python; prints its URL and serves until killed.

`gst_camera.py [udp] [login] [tls PEM]`: RTP over UDP alone; a digest login ("viewer", "secret"); all of it over
TLS with the certificate and key of a file.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - versions must be named before the import

PIPELINE = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 bitrate=800"
    " ! video/x-h264,profile=baseline ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(PIPELINE)
factory.set_shared(True)
if "udp" in sys.argv:
    factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
if "login" in sys.argv:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest("viewer", "secret", token)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.from_string("viewer,media.factory.access=(boolean)true,media.factory.construct=(boolean)true")[0]
    )
if "tls" in sys.argv:
    auth = GstRtspServer.RTSPAuth()
    auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(sys.argv[sys.argv.index("tls") + 1]))
    server.set_auth(auth)
    # Without a login everybody is the default: a role that may watch.
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "anybody")
    auth.set_default_token(token)
    factory.add_role_from_structure(
        Gst.Structure.from_string("anybody,media.factory.access=(boolean)true,media.factory.construct=(boolean)true")[0]
    )
server.get_mount_points().add_factory("/cam", factory)
server.attach(None)
scheme = "rtsps" if "tls" in sys.argv else "rtsp"
sys.stdout.write(f"{scheme}://127.0.0.1:{server.get_bound_port()}/cam\n")
sys.stdout.flush()
GLib.MainLoop().run()
