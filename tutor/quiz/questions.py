"""A clause of the notes turned into a question, or into its opposite.

"The cost grows with the length" becomes "Why does the cost grow with the length?", and by the
opposite of one of its words "The cost shrinks with the length".
"""

from __future__ import annotations

import re

from tutor.quiz.english import (
    AUXILIARIES,
    is_base_verb,
    is_plural,
    is_third_person,
    plural_verb,
    verb_of,
)
from tutor.quiz.knowledge.terms import Usage

_WORD = re.compile(r"[^\W\d_][\w'\u2019/-]*|\d[\w.,%-]*")
_ARTICLE = re.compile(r"(?:An?|The|Each|Every|Many|Most|Some|All|No|With|In|For)\b")

_OPPOSITES = """
    increase/decrease increases/decreases increased/decreased increasing/decreasing raise/lower
    raises/lowers raising/lowering grow/shrink grows/shrinks growing/shrinking improve/worsen
    improves/worsens improving/worsening maximize/minimize maximizes/minimizes
    maximizing/minimizing strengthen/weaken strengthens/weakens accelerates/slows rises/falls
    rise/fall rising/falling overfits/underfits overfit/underfit overfitting/underfitting
    higher/lower larger/smaller bigger/smaller faster/slower longer/shorter stronger/weaker
    wider/narrower deeper/shallower earlier/later easier/harder better/worse sharper/flatter
    denser/sparser warmer/colder hotter/cooler heavier/lighter nearer/farther
    highest/lowest largest/smallest longest/shortest strongest/weakest fastest/slowest best/worst
    most/least nearest/farthest earliest/latest
    high/low large/small long/short fast/slow strong/weak wide/narrow deep/shallow early/late
    cheap/expensive dense/sparse frequent/rare hot/cold warm/cool heavy/light many/few
    quickly/slowly always/never before/after above/below inside/outside forward/backward
    forwards/backwards cannot/can
"""
"""Words that can be put for each other without a change to the sentence around them."""


def _opposites() -> dict[str, str]:
    """Map each word to its opposite, the first one listed where there are two."""
    found: dict[str, str] = {}
    for pair in _OPPOSITES.split():
        one, other = pair.split("/")
        found.setdefault(one, other)
        found.setdefault(other, one)
    return {word: other for word, other in found.items() if word != "can"}


_OPPOSITE = _opposites()
_POSITIVE = frozenset(
    "high low large small long short fast slow strong weak wide narrow deep shallow".split()  # noqa: SIM905
)
_MAIN = frozenset("has have had do does did".split())  # noqa: SIM905 - they may stand alone
_GOES_ON = frozenset("and or but for of to in on at with when if than".split())  # noqa: SIM905
_FIXED = re.compile(
    r"\b(?:at (?:most|least|best|worst)|as long|so long|no longer|lower bound"
    r"|one (?:after|before) (?:the other|another))\b",
    re.I,
)


def ask(word: str, clause: str, usage: Usage) -> str | None:
    """Return the question with ``word`` (Why, How) after what a clause says: "Why is it dark?".

    ``None`` where no verb is found, or the clause opens with a circumstance.
    """
    found = list(_WORD.finditer(clause))
    place = verb_of([match.group().lower() for match in found])
    if place is None or "," in clause[: found[place].start()]:
        return None
    verb = found[place].group()
    subject = inside(clause[: found[place].start()].strip(), usage)
    rest = clause[found[place].end() :]
    if verb.lower() in AUXILIARIES - _MAIN or re.match(r" \w+e[dn]\b", rest):
        return f"{word} {verb} {subject}{rest}?"
    if is_third_person(verb) and (base := plural_verb(verb)):
        return f"{word} does {subject} {base}{rest}?"
    if is_base_verb(verb) and is_plural(subject.split(" of ")[0]):
        return f"{word} do {subject} {verb}{rest}?"
    return None


def subject_of(clause: str) -> str | None:
    """Return what stands before the verb of a clause, or ``None`` where no verb is found."""
    found = list(_WORD.finditer(clause))
    place = verb_of([match.group().lower() for match in found])
    return None if place is None else clause[: found[place].start()].strip()


def inside(clause: str, usage: Usage) -> str:
    """Return a clause as it goes on within a sentence: its first word small if it is no name."""
    if _ARTICLE.match(clause):
        return clause[:1].lower() + clause[1:]
    return usage.lowered(clause)


def opposites(clause: str) -> list[str]:
    """Return what a clause becomes by the opposite of one of its words, one for each such word.

    A word whose opposite stands in the clause as well gives nothing: "early ones before late ones"
    would hold the same word twice.
    """
    said = {match.group().lower() for match in _WORD.finditer(clause)}
    turned = []
    for match in _WORD.finditer(clause):
        other = _OPPOSITE.get(match.group()) or _of_amount(match, clause)
        again = f"{match.group()} and {match.group()}" in clause  # "less and less"
        fits = not again and not _is_part_of_a_name(match, clause) and not _is_plain(match, clause)
        if other and other not in said and fits:
            turned.append(clause[: match.start()] + other + clause[match.end() :])
    return turned


_LEANING = re.compile(r"\b(?:even|still|no longer|not|never)\s$", re.IGNORECASE)
_SERVES = re.compile(
    r"\b(?:enhanc|improv|help|enabl|allow|boost|optimi[sz]|mak|ensur|support)(?:e?s|ing|e|ed)?\s",
    re.IGNORECASE,
)
"""Verbs of what is good for something: nobody takes its opposite for what a thing is made for."""


def serves(clause: str) -> bool:
    """Say whether a clause tells what something is good for: "enhances search"."""
    return bool(_SERVES.search(f"{clause} "))


def _is_plain(word: re.Match[str], clause: str) -> bool:
    """Say whether the opposite of a word would fool nobody: "even less", "helps to find less"."""
    before = clause[: word.start()]
    return bool(_LEANING.search(before) or _SERVES.search(before))


def _of_amount(word: re.Match[str], clause: str) -> str | None:
    """Return the opposite of "more" and "less", which depends on whether they count."""
    if word.group() not in ("more", "less", "fewer"):
        return None
    after = [match.group() for match in _WORD.finditer(clause[word.end() :])][:3]
    if word.group() != "more":
        return "more"
    return "fewer" if any(is_plural(one) for one in after[:2]) else "less"


def _is_part_of_a_name(word: re.Match[str], clause: str) -> bool:
    """Say whether a word may be part of a name or a turn of speech: "high street", "at least".

    "Small numbers" may be turned, and what stands behind the verb: "the range is small".
    """
    if any(fixed.start() <= word.start() < fixed.end() for fixed in _FIXED.finditer(clause)):
        return True
    after = _WORD.match(clause[word.end() :].lstrip())
    apart = clause[word.end() : word.end() + 1] != "-"
    free = after is None or is_plural(after.group()) or after.group() in _GOES_ON
    return word.group() in _POSITIVE and not (apart and free)


_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w,]|\.\d|-)")


def other_numbers(clause: str) -> list[str]:
    """Return a clause with double, half and ten times its number; nothing if it has not just one.

    Zero and one have no such neighbours.
    """
    found = list(_NUMBER.finditer(clause))
    if len(found) != 1 or float(found[0].group()) in (0, 1):
        return []
    number = found[0].group()
    values = [float(number) * factor for factor in (2, 0.5, 10)]
    return [_NUMBER.sub(f"{value:g}", clause) for value in values]


def differ_in_a_word(one: str, other: str) -> bool:
    """Say whether two clauses are the same but for one word or number."""
    left, right = one.split(), other.split()
    return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) == 1
