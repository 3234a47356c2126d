"""What speaks for and against the notes covering a question: a handful of plain numbers.

Similarity alone cannot decide: a lay paraphrase ("spotting strange credit card charges") is no
nearer to its passage than a question about something that is missing. So the words are looked at
as well: which of them the notes have at all, whether they stand together, how rare they are in
the notes and in everyday English, and whether what is asked for (a number, a year, a name, the
"layers" of a "GAN") is told of what it is asked of. ``coverage`` weighs the numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from tutor.grounding.candidates import Candidate, Encoder, Page, open_pages, score_units
from tutor.grounding.compounds import strangeness
from tutor.grounding.definitions import has_new_name, has_new_number
from tutor.grounding.english import english_rarity, is_misspelt
from tutor.grounding.names import names_in, names_lacking
from tutor.grounding.questions import ORIGIN, Expects, list_noun, read, same_noun
from tutor.grounding.sentences import Kind
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import (
    QUESTION_WORDS,
    STOP_WORDS,
    content_stems,
    content_words,
    stem,
    tokens,
)
from tutor.schema import Passage

_SPELT = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?"
    r"|millions?|billions?|half|once|twice|single)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONEY = re.compile(r"[$\u20ac\u00a3]|\b(?:dollars?|euros?|cents?|usd|eur)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at|from|near) (?:the )?[A-Z][a-z]+")
_QUOTED = re.compile(r"[\"\u201c](?:[^\s\"\u201c\u201d]+\s+){2,}[^\"\u201c\u201d]*[\"\u201d]")
_FOCUS = re.compile(
    r"\b(?:what|which|how (?:many|much))\s+((?:(?!(?:is|are|was|were|do|does|did|can|could"
    r"|should|will|would|has|have|to|for|in|of|from|on|with|that|the|a|an|i|you|we|it|they)\b)[\w-]+\s+){1,4})"
    r"|\bwhat(?:'s| is| are| was) the ((?:(?!of\b)[\w-]+\s+){1,3})(?=of\b|used (?:in|for|to|by)\b)",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    """
    thing things trick tricks technique techniques strategy strategies method methods way ways kind
    kinds type types sort term word name names phenomenon approach problem idea concept setting
    part parts one ones value values reason effect role purpose goal difference point topic year
    step steps range loop arrangement difficulty difficulties people person maker company tool tools
    """.split()  # noqa: SIM905
)
"""Nouns that ask for anything; they need not stand in the notes."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What was seen of a question, its passages and their units.

    ``similarity``: cosine of the best unit that does more than mention the words in a quotation.
    ``length``: logarithm of the number of content words; a long question finds fewer of them.
    ``gap``: what the best place lacks of them, by rarity in the notes and in English, for the
    length of the question. Only places count that have a number, a year, a person where one is
    asked for.
    ``unknown``, ``unfound``: how many names the notes lack, and how many the passages (2 at most).
    ``untied``: what no place tells of the name asked about ("layers" of a "GAN"), 0 to 1; or how
    surely the thing asked about is another than those of the passages.
    """

    similarity: float
    length: float
    gap: float
    unknown: float
    unfound: float
    untied: float


def observe(
    question: str,
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    encoder: Encoder | None = None,
) -> Signals:
    """Return the signals of a question and the passages (best first) found for it.

    Without an ``encoder`` the similarity of the passages themselves is used.
    """
    candidates = score_units(question, open_pages(passages), encoder)
    words = [
        word for word in topic_words(question) if vocabulary.has_stem(word) or not is_misspelt(word)
    ]
    used = [one for one in candidates if not _only_mentions(one, words)]
    fitting = [_Place(one, _around(one)) for one in used if _holds_expected(one, question)]
    weights = {word: vocabulary.rarity(word) * english_rarity(word) for word in words}
    unknown, unfound = names_lacking(question, passages, vocabulary)
    return Signals(
        similarity=max((one.similarity for one in (used if encoder else passages)), default=0.0),
        length=math.log1p(len(words)),
        gap=(1 - _best_share(weights, fitting)) / math.log1p(1 + len(words)),
        unknown=min(2.0, len(unknown)),
        unfound=min(2.0, len(unfound)),
        untied=max(
            _untied(question, fitting, vocabulary),
            strangeness(question, passages),
        ),
    )


def topic_words(text: str) -> list[str]:
    """Return the words that say what a question is about, each once, in lower case."""
    noun = list_noun(text)  # "disadvantages" may be told as "challenges"
    origin = ORIGIN if read(text).expects in (Expects.NAME, Expects.DATE) else frozenset()
    left_out = QUESTION_WORDS | origin
    words = dict.fromkeys(content_words(text))
    return [w for w in words if w not in left_out and (not noun or same_noun(w) != noun)]


# ------------------------------------------------------------------------ words of a place


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit with the stems of itself, of the titles above it and of the units beside it."""

    unit: Candidate
    stems: frozenset[str]


def _around(candidate: Candidate) -> frozenset[str]:
    page, index = candidate.page, candidate.index
    near = [unit.text for unit in page.units[max(0, index - 1) : index + 2]]
    texts = [*near, *page.labels(index), *page.passage.heading, _header(page, index)]
    return frozenset(stem(word) for text in texts for word in tokens(_QUOTED.sub(" ", text)))


def _header(page: Page, index: int) -> str:
    """Return the first row of the table that a row belongs to."""
    rows = [unit.text for unit in page.units if unit.kind is Kind.ROW]
    return rows[0] if page.units[index].kind is Kind.ROW else ""


def _only_mentions(candidate: Candidate, words: Sequence[str]) -> bool:
    """Tell a sentence that has the question's words only inside a quotation: an example."""
    quoted = " ".join(_QUOTED.findall(candidate.plain))
    if not quoted:
        return False
    wanted = {stem(word) for word in words}
    inside = wanted & set(content_stems(quoted))
    outside = wanted & set(content_stems(_QUOTED.sub(" ", candidate.plain)))
    return len(inside) >= 2 and not outside


def _share(weights: Mapping[str, float], chosen: Set[str]) -> float:
    """Return the share of the weight of all words that the chosen ones have; 0 of no words."""
    total = sum(weights.values())
    return sum(weights[word] for word in weights.keys() & chosen) / total if total else 0.0


def _best_share(weights: Mapping[str, float], places: Sequence[_Place]) -> float:
    """Return the largest share of the words that one place has."""
    stems = {word: stem(word) for word in weights}
    shares = (_share(weights, {w for w in weights if stems[w] in one.stems}) for one in places)
    return max(shares, default=0.0)


# ------------------------------------------------------------------------ what is asked for


def _holds_expected(candidate: Candidate, question: str) -> bool:
    """Tell whether a unit has a number, year or name where the question asks for one."""
    plain, expects = candidate.plain, read(question).expects
    if expects is Expects.NUMBER:
        return has_new_number(plain, question) or bool(_SPELT.search(plain))
    if expects is Expects.DATE:
        return bool(_YEAR.search(plain))
    if expects is Expects.MONEY:
        return bool(_MONEY.search(plain))
    if expects is Expects.PLACE:
        return bool(_PLACE.search(plain))
    if expects is Expects.NAME:
        return has_new_name(plain, question)
    return True


def _untied(question: str, places: Sequence[_Place], vocabulary: Vocabulary) -> float:
    """Return how little of what is asked of a name ("layers" of a "GAN") a place tells of it.

    0 if one place has the name and all of it, 1 if none has any, or if nothing is asked of a name.
    "Which layer ..." may be answered without the word "layer", so after "what" and "which" only
    nouns that the notes lack count, and compounds such as "learning rate".
    """
    focus = _focus(question)
    names = [word for name in names_in(question) for word in tokens(name)]
    names = [word for word in names if word not in STOP_WORDS and word not in focus]
    if not names and _asks_for_amount(question):
        names = [word for word in topic_words(question) if word not in focus]
    if not names or not focus:
        return 0.0
    if not _asks_for_amount(question):
        unknown = [word for word in focus if not vocabulary.has_stem(word)]
        if not unknown and len(focus) < 2:
            return 0.0
        focus = unknown or [max(focus, key=vocabulary.rarity)]
    key = stem(max(names, key=vocabulary.rarity))
    wanted = {word: vocabulary.rarity(word) for word in focus}
    return 1.0 - _best_share(wanted, [place for place in places if key in place.stems])


def _asks_for_amount(question: str) -> bool:
    """Tell "how many X" and "what is the X of" from "which X"."""
    match = _FOCUS.search(question)
    if match is None:
        return False
    return not match.group(1) or match.group().lower().startswith("how")


def _focus(question: str) -> list[str]:
    """Return the nouns that are asked for: "tokens" in "how many tokens fit into ..."."""
    match = _FOCUS.search(question)
    if not match:
        return []
    words = list(dict.fromkeys(content_words(match.group(1) or match.group(2) or "")))
    if match.group().lower().startswith("how"):
        return words
    if not words or words[0] in _GENERIC:
        return []  # "which technique randomly silences ..."
    return [word for word in words if word not in _GENERIC | QUESTION_WORDS and word.isalpha()]
