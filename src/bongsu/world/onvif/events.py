"""The event service of a simulated camera: pull points, and what Profiles T and M tell through them."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from xml.sax.saxutils import quoteattr

from bongsu.world.onvif.answers import Answer
from bongsu.world.onvif.camera import Event, OnvifCamera
from bongsu.world.onvif.ptz import seconds
from bongsu.world.onvif.soap import NAMESPACES, Fault, Request

MOTION = "VideoSource/MotionAlarm"
TAMPER = "VideoSource/GlobalSceneChange/ImagingService"
LINE = "RuleEngine/LineDetector/Crossed"
LASTS_S = 60.0
MOST_MESSAGES = 100


def create(camera: OnvifCamera, request: Request, base: str) -> str:
    """CreatePullPointSubscription."""
    number = camera.subscribe()
    return (
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"<wsa:Address>{base}/pull/{number}</wsa:Address></tev:SubscriptionReference>"
        f"{_times(camera, request.text('InitialTerminationTime'))}</tev:CreatePullPointSubscriptionResponse>"
    )


def pull(camera: OnvifCamera, request: Request, base: str) -> str:
    """PullMessages: what has happened since it was last asked; the server waits before it asks here."""
    waiting = subscription(camera, base)
    limit = max(1, min(MOST_MESSAGES, int(request.text("MessageLimit") or MOST_MESSAGES)))
    taken = [waiting.popleft() for _ in range(min(limit, len(waiting)))]
    times = _times(camera, "", prefix="tev")
    return f"<tev:PullMessagesResponse>{times}{''.join(map(_message, taken))}</tev:PullMessagesResponse>"


def renew(camera: OnvifCamera, request: Request, base: str) -> str:
    """Renew."""
    subscription(camera, base)
    end = camera.clock() + timedelta(seconds=LASTS_S)
    times = f"<wsnt:TerminationTime>{_iso(end)}</wsnt:TerminationTime><wsnt:CurrentTime>{_iso(camera.clock())}"
    return f"<wsnt:RenewResponse>{times}</wsnt:CurrentTime></wsnt:RenewResponse>"


def unsubscribe(camera: OnvifCamera, _: Request, base: str) -> str:
    """Unsubscribe."""
    subscription(camera, base)
    del camera.subscriptions[_number(base)]
    return "<wsnt:UnsubscribeResponse/>"


def subscription(camera: OnvifCamera, base: str) -> deque[Event]:
    """What waits at the pull point an address ends in; raises Fault when there is none."""
    number = _number(base)
    if number not in camera.subscriptions:
        raise Fault("Sender", "ter:InvalidArgVal", "No such subscription")
    return camera.subscriptions[number]


def wait_s(request: Request) -> float:
    """How long PullMessages asks to wait."""
    return min(seconds(request.text("Timeout") or "PT1S"), LASTS_S)


def _number(base: str) -> str:
    return base.rpartition("/")[2]


def _times(camera: OnvifCamera, lasts: str, prefix: str = "wsnt") -> str:
    now = camera.clock()
    end = now + timedelta(seconds=seconds(lasts) if lasts.startswith("PT") else LASTS_S)
    return (
        f"<{prefix}:CurrentTime>{_iso(now)}</{prefix}:CurrentTime>"
        f"<{prefix}:TerminationTime>{_iso(end)}</{prefix}:TerminationTime>"
    )


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _message(event: Event) -> str:
    return (
        '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">'
        f"tns1:{event.topic}</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="{_iso(event.at)}" PropertyOperation="Changed">'
        f"<tt:Source>{_items(event.source)}</tt:Source><tt:Data>{_items(event.data)}</tt:Data>"
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def _items(items: dict[str, str]) -> str:
    return "".join(f"<tt:SimpleItem Name={quoteattr(n)} Value={quoteattr(v)}/>" for n, v in items.items())


_EVENTS, _NOTIFY = NAMESPACES["tev"], NAMESPACES["wsnt"]
ANSWERS: dict[tuple[str, str], Answer] = {
    (_EVENTS, "CreatePullPointSubscription"): create,
    (_EVENTS, "PullMessages"): pull,
    (_NOTIFY, "Renew"): renew,
    (_NOTIFY, "Unsubscribe"): unsubscribe,
}
