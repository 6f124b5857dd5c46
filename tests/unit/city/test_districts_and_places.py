"""The city knows which district a place lies in, what stands near it, and which cameras an agency may see."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.city import City
from bongsu.core.asset import Bell, Boundary, Camera, Facility, FacilityKind, Ground, Purpose
from bongsu.core.grant import Basis
from bongsu.core.revision import PurposeTerms
from bongsu.settings import CameraSettings
from fakes.city import a_camera, at

POLICE = {"*": ("urgent_life",), "police112": ("urgent_life", "criminal_investigation")}
LIFE_ONLY = {"*": ("urgent_life",)}
TERMS = {
    Purpose.CRIME: PurposeTerms(retention_days=30, agencies=POLICE),
    Purpose.PARKING: PurposeTerms(retention_days=30, agencies=LIFE_ONLY),
    Purpose.OTHER: PurposeTerms(retention_days=30, agencies={}),
}


def a_square(name: str, west: float, south: float, side: float, level: str = "municipality") -> Boundary:
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    ring = tuple((at(x, y).lon, at(x, y).lat) for x, y in corners)
    return Boundary(code=name, name=name, level=level, polygons=((ring,),))


def a_city_with(*cameras: Camera, **layers: object) -> City:
    return City(cameras, Ground(), CameraSettings(), **layers)  # type: ignore[arg-type]  # any layer


DISTRICTS = [
    a_square("나래도", -50_000, -50_000, 100_000, "province"),
    a_square("다온구", -1000, -1000, 2000),
    a_square("가람동", -1000, -1000, 1000, "submunicipality"),
]


def test_a_place_lies_in_its_municipality_before_any_other_level() -> None:
    city = a_city_with(a_camera("C1"), boundaries=DISTRICTS)
    names = [found.name if (found := city.district_of(at(x, y))) else "" for x, y in ((-500, -500), (5000, 0))]
    assert names == ["다온구", "나래도"]
    assert city.district_of(at(90_000, 0)) is None
    assert a_city_with(a_camera("C1")).district_of(at(0, 0)) is None


@given(st.floats(-990, 990), st.floats(-990, 990))
def test_every_place_within_a_district_is_in_it(x: float, y: float) -> None:
    found = a_city_with(boundaries=DISTRICTS).district_of(at(x, y))
    assert found is not None
    assert found.name == "다온구"


def test_an_empty_district_is_filled_from_the_map_and_a_given_one_stays() -> None:
    lamp = Facility(id="L1", kind=FacilityKind.LAMP, name="가로등", where=at(10, 0))
    city = a_city_with(
        a_camera("C1"),
        a_camera("C2", district="너울구"),
        a_camera("C3", 90_000),
        bells=[Bell(id="B1", name="벨", where=at(5, 0))],
        facilities=[lamp],
        boundaries=DISTRICTS,
    )
    assert [city.cameras[name].district for name in ("C1", "C2", "C3")] == ["다온구", "너울구", ""]
    ((bell, _),) = city.bells_near(at(0, 0), within_m=100, at_most=5)
    ((placed, apart),) = city.places_near(at(0, 0), FacilityKind.LAMP, within_m=100, at_most=5)
    assert (bell.district, placed.district, round(apart)) == ("다온구", "다온구", 10)
    assert city.places_near(at(0, 0), FacilityKind.SCHOOL, within_m=100, at_most=5) == ()


def seen_by(city: City, agency: str, basis: Basis = Basis.URGENT_LIFE) -> list[str]:
    return [view.camera for view in city.who_sees(at(10, 10), within_m=500, at_most=9, agency=agency, basis=basis)]


def a_mixed_city() -> City:
    city = a_city_with(
        a_camera("crime", purposes=(Purpose.CRIME,)),
        a_camera("parking", purposes=(Purpose.PARKING,)),
        a_camera("many", purposes=(Purpose.PARKING, Purpose.CRIME)),
        a_camera("unknown"),
        a_camera("untold", purposes=(Purpose.WASTE,)),
    )
    city.set_purposes(TERMS)
    return city


@pytest.mark.parametrize("agency, basis, cameras", [
    ("police112", Basis.CRIMINAL_INVESTIGATION, {"crime", "many", "untold"}),
    ("fire119", Basis.CRIMINAL_INVESTIGATION, {"untold"}),
    ("fire119", Basis.URGENT_LIFE, {"crime", "many", "parking", "untold"}),
    ("", Basis.URGENT_LIFE, {"crime", "many", "parking", "untold", "unknown"}),
])  # fmt: skip
def test_an_agency_sees_cameras_of_which_some_purpose_lets_it(agency: str, basis: Basis, cameras: set[str]) -> None:
    """A camera of no known purpose counts as other; a purpose without terms is open."""
    assert set(seen_by(a_mixed_city(), agency, basis)) == cameras


def test_new_terms_hold_from_the_next_question_on() -> None:
    city = a_mixed_city()
    assert "unknown" not in seen_by(city, "fire119")
    city.set_purposes(TERMS | {Purpose.OTHER: PurposeTerms(retention_days=30, agencies=LIFE_ONLY)})
    assert "unknown" in seen_by(city, "fire119")


def test_a_forbidden_camera_gives_its_place_to_the_next() -> None:
    city = a_city_with(a_camera("A", 1, purposes=(Purpose.OTHER,)), a_camera("B", 40, purposes=(Purpose.CRIME,)))
    city.set_purposes(TERMS)
    first = city.who_sees(at(0, 0), within_m=500, at_most=1, agency="fire119", basis=Basis.URGENT_LIFE)
    assert [view.camera for view in first] == ["B"]


def test_cameras_that_keep_pictures_beyond_their_terms_are_counted() -> None:
    city = a_city_with(
        a_camera("short", purposes=(Purpose.CRIME,), retention_days=7),
        a_camera("long", purposes=(Purpose.CRIME,), retention_days=90),
        a_camera("right", purposes=(Purpose.CRIME,), retention_days=30),
        a_camera("unsaid", purposes=(Purpose.CRIME,)),
    )
    city.set_purposes(TERMS)
    assert city.beyond_terms() == {"shorter": 1, "longer": 1}


def test_an_import_takes_over_what_did_not_change() -> None:
    old = a_city_with(a_camera("C1"), boundaries=DISTRICTS, bells=[Bell(id="B1", name="벨", where=at(5, 0))])
    old.set_purposes(TERMS)
    lamp = Facility(id="L1", kind=FacilityKind.LAMP, name="가로등", where=at(10, 0))
    was = old.given
    layers = {"bells": was.bells, "facilities": [lamp], "boundaries": was.boundaries}
    new = City(was.cameras, was.ground, CameraSettings(), **layers, old=old)  # type: ignore[arg-type]  # any layer
    assert new.cameras["C1"] is old.cameras["C1"]
    assert new.who_sees(at(10, 10), within_m=500, at_most=3, agency="x", basis="y") == ()
    assert len(new.places_near(at(0, 0), FacilityKind.LAMP, within_m=99, at_most=9)) == 1


@given(st.lists(st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)), max_size=40), st.booleans())
def test_a_city_built_from_an_old_one_answers_as_one_built_anew(spots: list[tuple[float, float]], moved: bool) -> None:
    cameras = [a_camera(f"C{n}", x, y) for n, (x, y) in enumerate(spots)]
    old = City(cameras[: len(cameras) // 2], Ground(), CameraSettings())
    boundaries = DISTRICTS if moved else ()
    made = City(cameras, Ground(), CameraSettings(), boundaries=boundaries, old=old)
    anew = City(cameras, Ground(), CameraSettings(), boundaries=boundaries)
    assert dict(made.cameras) == dict(anew.cameras)
    for x, y in spots[:5]:
        assert made.who_sees(at(x, y), within_m=900, at_most=5) == anew.who_sees(at(x, y), within_m=900, at_most=5)


def test_a_city_breathes_while_it_is_built() -> None:
    breaths = []
    lamps = [Facility(id=str(n), kind=FacilityKind.LAMP, name="", where=at(n % 70, n % 50)) for n in range(4000)]
    City(
        [a_camera(str(n), n % 90, n % 80) for n in range(4000)], Ground(), CameraSettings(), facilities=lamps,
        boundaries=DISTRICTS, breathe=lambda: breaths.append(1),
    )  # fmt: skip
    assert len(breaths) > 60
    assert msgspec.structs.asdict(lamps[0])["district"] == ""
