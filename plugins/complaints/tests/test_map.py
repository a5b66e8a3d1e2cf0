"""The map shows what everyone may see, to about 100 metres, in any part of the world, and gathers what is near."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity_complaints import store
from smartcity_complaints.atlas import Frame, Spots, area_of, area_of_square, clusters, gathering, grid, labels
from smartcity_complaints.filing import Filed
from smartcity_complaints.places import square_of
from smartcity_complaints.records import Report
from smartcity_complaints.settings import Area
from smartcity_complaints.web.maps import _spots
from smartcity_complaints.workflow import Action
from smartcity_share import Installation

File = Callable[..., Filed]
Do = Callable[..., Report]

latitudes = st.floats(-85, 84.9)
longitudes = st.floats(-180, 179.9)


@st.composite
def areas(draw: st.DrawFn) -> Area:
    south, west = draw(latitudes), draw(longitudes)
    return Area(
        south=south, west=west, north=south + draw(st.floats(0.01, 5)), east=min(180, west + draw(st.floats(0.01, 5)) + 0.01)
    )


@given(areas())
def test_the_corners_of_an_area_are_those_of_the_drawing(area: Area) -> None:
    frame = Frame.of(area)

    assert frame.place(area.north, area.west) == (0.0, 0.0)
    assert frame.place(area.south, area.east) == (pytest.approx(frame.width, abs=0.1), pytest.approx(frame.height, abs=0.1))
    assert frame.width <= 1000.1
    assert frame.height <= 1400.1


@given(areas())
def test_an_area_is_never_crowded_and_its_grid_lies_in_it(area: Area) -> None:
    size = gathering(area)
    longest = max(area.north - area.south, area.east - area.west) * 100
    parallels, meridians = grid(Frame.of(area))

    assert longest / size <= 20
    assert all(area.south - 1e-3 <= line.degrees <= area.north + 1e-3 for line in parallels)
    assert all(area.west - 1e-3 <= line.degrees <= area.east + 1e-3 for line in meridians)
    assert len(parallels) <= 7
    assert len(meridians) <= 7


@given(st.lists(st.tuples(st.floats(-7, -6.5), st.floats(107, 107.5), st.integers(1, 40)), min_size=1, max_size=40))
def test_gathering_loses_and_adds_no_report(found: list[tuple[float, float, int]]) -> None:
    spots = [Spots(square_of(south, west).cell, "a", count, count // 2) for south, west, count in found]
    area = area_of(spot.cell for spot in spots)
    assert area is not None
    gathered = clusters(spots, Frame.of(area), gathering(area))

    assert sum(cluster.shown for cluster in gathered) == sum(count for *_, count in found)
    assert [cluster.shown for cluster in gathered] == sorted((cluster.shown for cluster in gathered), reverse=True)
    assert all(0 <= cluster.x <= 1000 for cluster in gathered)


@given(st.lists(st.tuples(st.floats(-7, -6.5), st.floats(107, 107.5), st.sampled_from("abcdefgh")), min_size=1, max_size=60))
def test_no_name_lies_on_a_circle_or_on_another_name(found: list[tuple[float, float, str]]) -> None:
    spots = [Spots(square_of(south, west).cell, district, 1, 0) for south, west, district in found]
    area = Area(south=-7.2, west=106.8, north=-6.3, east=107.7)
    frame = Frame.of(area)
    circles = clusters(spots, frame, gathering(area))
    names = {district: district * 9 for district in "abcdefgh"}
    # A letter is about as wide as half its height; what is drawn is narrower than the room that is kept for it.
    shown = [(x - 45, y - 16, x + 45, y) for x, y in labels(spots, frame, circles, names).values()]

    for number, (left, top, right, bottom) in enumerate(shown):
        assert 0 <= left < right <= frame.width
        for other in shown[number + 1 :]:
            assert left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom
        for circle in circles:
            across = max(left - circle.x, 0, circle.x - right)
            down = max(top - circle.y, 0, circle.y - bottom)
            assert across**2 + down**2 >= circle.radius**2 * 0.99


def test_the_name_of_the_district_with_most_reports_is_there() -> None:
    spots = [Spots(square_of(-6.8, 107.1).cell, "a", 9, 0), Spots(square_of(-6.7, 107.3).cell, "b", 1, 0)]
    area = Area(south=-7.2, west=106.8, north=-6.3, east=107.7)
    frame = Frame.of(area)

    assert set(labels(spots, frame, clusters(spots, frame, gathering(area)), {"a": "Aaa", "b": "Bbb"})) == {"a", "b"}


def test_a_square_of_the_map_holds_what_is_in_it() -> None:
    area = area_of_square(square_of(-6.9147, 107.6098).cell)

    assert area.contains(-6.9147, 107.6098)
    assert area.north - area.south == pytest.approx(0.01)
    assert area_of([]) is None


@pytest.fixture
def placed(file: File, do: Do) -> Callable[..., str]:
    """File reports with coordinates and release them: ``placed("0.9123", "123.4123")``."""

    def make(latitude: str, longitude: str, *, publish: bool = True, **changes: object) -> str:
        filed = file(latitude=latitude, longitude=longitude, **changes)
        return do(filed.number, Action.VERIFY, publish=publish).number

    return make


def test_only_what_everyone_may_see_is_counted_on_the_map(
    installation: Installation, file: File, do: Do, placed: Callable[..., str]
) -> None:
    placed("0.9123", "123.4123", district="71.08.01")
    gone = placed("0.9125", "123.4125", district="71.08.01")
    placed("0.93", "123.43", confidential=True)
    placed("0.94", "123.44", publish=False)
    file(latitude="0.95", longitude="123.45")
    do(gone, Action.REJECT, text="Bukan kewenangan daerah.")
    with store.reading(installation) as connection:
        spots = _spots(connection, None, only_open=False)

    assert spots == [Spots(square_of(0.9123, 123.4123).cell, "71.08.01", 1, 1)]


def test_a_closed_report_stays_on_the_map_and_is_not_open(
    installation: Installation, do: Do, placed: Callable[..., str]
) -> None:
    number = placed("0.9123", "123.4123")
    do(number, Action.REPLY, text="Sudah.")
    do(number, Action.CLOSE)
    with store.reading(installation) as connection:
        assert [(spot.shown, spot.open) for spot in _spots(connection, None, only_open=False)] == [(1, 0)]
        assert _spots(connection, None, only_open=True) == []
        assert _spots(connection, "road", only_open=False) == []


def test_coordinates_are_shown_to_nobody_more_exactly_than_a_hundred_metres(
    placed: Callable[..., str], browse: Callable[..., object]
) -> None:
    number = placed("0.9123456", "123.4123456")
    cell = square_of(0.9123456, 123.4123456).cell
    browser = browse()
    pages = [browser.get(path).text for path in ("/peta", f"/peta?petak={cell}", f"/laporan?petak={cell}", f"/lacak/{number}")]  # type: ignore[attr-defined]

    assert all("9123456" not in page and "4123456" not in page for page in pages)
    assert all(number in page for page in pages[1:])
    assert "<circle" in pages[0]


def test_circles_lead_to_a_smaller_part_of_the_map_and_then_to_the_list(
    placed: Callable[..., str], browse: Callable[..., object]
) -> None:
    for step in range(6):
        placed(f"{0.5 + step / 10:.4f}", f"{123 + step / 10:.4f}")
    browser = browse()
    page = browser.get("/peta").text  # type: ignore[attr-defined]
    links = re.findall(r'<a href="(/71\.08/complaints/peta\?[^"]*)" aria-label="([^"]*)"', page)
    assert links
    for link, label in links:
        closer = browser.client.get(link.replace("&amp;", "&"))  # type: ignore[attr-defined]

        assert closer.status_code == 200
        assert "1 laporan" in label
        assert "<circle" in closer.text


@pytest.mark.parametrize(
    "asked",
    ["petak=x", "petak=99999999999", "petak=-1", "petak=719999999&lebar=0", "lebar=9999", "petak=1&lebar=x", "jenis=%27"],
)
def test_whatever_is_asked_the_map_answers(placed: Callable[..., str], browse: Callable[..., object], asked: str) -> None:
    placed("0.9123", "123.4123")

    assert browse().get(f"/peta?{asked}").status_code == 200  # type: ignore[attr-defined]


def test_without_a_public_list_there_is_no_map(install: Callable[..., Installation], browse: Callable[..., object]) -> None:
    browser = browse(of=install(public_list=False))

    assert browser.get("/peta").status_code == 404  # type: ignore[attr-defined]
    assert browser.get("/angka").status_code == 404  # type: ignore[attr-defined]
