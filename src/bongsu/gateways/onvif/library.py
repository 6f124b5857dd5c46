"""The ONVIF library, imported without what it does to its surroundings.

It sets the root logger up when it is imported (and would write the process's log in another form), so a handler that
does nothing stands in its way meanwhile.
"""

from __future__ import annotations

import logging
from pathlib import Path

_quiet = logging.NullHandler()
logging.getLogger().addHandler(_quiet)
from onvif.client import ONVIFService  # noqa: E402 - see above
from onvif.definition import SERVICES  # noqa: E402
from onvif.util import is_auth_error  # noqa: E402
from onvif.zeep_aiohttp import AIOHTTPTransport  # noqa: E402

logging.getLogger().removeHandler(_quiet)
for name in ("onvif", "zeep"):
    logging.getLogger(name).setLevel(logging.CRITICAL)  # they quote whole messages, proofs included

import onvif as _onvif  # noqa: E402

WSDL = Path(_onvif.__file__).parent / "wsdl"
MEDIA2 = "media2"
OURS = {
    MEDIA2: {"ns": "http://www.onvif.org/ver20/media/wsdl", "wsdl": "media2.wsdl", "binding": "Media2Binding"},
}
"""Media 2 (Profile T) is not among the library's services: the two operations we need stand beside this file."""


def definition(service: str) -> tuple[str, str, str]:
    """A service's namespace, WSDL file and binding."""
    folder, table = (Path(__file__).parent, OURS) if service in OURS else (WSDL, SERVICES)
    entry = table[service]
    return entry["ns"], str(folder / entry["wsdl"]), entry["binding"]


__all__ = ["AIOHTTPTransport", "ONVIFService", "definition", "is_auth_error"]
