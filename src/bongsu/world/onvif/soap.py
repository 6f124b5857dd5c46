"""The words of SOAP 1.2 as cameras speak it: a request read and its sender proved, an answer or a fault written."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple
from xml.sax.saxutils import escape

from lxml import etree

ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

NAMESPACES = {
    "s": ENVELOPE,
    "wsa": "http://www.w3.org/2005/08/addressing",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "tev": "http://www.onvif.org/ver10/events/wsdl",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "tns1": "http://www.onvif.org/ver10/topics",
    "ter": "http://www.onvif.org/ver10/error",
    "tt": "http://www.onvif.org/ver10/schema",
}
_HEAD = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class Malformed(Exception):
    """What came is not a SOAP request."""


class Fault(Exception):
    """The camera's refusal: a SOAP code ("Sender", "Receiver"), an ONVIF subcode ("ter:…") and words."""

    def __init__(self, code: str, subcode: str, reason: str) -> None:
        super().__init__(subcode, reason)
        self.code, self.subcode, self.reason = code, subcode, reason


class Proof(NamedTuple):
    """WS-UsernameToken (OASIS 1.0): who asks, and the digest that proves it."""

    user: str
    digest: str
    nonce: bytes
    created: str

    def is_by(self, password: str) -> bool:
        """Whether the digest was made with this password."""
        made = hashlib.sha1(self.nonce + self.created.encode() + password.encode(), usedforsecurity=False)
        return base64.b64encode(made.digest()).decode() == self.digest


class Request(NamedTuple):
    """One request: its operation, its body's element, and its sender's proof, if it gave one."""

    operation: str
    namespace: str
    body: etree._Element
    proof: Proof | None

    def text(self, name: str, default: str = "") -> str:
        """The text of the first element of a name, wherever it stands."""
        found = self.body.find(f".//{{*}}{name}")
        return default if found is None else (found.text or "").strip()

    def numbers(self, name: str) -> dict[str, float]:
        """The number attributes of the first element of a name: {"x": …, "y": …}; {} when it is not there."""
        found = self.body.find(f".//{{*}}{name}")
        pairs = [] if found is None else [(key, found.get(key)) for key in ("x", "y")]
        try:
            return {key: float(value) for key, value in pairs if value is not None}
        except ValueError:
            raise Fault("Sender", "ter:InvalidArgVal", f"{name} is no number") from None


def read(raw: bytes) -> Request:
    """The request in an HTTP body; raises Malformed."""
    try:
        tree = etree.fromstring(raw, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        raise Malformed from None
    body = tree.find(f"{{{ENVELOPE}}}Body")
    if body is None or len(body) == 0:
        raise Malformed
    name = etree.QName(body[0])
    return Request(name.localname, name.namespace or "", body[0], _proof(tree))


def _proof(tree: etree._Element) -> Proof | None:
    token = tree.find(f".//{{{SECURITY}}}UsernameToken")
    if token is None:
        return None

    def text(space: str, name: str) -> str:
        found = token.find(f"{{{space}}}{name}")
        return "" if found is None else found.text or ""

    try:
        nonce = base64.b64decode(text(SECURITY, "Nonce"))
    except binascii.Error:
        nonce = b""
    return Proof(text(SECURITY, "Username"), text(SECURITY, "Password"), nonce, text(UTILITY, "Created"))


def envelope(inner: str, header: str = "") -> bytes:
    """An answer around the body's text (already XML)."""
    head = f"<s:Header>{header}</s:Header>" if header else ""
    text = f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope {_HEAD}>{head}<s:Body>{inner}</s:Body></s:Envelope>'
    return text.encode()


def fault(problem: Fault) -> bytes:
    """A refusal as SOAP says it (ONVIF core specification, 5.8.2.2)."""
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:{problem.code}</s:Value>"
        f"<s:Subcode><s:Value>{problem.subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{escape(problem.reason)}</s:Text></s:Reason></s:Fault>'
    )
