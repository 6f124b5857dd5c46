"""What boot settings say of the NGSI-LD door: the table [ngsi_ld]."""

from __future__ import annotations

import msgspec


class NgsiLdSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the NGSI-LD door allows. All of it is shut to partners without `may_share`.

    `contexts` names the file of each user @context that may be used, by its URL (relative to the data folder; nothing
    is ever fetched). `networks` are the CIDR ranges inside which notifications may be sent although they are private.
    `public_kinds` are the kinds of incidents that are shown; each place is rounded to `place_deg`.
    A notification is tried `attempts` times, each at most `timeout_s` seconds.
    """

    contexts: dict[str, str] = {}
    networks: tuple[str, ...] = ()
    public_kinds: tuple[str, ...] = ()
    place_deg: float = 0.001
    entities_at_most: int = 200_000
    subscriptions_at_most: int = 20_000
    attempts: int = 5
    timeout_s: float = 5.0
