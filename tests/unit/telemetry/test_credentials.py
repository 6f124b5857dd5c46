"""Who may connect, kept as hashes in a file of our own, and what the server is answered about them."""

from __future__ import annotations

import base64
import binascii

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.core.subject import name_of, token_of
from bongsu.telemetry.nats.callout import answer
from bongsu.telemetry.nats.credentials import FILE, Credentials, Role
from bongsu.telemetry.nats.nkey import Signer, claims_of


def asked(signer, user, secret):
    nats = {
        "server_id": {"id": "N1"},
        "user_nkey": "U1",
        "connect_opts": {"user": user, "pass": secret, "protocol": 1},
        "type": "authorization_request",
    }
    return signer.sign({"nats": nats}, now_s=0).encode()


def proven(token, account):
    """The claims of a token whose signature its account's key proves."""
    raw = base64.b32decode(account + "=" * (-len(account) % 8))
    assert binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") == raw[-2:]
    head, body, signature = token.split(".")
    key = Ed25519PublicKey.from_public_bytes(raw[1:-2])
    key.verify(base64.urlsafe_b64decode(signature + "=="), f"{head}.{body}".encode())
    return claims_of(token)


def test_a_secret_lets_in_until_the_next_one_or_until_it_is_revoked(tmp_path):
    ours, others = Credentials(tmp_path), Credentials(tmp_path)
    first = ours.issue("D-1", Role.DEVICE)
    assert others.role_of("D-1", first) is Role.DEVICE
    second = ours.issue("D-1", Role.GATEWAY)
    assert others.role_of("D-1", first) is None
    assert others.role_of("D-1", second) is Role.GATEWAY
    ours.revoke("D-1")
    assert others.role_of("D-1", second) is None
    assert others.role_of("D-1", "") is None


def test_the_file_holds_no_secret_and_is_ours_alone(tmp_path):
    secret = Credentials(tmp_path).issue("D-1", Role.DEVICE)
    path = tmp_path / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret not in path.read_text()


def test_a_line_half_written_is_read_when_it_is_whole(tmp_path):
    made = Credentials(tmp_path)
    secret = made.issue("D-1", Role.DEVICE)
    path = tmp_path / FILE
    text = path.read_bytes()
    path.write_bytes(text[:-9])
    reader = Credentials(tmp_path)
    assert reader.role_of("D-1", secret) is None
    path.write_bytes(text)
    assert reader.role_of("D-1", secret) is Role.DEVICE


@pytest.mark.parametrize("name", ["", "a b", "a*", ">", "a/b", "$SYS", "x" * 65, "a\nb"])
def test_a_name_no_subject_can_hold_gets_no_secret(tmp_path, name):
    with pytest.raises(Invalid):
        Credentials(tmp_path).issue(name, Role.DEVICE)


def test_a_device_may_publish_under_its_own_name_alone():
    signer = Signer()
    told = answer(asked(signer, "D.1", "s"), signer, "CITY", lambda _name, _secret: Role.DEVICE, now_s=5)
    claims = proven(told.decode(), signer.account)
    assert (claims["aud"], claims["sub"], claims["iss"]) == ("N1", "U1", signer.account)
    user = proven(claims["nats"]["jwt"], signer.account)
    assert (user["aud"], user["sub"]) == ("CITY", "U1")
    assert user["nats"]["pub"] == {"allow": ["readings.*.D//1"]}
    assert user["nats"]["sub"] == {"allow": ["_INBOX.D//1.>"]}


def test_who_is_refused_is_told_so_signed_and_another_key_proves_nothing():
    signer = Signer()
    told = answer(asked(signer, "D-1", "wrong"), signer, "CITY", lambda _name, _secret: None).decode()
    assert proven(told, signer.account)["nats"] == {
        "type": "authorization_response",
        "version": 2,
        "error": "credentials",
    }
    with pytest.raises(InvalidSignature):
        proven(told, Signer().account)


@given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_request_is_an_exception(body):
    signer = Signer()
    assert answer(body, signer, "CITY", lambda _name, _secret: Role.DEVICE) == b""
    wrapped = base64.urlsafe_b64encode(msgspec.json.encode({"nats": body.hex()})).rstrip(b"=")
    assert answer(b"a." + wrapped + b".c", signer, "CITY", lambda _name, _secret: Role.DEVICE) == b""


def test_a_name_comes_back_from_its_token():
    assert name_of(token_of("urn.ngsi.D-1")) == "urn.ngsi.D-1"


def test_a_reader_may_read_latest_values_and_say_nothing():
    signer = Signer()
    told = answer(asked(signer, "wall", "s"), signer, "CITY", lambda _name, _secret: Role.READER, now_s=5)
    user = proven(proven(told.decode(), signer.account)["nats"]["jwt"], signer.account)
    assert user["nats"]["pub"] == {"deny": [">"]}
    assert user["nats"]["sub"] == {"allow": ["_INBOX.wall.>", "latest", "latest.>"]}
