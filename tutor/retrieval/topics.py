"""What a sentence is about, and what a reply offered to choose from. Rules, no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.questions import read
from tutor.grounding.words import QUESTION_WORDS, STOP_WORDS

_HELPERS = frozenset({"do", "does", "did", "can"})
"""Verbs that another verb follows after the subject: "what do LSTMs keep"."""

_DOERS = frozenset({"i", "you", "we", "one"})
"""Subjects that name no topic: what follows "how do I" is a verb."""

_BEINGS = frozenset({"is", "are", "was", "were"})
_PARTICIPLE = re.compile(r"(?:ed|built|made|done)$")
_ASKED_OF_WHOM = re.compile(r"\s*(?:who|what)\s+(\w+)", re.IGNORECASE)
_ITEM = re.compile(
    r"(?:^|\s)(?:\d{1,2}[.)]|[-*\u2022])\s+(?P<text>\S.*?)(?=\s\d{1,2}[.)]\s|$)", re.M
)
_LABEL_ENDS = re.compile(r":\s|\s[-\u2013\u2014]\s|[.;]\s|[.;:]?$|\s*\[\d")
_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z.]*)* [A-Z][a-z]+\b")
_LONGEST_LABEL = 6


def topic_of(text: str) -> str:
    """Return the phrase of ``text`` that is most likely its topic, without question words."""
    best: list[str] = []
    for sentence in reversed(re.split(r"[.?!]\s+|[.?!]$", text)):
        for phrase in _phrases(sentence):
            if _weight(phrase) > _weight(best):
                best = phrase
    return " ".join(best)


def choices(question: str, reply: str) -> list[str]:
    """Return what "the second one" may mean: the items that a reply lists, or the sides compared.

    An item is called by the topic of what stands before its first colon, dash or full stop.
    """
    items = [_label(match["text"]) for match in _ITEM.finditer(reply)]
    return items if len(items) > 1 else list(read(question).sides)


def person_in(text: str) -> str:
    """Return the first name of a person (two capitalised words or more) in ``text``, if any."""
    match = _NAME.search(text)
    return match.group() if match else ""


def _label(item: str) -> str:
    plain = re.sub(r"[*_`]", "", item)
    words = plain[: match.start() if (match := _LABEL_ENDS.search(plain)) else None].split()
    label = " ".join(words[:_LONGEST_LABEL])
    return topic_of(label) or label


def _phrases(sentence: str) -> list[list[str]]:
    """Return the runs of content words of a sentence; "of", "for" and "in" may join two runs."""
    phrases: list[list[str]] = [[]]
    helpers = [""]
    asked = _ASKED_OF_WHOM.match(sentence)
    for word in re.findall(r"[^\s,;:()\"?!]+", sentence):
        bare = word.strip("'\u2018\u2019*`").rstrip(".")
        plain = bare.lower()
        joins = plain in ("of", "for", "in", "through") and phrases[-1]
        if joins or (plain and plain not in STOP_WORDS and plain not in QUESTION_WORDS):
            phrases[-1].append(bare)
            continue
        if phrases[-1]:
            phrases.append([])
            helpers.append("")
        if plain in _HELPERS | _BEINGS or (plain in _DOERS and helpers[-1]):
            helpers[-1] = plain
    if asked and len(phrases[0]) > 1 and phrases[0][0] == asked.group(1):
        phrases[0] = phrases[0][1:]  # "who introduced X" is about X
    cut = [_without_verb(phrase, helper) for phrase, helper in zip(phrases, helpers, strict=True)]
    return [_trim(phrase) for phrase in cut if phrase]


def _without_verb(phrase: list[str], helper: str) -> list[str]:
    """Drop the verb of "what do LSTMs keep" and "how is X trained", and that of "do I train X"."""
    plain = _trim(phrase)
    if len(plain) < 2:
        return plain
    if helper in _DOERS:
        return plain[1:]
    closes = helper in _HELPERS or (helper in _BEINGS and _PARTICIPLE.search(plain[-1]))
    return plain[:-1] if closes else plain


def _trim(phrase: list[str]) -> list[str]:
    while phrase and phrase[-1].lower() in STOP_WORDS:
        phrase = phrase[:-1]
    return phrase


def _weight(phrase: Sequence[str]) -> float:
    """Longer phrases weigh more, names and technical forms most."""
    names = sum(
        any(c.isupper() or c.isdigit() for c in word[1:]) or word[:1].isupper() for word in phrase
    )
    return min(len(phrase), 4) + 1.5 * min(names, 3)
