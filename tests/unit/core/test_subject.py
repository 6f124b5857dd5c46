"""What a NATS URL names."""

from __future__ import annotations

import pytest

from bongsu.core.subject import servers_of


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nats://a:4222", (["nats://a:4222"], "", "")),
        ("a:4222", (["a:4222"], "", "")),
        ("nats://token@a:4222", (["nats://token@a:4222"], "", "")),
        ("tls://u:p@a:1, tls://u:p@b:2", (["tls://a:1", "tls://b:2"], "u", "p")),
        ("nats://u:p,q@x@a:1,nats://b:2", (["nats://a:1", "nats://b:2"], "u", "p,q@x")),
        ("u:p@a:1", (["a:1"], "u", "p")),
    ],
)
def test_the_servers_of_a_cluster_and_whom_we_are_there(url, told):
    assert servers_of(url) == told
