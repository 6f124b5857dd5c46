"""What a camera was put up for, out of the register's own words (설치목적구분): several for 다목적, none if unclear."""

from __future__ import annotations

import re
from functools import lru_cache

from bongsu.core.asset import Purpose

MANY = (Purpose.CRIME, Purpose.CHILD, Purpose.PARKING, Purpose.DISASTER, Purpose.WASTE)
"""다목적: what multi-purpose poles of the integrated centres are for (생활방범·어린이·주정차·재난·쓰레기)."""

WORDS = (
    (Purpose.CRIME, r"방범|범죄|치안|경찰"),
    (Purpose.CHILD, r"어린이|아동|스쿨존|학교|초등|유치원|놀이터"),
    (Purpose.PARKING, r"주정차|주·정차|주차"),
    (Purpose.TRAFFIC, r"교통|차량|도로방범|신호|교차로|과속|차번|정류장|버스"),
    (Purpose.DISASTER, r"재난|재해|화재|산불|하천|수위|침수|홍수|기상"),
    (Purpose.FACILITY, r"시설|공원|산단|산업단지|문화재|청사"),
    (Purpose.WASTE, r"쓰레기|투기|폐기물"),
    (Purpose.SAFE_VILLAGE, r"안심"),
)
"""A cell may name several. 차량방범 and 도로방범 read plates on the road to catch offenders: traffic and crime."""

ANY = re.compile(r"다\s*목적|다용도|통합")
OTHER = re.compile(r"기타")


@lru_cache(1024)
def purposes_of(text: str) -> tuple[Purpose, ...]:
    """The purposes a cell names, in the order of the vocabulary; () when it is empty or not understood."""
    if ANY.search(text):
        return MANY
    found = tuple(purpose for purpose, words in WORDS if re.search(words, text))
    return found or ((Purpose.OTHER,) if OTHER.search(text) else ())
