"""Tests of the dates that open the lines of a timeline."""

from __future__ import annotations

import pytest

from tutor.quiz.knowledge.dates import Day, read_date


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("1666: a fire burns the city", (1666, 1, 1), (1666, 12, 31)),
        ("14 July 1789: a fortress is stormed", (1789, 7, 14), (1789, 7, 14)),
        ("July 14, 1789 - a fortress is stormed", (1789, 7, 14), (1789, 7, 14)),
        ("May 1955: a pact is signed", (1955, 5, 1), (1955, 5, 31)),
        ("In 1066 William lands", (1066, 1, 1), (1066, 12, 31)),
        ("44 BC: a dictator is murdered", (-43, 1, 1), (-43, 12, 31)),
        ("c. 500 BC: a republic begins", (-499, 1, 1), (-499, 12, 31)),
        ("500-323 BC: the classical age", (-499, 1, 1), (-322, 12, 31)),
        ("5th century BC: a temple is built", (-499, 1, 1), (-400, 12, 31)),
        ("476 CE \u2013 the last emperor is deposed", (476, 1, 1), (476, 12, 31)),
        ("1914\u201318: a war", (1914, 1, 1), (1918, 12, 31)),
        ("1960s: a movement", (1960, 1, 1), (1969, 12, 31)),
        ("1990-present: a union", (1990, 1, 1), (9999, 12, 31)),
        ("14 Oct: a plane takes pictures", (0, 10, 14), (0, 10, 14)),
    ],
)
def test_a_date_is_the_days_that_it_may_mean(line: str, first: Day, last: Day) -> None:
    dated = read_date(line)
    assert dated is not None
    assert (dated.first, dated.last) == (first, last)
    assert not dated.rest[:1].isdigit()
    assert dated.rest in line


@pytest.mark.parametrize(
    "line", ["Mayhem: a play", "12 eggs", "May we go: no", "1918-14: backwards", "The year 1789: x"]
)
def test_what_only_looks_like_a_date_is_none(line: str) -> None:
    assert read_date(line) is None


def test_a_small_number_may_be_a_year_but_is_not_surely_one() -> None:
    small, large, of_era = (read_date(line) for line in ("79: ash", "1979: ash", "79 AD: ash"))
    assert small
    assert large
    assert of_era
    assert (small.sure, large.sure, of_era.sure) == (False, True, True)


def test_decades_and_ranges_are_not_exact() -> None:
    exact = [read_date(f"{date}: rain") for date in ("1960", "May 1960", "1960s", "1960-62")]
    assert [one.exact for one in exact if one] == [True, True, False, False]
