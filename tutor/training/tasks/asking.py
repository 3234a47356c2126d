"""Sentences turned into questions that they answer, by the shape of the sentence."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tutor.quiz.english import Form, is_plural, third_person
from tutor.quiz.knowledge.definitions import Parts, read_sentence
from tutor.quiz.knowledge.terms import Usage


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the thing it is about, and what a passage that answers it tells."""

    question: str
    topic: str
    told: str

    @property
    def defines(self) -> bool:
        """Whether what answers says what the thing is."""
        return self.told.startswith("says what") and self.told.endswith((" is", " are"))


Frames = tuple[str, ...]

_WHAT_IS: Frames = (
    "What {is} {name}?",
    "What {does} {term} mean?",
    "Define {term}.",
    "Explain {term}.",
    "Explain what {name} {is}.",
    "How would you define {term}?",
    "What do the notes say about {term}?",
    "Tell me about {term}.",
    "Can you tell me what {name} {is}?",
    "{term}?",
)
_WHICH = ("Which term means {definition}?", "What do we call {definition}?")
_USED_FOR = (
    "What {is} {name} used for?",
    "What {is} the use of {term}?",
    "Why {does} one use {term}?",
)
_WHAT_DOES = ("What {does} {name} do?", "What is the role of {term}?", "How {does} {name} work?")

_VERBS = (
    *("consist of", "contain", "include", "require", "produce", "cause", "reduce", "increase"),
    *("depend on", "lead to", "affect", "involve", "determine", "control", "release", "allow"),
    "prevent",
)
_ACTS = {verb: verb for verb in _VERBS} | {
    f"{third_person(first)}{space}{rest}": f"{first}{space}{rest}"
    for first, space, rest in (verb.partition(" ") for verb in _VERBS)
}
"""The forms of these verbs, and the verb that each is of."""
_ACTING = re.compile(
    r"(?P<subject>(?:(?:An?|The) )?[A-Za-z](?:(?! (?:is|are|was|were|be|that|which|who|can|may|will"
    rf"|would|not|by|and|it|to) )[\w' -]){{2,40}}?) (?P<verb>{'|'.join(_ACTS)})"
    r" (?!in|by|with|to|as|at|from|over|on|when|because|if|and|or|of|for|is|are)\w.+\."
)
_BECAUSE = re.compile(r"(?P<claim>[A-Z][^,;]{15,110}?),? because .+\.")
_IN_YEAR = re.compile(r"In (?P<year>1[5-9]\d\d|20[0-2]\d), .+\.")
_BY = re.compile(
    r"(?P<subject>[A-Z][\w' -]{2,60}?) (?P<be>was|were) (?P<verb>\w+ed) by (?P<who>.)[^,]+\."
)
_KINDS_OF = re.compile(
    r".*?\b(?P<kinds>(?:two|three|four|five|six) (?:(?:main|major|basic|different|primary) )?"
    r"(?:types|kinds|forms|categories|stages|phases|steps|parts|classes|ways|sources)"
    r" of [\w' -]{3,40}?)(?: are\b|:|,|\.).*"
)


def questions(sentence: str, usage: Usage, chance: random.Random) -> Iterator[Asked]:
    """Yield questions that a cleaned sentence answers, at most one of each shape."""
    parts = read_sentence(sentence, usage)
    if parts is not None:
        yield about(parts, usage, chance)
    for pattern, ask in _SHAPES:
        if (match := pattern.fullmatch(sentence)) is not None and (asked := ask(match, usage)):
            yield asked


def about(parts: Parts, usage: Usage, chance: random.Random) -> Asked:
    """Return a question about the term that a sentence defines."""
    frames, told = _WHAT_IS, "says what {term} {is}"
    if parts.form is Form.USE:
        frames, told = _USED_FOR, "says what {term} {is} used for"
    elif parts.form in (Form.VERB, Form.PLURAL_VERB):
        frames, told = _WHAT_DOES, "says what {term} {does}"
    elif chance.random() < 0.15:
        frames = _WHICH
    term = usage.spelled(parts.term)
    article = f"{parts.article} " if parts.article else ""
    words = {
        "term": term,
        "name": article + term,
        "definition": parts.definition,
        "is": "are" if parts.plural else "is",
        "does": "do" if parts.plural else "does",
    }
    return Asked(chance.choice(frames).format(**words), term, told.format(**words))


def _acting(match: re.Match[str], usage: Usage) -> Asked | None:
    subject, verb = _small(match["subject"], usage), _ACTS[match["verb"]]
    does = "do" if verb == match["verb"] else "does"
    if is_plural(subject) != (does == "do"):
        return None  # "common cause": no verb
    return Asked(f"What {does} {subject} {verb}?", subject, f"says what {subject} {match['verb']}")


def _why(match: re.Match[str], usage: Usage) -> Asked | None:
    if match["claim"].count("(") != match["claim"].count(")"):
        return None
    claim = _small(match["claim"], usage)
    return Asked(f"Why is it that {claim}?", claim, "gives the reason")


def _happened(match: re.Match[str], usage: Usage) -> Asked:
    year = match["year"]
    return Asked(f"What happened in {year}?", year, f"tells of {year}")


def _by_whom(match: re.Match[str], usage: Usage) -> Asked:
    subject, be, verb = _small(match["subject"], usage), match["be"], match["verb"]
    who = "Who" if match["who"].isupper() else "What"
    return Asked(f"{who} {be} {subject} {verb} by?", subject, f"says who or what {verb} it")


def _which_kinds(match: re.Match[str], usage: Usage) -> Asked:
    kinds = match["kinds"]
    return Asked(f"What are the {kinds}?", kinds, f"names the {kinds}")


def _small(text: str, usage: Usage) -> str:
    """Write the opening of a sentence as it stands inside one."""
    if re.match(r"(?:An?|The|In|On|For)\b", text):
        return text[:1].lower() + text[1:]
    return usage.lowered(text)


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Usage], Asked | None]], ...] = (
    (_ACTING, _acting),
    (_BECAUSE, _why),
    (_IN_YEAR, _happened),
    (_BY, _by_whom),
    (_KINDS_OF, _which_kinds),
)
