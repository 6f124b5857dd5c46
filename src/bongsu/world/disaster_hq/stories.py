"""The disaster situation room: plausible flashes. Invented; the codes are the city's own choice."""

from __future__ import annotations

from bongsu.world.feed import To
from bongsu.world.partner.story import Room, Story

STORIES = (
    Story(
        code="NDMUC301",
        kind="flood",
        name="침수",
        call="하천 수위 상승으로 둔치와 접한 도로 침수 시작",
        update="지하차도 진입 통제, 인근 주민 대피 안내",
        end="배수 완료, 통제 해제",
    ),
    Story(
        code="NDMUC302",
        kind="landslide",
        name="산사태",
        call="야산 사면 토사가 도로로 유출, 추가 붕괴 우려",
        update="토사 유출 범위 확대, 양방향 통제",
        end="사면 안정 조치, 상황 종료",
    ),
    Story(
        code="NDMUC303",
        kind="building_collapse",
        name="건물 붕괴",
        call="철거 중인 건물 외벽이 인도 쪽으로 무너짐",
        update="매몰자 유무 확인 중, 주변 통제",
        end="인명피해 없음 확인, 상황 종료",
    ),
    Story(
        code="NDMUC304",
        kind="wildfire",
        name="산불",
        call="야산에서 연기 발견, 바람을 타고 번지는 중",
        update="민가 방향으로 진행, 주민 대피 명령",
        end="주불 진화, 잔불 정리",
    ),
    Story(
        code="NDMUC305",
        kind="gas_leak",
        name="가스 누출",
        call="굴착 공사 중 도시가스 배관 손상, 냄새 신고 다수",
        update="차단 밸브 잠금, 반경 내 대피",
        end="복구 완료, 대피 해제",
    ),
)

NEAR_MISSES = (
    Story(
        code="NDMUC309",
        kind="weather_notice",
        name="기상 안내",
        call="내일 새벽 안개 예상, 출근길 서행 안내",
        update="안개 시간대 변경",
        end="안내 종료",
    ),
)

ROOM = Room(
    code="DISASTERHQ",
    agency="disaster_hq",
    to=To.HQ,
    system="NDMS",
    name="재난안전상황실",
    stories=STORIES,
    near_misses=NEAR_MISSES,
)
