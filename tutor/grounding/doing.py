"""Whether the notes ever do with a thing what "how do I" asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.candidates import Page, open_pages
from tutor.grounding.english import is_misspelt
from tutor.grounding.words import stem, tokens, topic_stems
from tutor.schema import Passage

_HOW_DO_I = re.compile(
    r"\bhow (?:(?:do|can|should|would|could|might) (?:i|you|we|one)|to) (\w+)", re.IGNORECASE
)
PLAIN_VERBS = frozenset(
    """
    achieve add apply build calculate choose compute create do find fix get go handle implement
    improve know make obtain perform prevent reduce run set show start tell try use work write
    """.split()  # noqa: SIM905
)
"""Verbs that notes on how something is done may well do without."""


def is_told_how(question: str, passages: Sequence[Passage]) -> bool:
    """Tell whether a sentence, or code with its titles, has the verb of "how do I" and an object.

    True of other questions, and of verbs that say little.
    """
    match = _HOW_DO_I.search(question)
    if match is None or match[1].lower() in PLAIN_VERBS or is_misspelt(match[1].lower()):
        return True
    verb = stem(match[1].lower())
    others = set(topic_stems(question)) - {verb}
    return any(
        verb in there and others & there for page in open_pages(passages) for there in _places(page)
    )


def _places(page: Page) -> list[set[str]]:
    """Return the stems of every unit with its neighbours and the titles above it."""
    texts = [unit.text for unit in page.units]
    return [
        {
            stem(word)
            for text in [*texts[max(0, i - 1) : i + 2], *page.labels(i), *page.passage.heading]
            for word in tokens(text)
        }
        for i in range(len(texts))
    ]
