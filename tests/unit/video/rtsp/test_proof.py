"""A login is proved as the standards' own examples have it, and never said in the clear where a camera knows better."""

from __future__ import annotations

import base64

import pytest

from bongsu.core.login import Login
from bongsu.video.rtsp import proof

MUFASA = Login("Mufasa", "Circle of Life")
WHERE = "/dir/index.html"
QOP = 'Digest realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"'
OURS = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def said(header: str, login: Login = MUFASA, method: str = "GET", uri: str = WHERE, ours: str = OURS) -> str:
    challenge = proof.choose([header])
    assert challenge is not None
    return proof.answer(challenge, login, method, uri, lambda: ours)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_digest_of_the_standards_own_example_is_right(algorithm: str, response: str) -> None:
    """RFC 7616 3.9.1."""
    told = said(f'{QOP}, algorithm={algorithm}, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"')
    assert f'response="{response}"' in told
    assert "nc=00000001" in told
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in told


def test_a_camera_that_knows_no_quality_of_protection_gets_the_older_digest() -> None:
    """RFC 2069 2.4, with its erratum's response."""
    header = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    told = said(header, Login("Mufasa", "CircleOfLife"))
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in told
    assert "cnonce" not in told


def test_a_digest_is_chosen_before_basic_and_the_stronger_hash_before_the_weaker() -> None:
    headers = ['Basic realm="x"', 'Digest realm="x", nonce="1"', 'Digest realm="x", nonce="2", algorithm=SHA-256']
    assert [getattr(proof.choose(headers[:count]), "algorithm", "") for count in (2, 3)] == ["md5", "sha-256"]
    unknown = proof.choose(['Digest realm="x", nonce="1", algorithm=SHA-512-256', "Negotiate"])
    assert unknown is None


def test_basic_is_answered_where_a_camera_knows_no_better() -> None:
    told = said('Basic realm="camera"', Login("kim", "비밀:1"))
    assert base64.b64decode(told.removeprefix("Basic ")).decode() == "kim:비밀:1"


def test_a_name_with_quotes_in_it_does_not_break_out_of_its_header() -> None:
    told = said('Digest realm="a\\"b", nonce="n"', Login('k"im, uri="x', "p"))
    assert 'username="k\\"im, uri=\\"x"' in told
    assert 'realm="a\\"b"' in told
