"""What a sentence gets wrong of its evidence: a number, name or formula, a denial, an opposite.

Rules that do not ask what a sentence means as a whole: one that has such a flaw is not supported,
however near the rest of it comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.grounding.distance import edit_distance
from tutor.grounding.evidence import Evidence
from tutor.grounding.names import names_in
from tutor.grounding.opposites import OPPOSITES
from tutor.grounding.swaps import is_swapped
from tutor.grounding.words import STOP_WORDS, content_stems, content_words, stem, tokens

_DENIALS = frozenset(
    {"not", "no", "never", "none", "nor", "neither", "non", "cannot", "without", "nothing"}
)
_LACKS = frozenset("lack fail unabl struggl rare unlik except imposs".split())  # noqa: SIM905
_HARD = frozenset({"hard", "difficult", "difficulti"})
"""Words, and stems, that turn round what follows, and the last ones what stands before as well."""

_REACH = 4
"""Words that a denial reaches."""

_CLAUSE = re.compile(r"[,;:.!?()]\s|[.!?)]$")
_INSTEAD = re.compile(r"\b(?:rather than|instead of|as opposed to)\b", re.IGNORECASE)
_INSTEAD_OF_THAT = re.compile(rf"{_INSTEAD.pattern}[^,;.]*", re.IGNORECASE)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(\w+)n['\u2019]t\b", re.IGNORECASE)
_COUNTS = frozenset("two three four five six seven eight nine ten".split())  # noqa: SIM905
_LONG_NAME = 7
_FILE_NAME = re.compile(r"\b[A-Za-z]\w*(?:[._][A-Za-z]\w+)+\b")
_SHORT_FORM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]s?\b")
_LONGEST_FORM = 6
_ITEM = r"(?:[\w'\u2019-]+ ){0,2}[\w-]+"
_ENUMERATION = re.compile(rf"\b{_ITEM}(?:, {_ITEM})+,? (?:and|or) {_ITEM}")
_BETWEEN_ITEMS = re.compile(r",? (?:and|or) |, ")
_FORMULA = re.compile(
    r"[\w()]+(?:\s+[-+*/]\s+|\s*[+*/^=\u00d7]\s*)[\w()]+(?:\s*[-+*/^=\u00d7]\s*[\w()]+)*"
)
"""Letters, numbers and what is done with them; a hyphen joins no formula."""


def is_flawed(plain: str, evidence: Evidence) -> bool:
    """Tell whether a cleaned sentence gets something wrong that its evidence has right."""
    return (
        _has_other_number(plain, evidence)
        or _has_other_formula(plain, evidence)
        or _has_other_name(plain, evidence)
        or _lists_more(plain, evidence)
        or _denies_otherwise(plain, evidence)
        or _is_turned(plain, evidence)
        or is_swapped(plain, evidence)
    )


def written_out(plain: str, text: str) -> frozenset[str]:
    """Return the stems of ``plain`` for which ``text`` has a short form, or has written out.

    "RNN" stands for "recurrent neural network", and the other way round.
    """
    there = {form.rstrip("s").lower() for form in _SHORT_FORM.findall(text)}
    known: set[str] = set()
    for run, initials in _runs(tokens(plain)):
        if initials in there:
            known.update(stem(word) for word in run)
    forms = {form.rstrip("s").lower(): form for form in _SHORT_FORM.findall(plain)}
    for _, initials in _runs(tokens(text)) if forms else ():
        if initials in forms:
            known.add(stem(forms[initials].lower()))
    return frozenset(known)


def _runs(words: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Yield every run of a few words with its initials."""
    for begin in range(len(words)):
        for end in range(begin + 2, min(begin + _LONGEST_FORM, len(words)) + 1):
            run = words[begin:end]
            yield run, "".join(word[0] for word in run)


def _has_other_number(plain: str, evidence: Evidence) -> bool:
    numbers = {token for token in tokens(plain) if token[0].isdigit()}
    counted, there = (_COUNTS & set(tokens(text)) for text in (plain, evidence.text))
    return any(stem(number) not in evidence.nearby for number in numbers) or bool(
        counted - there and there - counted
    )


def _has_other_formula(plain: str, evidence: Evidence) -> bool:
    """Tell whether a calculation in a sentence is none of its evidence, blanks aside."""
    there = "".join(evidence.premise.replace("`", "").split())
    formulas = ("".join(match.group().split()) for match in _FORMULA.finditer(plain))
    return any(formula not in there for formula in formulas)


def _has_other_name(plain: str, evidence: Evidence) -> bool:
    if any(name.lower() not in evidence.premise.lower() for name in _FILE_NAME.findall(plain)):
        return True
    names = [word for name in names_in(plain) for word in tokens(name)]
    opening = tokens(plain)[:1]
    if opening and plain[:1].isupper() and opening[0] not in STOP_WORDS:
        names += [word for word in opening if len(word) > 3 and word not in names]
        names = [word for word in names if word != opening[0]] + _if_name(opening[0], plain)
    known = evidence.nearby | written_out(plain, evidence.context)
    return any(not _is_there(name, known) for name in names if name not in STOP_WORDS)


def _is_there(name: str, known: frozenset[str]) -> bool:
    """Tell whether a name is known; a slip of the pen in a long one does not make it another."""
    word = stem(name)
    if word in known or len(name) < _LONG_NAME or not name.isalpha():
        return word in known
    return any(edit_distance(word, other, 1) <= 1 for other in known)


def _if_name(word: str, plain: str) -> list[str]:
    """Return the first word of a sentence if a capital elsewhere shows that it opens a name."""
    second = plain.split()[1:2]
    return [word] if second and second[0][:1].isupper() else []


def _lists_more(plain: str, evidence: Evidence) -> bool:
    """Tell whether a sentence lists things of which one is nowhere in its evidence."""
    for listed in _ENUMERATION.findall(plain):
        for item in _BETWEEN_ITEMS.split(listed):
            stems = set(content_stems(item))
            if stems and not stems & evidence.nearby:
                return True
    return False


# ------------------------------------------------------------------------------- denials


@dataclass(frozen=True, slots=True)
class _Told:
    """What a text says, as stems: what each denial in it reaches, and what none does."""

    denied: tuple[frozenset[str], ...]
    affirmed: frozenset[str]


def _denies_otherwise(plain: str, evidence: Evidence) -> bool:
    """Tell whether a sentence denies what its evidence affirms, or affirms what that denies."""
    said = _told(_INSTEAD_OF_THAT.sub("", plain))
    there = _told(evidence.context)
    denied_here, denied_there = (frozenset().union(*told.denied) for told in (said, there))
    for reach in said.denied:
        known = reach & (there.affirmed | denied_there)
        if known and not known & denied_there:
            return True
    own = _told(evidence.text)
    return any(
        len(reach & said.affirmed) >= min(2, len(reach))
        and reach & said.affirmed - own.affirmed - denied_here
        for reach in own.denied
        if reach
    )


def _told(text: str) -> _Told:
    plain = _NOT_ONLY.sub("", _INSTEAD.sub("not", _CONTRACTED.sub(r"\1 not", text)))
    denied: list[frozenset[str]] = []
    affirmed: set[str] = set()
    for clause in _CLAUSE.split(plain):
        words = tokens(clause)
        reached: set[int] = set()
        for place, word in enumerate(words):
            if word in _DENIALS or stem(word) in _LACKS | _HARD:
                before = _REACH if stem(word) in _HARD else 0
                reach = range(max(0, place - before), min(len(words), place + _REACH + 1))
                reached.update(reach)
                stems = content_stems(" ".join(words[i] for i in reach if i != place))
                denied.append(frozenset(stems))
        rest = " ".join(word for place, word in enumerate(words) if place not in reached)
        affirmed.update(map(stem, content_words(rest)))
    return _Told(tuple(denied), frozenset(affirmed))


def _is_turned(plain: str, evidence: Evidence) -> bool:
    """Tell whether a sentence has one of two opposites and its evidence only the other."""
    here = {stem(word) for word in tokens(plain)}
    there = {stem(word) for word in tokens(evidence.text)}
    return any(
        here & mine and there & theirs and not (here & theirs or there & mine)
        for one, other in OPPOSITES
        for mine, theirs in ((one, other), (other, one))
    )
