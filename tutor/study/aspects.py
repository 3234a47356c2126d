"""What a sentence of the notes tells of its topic: what it is, how it works, where it fails.

Told by the wording, as discourse markers are in query-focused summaries; a sentence without a
marker tells a detail. A wrong guess puts a true, cited sentence under the wrong title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from tutor.grounding.candidates import Candidate
from tutor.grounding.definitions import defines, illustrates, is_fragment
from tutor.grounding.markup import clean_heading
from tutor.grounding.sentences import Kind


class Aspect(StrEnum):
    """One side of a topic."""

    DEFINITION = "definition"
    WORKING = "working"
    PURPOSE = "purpose"
    EXAMPLE = "example"
    CODE = "code"
    CONTRAST = "contrast"
    LIMIT = "limit"
    MISTAKE = "mistake"
    ORIGIN = "origin"
    DETAIL = "detail"


_LEAST_DEFINITION = 0.5
_SAYS_WHAT = re.compile(
    r"\b(?:is|are|was|were|refers? to|means?|denotes?|describes?)\b"
    r"(?! (?:\w+ly )?\w+(?:ed|ing)\b)"
)

_CUES = {
    Aspect.MISTAKE: re.compile(
        r"\b(?:(?:common|frequent|typical) (?:mistake|error|confusion|misconception|pitfall)"
        r"|mistak\w+|pitfalls?|misconception|misread|confus(?:e|ed|ing)|beware|careful|caution"
        r"|do(?:es)? not mean|don[\u2019']t|never\b|forget(?:ting)?|wrongly|not to be|trap"
        r"|(?:is|are) not the same|avoid)\b",
        re.IGNORECASE,
    ),
    Aspect.LIMIT: re.compile(
        r"\b(?:limit(?:s|ed|ations?)\b|drawbacks?|disadvantages?|weakness(?:es)?|shortcomings?"
        r"|however\b|suffers?|struggles?|fails?|unable|cannot|problem|challenges?|costly|expensive"
        r"|slow(?:er)?|unstable|instability|prone to|vanish\w*|collapse|trade-?offs?|too\b)",
        re.IGNORECASE,
    ),
    Aspect.CONTRAST: re.compile(
        r"\b(?:unlike|whereas|in contrast|by contrast|compared (?:to|with)|as opposed to"
        r"|rather than|instead of|differs?|difference|on the other hand|versus|vs)\b",
        re.IGNORECASE,
    ),
    Aspect.PURPOSE: re.compile(
        r"\b(?:used (?:to|for|in|as|when)|useful|purpose|goal|aims?|in order to|helps?|allows?"
        r"|enables?|advantages?|benefits?|applications?|so that|makes it possible|is important"
        r"|matters|because|solves?|reduces?|improves?|prevents?)\b",
        re.IGNORECASE,
    ),
    Aspect.ORIGIN: re.compile(
        r"\b(?:introduced|invented|proposed|developed|published|coined)\b.*\b(?:by|in)\b"
        r"|\b(?:19[3-9]|20[0-4])\d\b",
        re.IGNORECASE,
    ),
    Aspect.WORKING: re.compile(
        r"\b(?:first|then|next|finally|works? by|consists? of|computes?|calculat\w+|multipl\w+"
        r"|takes?|receives?|produces?|outputs?|maps?|passes|feeds?|fed|updates?|steps?|each|during|after"
        r"|before|learns?|trained|training|generates?|converts?|splits?|combines?|process)\b",
        re.IGNORECASE,
    ),
}
"""In the order in which they are asked: what is said more strongly comes first."""

_TITLES = {
    Aspect.MISTAKE: re.compile(r"mistake|pitfall|misconception|confus|caution|beware", re.I),
    Aspect.LIMIT: re.compile(r"limit|drawback|disadvantage|challenge|problem|weakness|risk", re.I),
    Aspect.CONTRAST: re.compile(r"differ|\bvs\b|versus|compar", re.I),
    Aspect.PURPOSE: re.compile(r"\bwhy\b|use|application|advantage|benefit|purpose|goal", re.I),
    Aspect.ORIGIN: re.compile(r"histor|origin|timeline|evolution", re.I),
    Aspect.EXAMPLE: re.compile(r"example|case stud", re.I),
    Aspect.WORKING: re.compile(r"\bhow\b|step|work|process|architecture|component|train", re.I),
}


_PRINTED = re.compile(r"(?:```|~~~) *(?:text|output|console)\b")
_ADVERSE = (Aspect.MISTAKE, Aspect.LIMIT, Aspect.CONTRAST)
_NEEDS_NAME = (*_ADVERSE, Aspect.PURPOSE, Aspect.ORIGIN)
"""Sides that a sentence tells of what it names only: "it is slow" may be said of anything."""


def aspect_of(candidate: Candidate, names: Sequence[str], *, named: bool) -> Aspect:
    """Return which side of a topic a unit tells, by its form, its title, then its words.

    ``names`` are those of the topic; ``named`` says whether the unit itself has one of them.
    """
    unit, plain = candidate.unit, candidate.plain
    if unit.kind is Kind.CODE:
        return Aspect.DETAIL if _PRINTED.match(unit.text) else Aspect.CODE
    if is_fragment(plain):
        return Aspect.DETAIL
    titled = _titled(candidate)
    if titled in _ADVERSE:
        return titled
    if named and definition_strength(candidate, names) >= _LEAST_DEFINITION:
        return Aspect.DEFINITION
    if illustrates(plain):
        return Aspect.EXAMPLE
    cued = next((one for one, cue in _CUES.items() if cue.search(plain)), Aspect.DETAIL)
    found = titled or cued
    return found if named or found not in _NEEDS_NAME else Aspect.DETAIL


def _titled(candidate: Candidate) -> Aspect | None:
    """Return the side that the titles right above a unit announce."""
    titles = [clean_heading(title) for title in candidate.page.passage.heading[-1:]]
    titles += candidate.page.labels(candidate.index)[1:]
    for aspect, pattern in _TITLES.items():
        if any(pattern.search(title) for title in titles):
            return aspect
    return None


def definition_strength(candidate: Candidate, names: Sequence[str]) -> float:
    """Return how surely a unit says what the topic is, 0 to 1; "X is widely used" does not."""
    label, plain = candidate.unit.label, candidate.plain
    if not label and not _SAYS_WHAT.search(plain):
        return 0.0
    return max(defines(plain, label, name) for name in names)
