"""Whether what the notes say of a thing ever touches what is asked of it.

Notes that have a section on agents need not say how agents share memory, and they are near to the
question all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from tutor.grounding.candidates import Encoder, Page, open_pages
from tutor.grounding.doing import PLAIN_VERBS
from tutor.grounding.english import is_misspelt
from tutor.grounding.questions import Form, read
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import QUESTION_WORDS, content_words, stem, tokens
from tutor.schema import Passage

_HOW_OR_WHY = re.compile(
    r"^(?:\w+,?\s+)?(?:how|why)\s+(?:do|does|did|is|are|was|were|can)(?:n['\u2019]?t)?\b",
    re.IGNORECASE,
)
_MOST_WORDS = 6
"""Content words of a question that names one thing and what is asked of it."""

_ALIKE = 0.5
"""Cosine of two words from which one may be said for the other ("picture", "image")."""

_SHORTEST = 4

_JUDGEMENTS = frozenset(
    """
    bad best better difficult easy fast good hard important necessary popular slow suitable useful
    worse
    """.split()  # noqa: SIM905
)
"""What notes seldom say in so many words, but give the grounds of."""


def is_touched(
    question: str,
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    encoder: Encoder | None = None,
) -> bool:
    """Tell whether "how does X do Y" is asked of an X of whose Y some passage speaks.

    True of questions of other forms, and where no title names the X that they open with.
    """
    words = _words(question, vocabulary)
    if not 2 <= len(words) <= _MOST_WORDS:
        return True
    pages = open_pages(passages)
    titles = {stem(word) for page in pages for title in _titles(page) for word in tokens(title)}
    subject = {stem(w) for w in takewhile(lambda word: stem(word) in titles, words)}
    if not subject:
        return True
    said = set[str]().union(*(place for page in pages for place in _places(page, subject)))
    missing = [word for word in words if stem(word) not in {stem(one) for one in said}]
    others = sorted(word for word in said if len(word) >= _SHORTEST)
    if not missing or encoder is None or not others:
        return not missing
    vectors = encoder.embed([*missing, *others])
    alike = vectors[: len(missing)] @ vectors[len(missing) :].T
    return bool((alike.max(axis=1) >= _ALIKE).all())


def _words(question: str, vocabulary: Vocabulary) -> list[str]:
    """Return the words of "how does X do Y", without verbs that say little; none of others."""
    if not _HOW_OR_WHY.match(question) or read(question).form is not Form.FACT:
        return []
    words = [w for w in dict.fromkeys(content_words(question)) if w not in QUESTION_WORDS]
    return [
        word
        for word in words
        if word not in PLAIN_VERBS | _JUDGEMENTS
        and (vocabulary.has_stem(word) or not is_misspelt(word))
    ]


def _titles(page: Page) -> list[str]:
    return [*page.passage.heading, *(unit.label for unit in page.units if unit.label)]


def _places(page: Page, subject: set[str]) -> Iterator[set[str]]:
    """Yield the words of every unit, with its neighbours and titles, that speak of the subject."""
    for index in range(len(page.units)):
        near = [unit.text for unit in page.units[max(0, index - 1) : index + 2]]
        texts = [*near, *page.labels(index), *page.passage.heading]
        words = {word for text in texts for word in content_words(text)}
        if subject & {stem(word) for word in words}:
            yield words
