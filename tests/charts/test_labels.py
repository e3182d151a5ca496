"""Labels do not touch each other or a line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.charts.labels import box_of, dodged, free_place, width_of
from hamkor.charts.lines import Panel, Point, two_sides
from hamkor.charts.style import Look

places = st.lists(st.floats(0, 1000), max_size=12)


@given(places, st.floats(0.1, 50))
def test_labels_that_were_pushed_apart_are_far_enough_from_each_other(wanted: list[float], gap: float) -> None:
    found = sorted(dodged(wanted, gap=gap))
    assert all(above - below >= gap - 1e-6 for below, above in pairwise(found))


@given(places, st.floats(0.1, 50))
def test_labels_keep_their_order_and_their_mean(wanted: list[float], gap: float) -> None:
    found = dodged(wanted, gap=gap)
    assert sorted(range(len(wanted)), key=wanted.__getitem__) == sorted(range(len(wanted)), key=found.__getitem__)
    assert sum(found) == pytest.approx(sum(wanted), abs=1e-6)


def test_labels_that_are_far_enough_stay_where_they_are() -> None:
    assert dodged([30.0, 10.0, 20.0], gap=10.0) == [30.0, 10.0, 20.0]


def test_marks_of_direction_have_no_width() -> None:
    assert width_of("\u202b\u200e3,480\u200e\u202c") == width_of("3,480")


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_the_label_of_a_line_that_ends_earlier_touches_no_line(before: float, after: float) -> None:
    point = (100.0, 100.0)
    line = [(60.0, 100.0 - 40 * before), point, (140.0, 100.0 + 40 * after)]
    text = "3,130.0"
    place, box = free_place(text, point, lines=[line], taken=[], size=(200.0, 200.0))
    assert box == box_of(text, point, place)
    left, top, right, bottom = box
    for (x, y), (other_x, other_y) in pairwise(line):
        for step in range(201):
            across, down = x + (other_x - x) * step / 200, y + (other_y - y) * step / 200
            assert not (left < across < right and top < down < bottom)


def test_two_ends_at_the_same_level_have_labels_one_above_the_other_in_the_order_of_their_values() -> None:
    points = tuple(Point(name, year, level, text) for name, level, text in (("P", 100.0, "low"), ("Q", 101.0, "high"))
                   for year, text in ((2021, ""), (2022, text)))  # fmt: skip
    chart = two_sides([Panel("X", points)], series=["P", "Q"], years=[], look=Look("IBM Plex Sans"))
    marks = {layer["data"]["values"][0]["text"]: layer["mark"] for layer in chart["hconcat"][0]["layer"][2:]}
    assert marks["low"]["dy"] - marks["high"]["dy"] > 10
