"""Dates that open a line of a timeline: "1789:", "14 July 1789 -", "c. 500 BC:", "1914-18:".

A date is read as the span of days that it may mean, so that two can be put in order exactly where
one surely ends before the other begins. Years before Christ count backwards below zero, as
astronomers count them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Day = tuple[int, int, int]
"""Year, month, day."""

_MONTHS = "january february march april may june july august september october november december"
_NUMBER_OF = {name[:3]: place for place, name in enumerate(_MONTHS.split(), 1)}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ERA = r"\s?(?:b\.?c\.?(?:e\.?)?|a\.?d\.?|c\.?e\.?)(?!\w)"
_ONE = (
    rf"(?:(?:(?P<day{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)?\s(?:of\s)?)?(?P<month{{0}}>{_MONTH})"
    rf"(?:\s(?P<later{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)?(?!\d))?(?:,?\s(?P<dated{{0}}>\d{{{{4}}}}))?"
    rf"|(?P<century{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)[\s-]century|(?P<year{{0}}>\d{{{{1,4}}}})"
    rf"(?P<decade{{0}}>s)?)(?P<era{{0}}>{_ERA})?"
)
_DATE = re.compile(
    r"(?P<in>(?:in|on|by)\s(?:the\s)?)?(?P<open>(?:since|post|after|from)[\s-])?"
    r"(?P<about>(?:early|late|mid|c\.|ca\.|circa|about|around)[\s-]?(?:the\s)?)?(?:ad\s)?"
    + _ONE.format(1)
    + r"(?:\s?[-\u2013]\s?(?:(?P<present>present|today|now)|"
    + _ONE.format(2)
    + r"))?\s*(?P<end>[:,)\u2013\u2014-]\s*|$)?",
    re.IGNORECASE,
)
_FIRST_PLAIN, _LAST_PLAIN = 1000, 2099
"""Numbers that are surely years without any more."""


@dataclass(frozen=True, slots=True)
class Dated:
    """When something happened: from ``first`` to ``last``, and what the line goes on to say.

    ``sure`` is whether this can be nothing but a date, ``exact`` whether it is one year or less;
    the year of a mere "14 July" is 0.
    """

    first: Day
    last: Day
    rest: str
    sure: bool
    exact: bool

    @property
    def has_year(self) -> bool:
        """Whether the line names the year."""
        return self.first[0] != 0


def read_date(text: str) -> Dated | None:
    """Read the date that opens a line, or return ``None`` if none does."""
    match = _DATE.match(text)
    if not match or (match["end"] is None and not (match["in"] and text[match.end() - 1] == " ")):
        return None
    rest = text[match.end() :].lstrip(" :")
    era = match["era1"] or match["era2"] or ""
    first, last = _span(match, "1", era)
    if match["present"] or match["open"]:
        last = (9999, 12, 31)
    elif any(match[f"{part}2"] for part in ("month", "century", "year")):
        last = _until(match, first, era)
    plain = match["year1"] is None or _FIRST_PLAIN <= int(match["year1"]) <= _LAST_PLAIN
    vague = match["century1"] or match["decade1"] or match["about"]
    exact = not vague and first[0] == last[0]
    return Dated(first, last, rest, bool(plain or era), exact) if first <= last else None


def _span(match: re.Match[str], which: str, era: str) -> tuple[Day, Day]:
    """Return the first and the last day that one date may mean."""
    sign = -1 if era.strip().lower().startswith("b") else 1
    if match[f"century{which}"]:
        last = int(match[f"century{which}"]) * 100
        years = (1 - last, 100 - last) if sign < 0 else (last - 99, last)
        return (years[0], 1, 1), (years[1], 12, 31)
    if match[f"month{which}"]:
        year = int(match[f"dated{which}"] or 0)
        month = _NUMBER_OF[match[f"month{which}"][:3].lower()]
        day = match[f"day{which}"] or match[f"later{which}"]
        return (year, month, int(day or 1)), (year, month, int(day or 31))
    year = int(match[f"year{which}"])
    year = 1 - year if sign < 0 else year
    return (year, 1, 1), (year + 9 * bool(match[f"decade{which}"]), 12, 31)


def _until(match: re.Match[str], first: Day, era: str) -> Day:
    """Return the last day of a range; "1914-18" ends in 1918."""
    _, last = _span(match, "2", era)
    short = match["year2"] and len(match["year2"]) < len(match["year1"] or "") and not era
    return (first[0] - first[0] % 100 + last[0], 12, 31) if short else last
