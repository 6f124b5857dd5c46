"""Notices to people go out here: to the city's message centre (문자·알림톡 발송 시스템), which knows who they are."""

from bongsu.gateways.notice.client import Client
from bongsu.gateways.notice.letter import letter_of

__all__ = ["Client", "letter_of"]
