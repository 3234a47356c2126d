"""Questions that no notes can be matched with: in another language, or mere sums.

The embedding model reads English best, and by accident finds something near whatever is typed.
The language of a short text shows in its small words (Grefenstette, "Comparing two language
identification schemes", JADT 1995).
"""

from __future__ import annotations

import re

from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import QUESTION_WORDS, STOP_WORDS, tokens

_OTHER_LANGUAGES = frozenset(
    """
    qu que qui quoi quel quelle quels quelles est sont ce cette ces une un le les des du dans pour
    pourquoi quand avec sur et de la fonctionne
    ist sind ein eine einer eines der das dem des wie warum wozu wann wer welche welcher welches
    und nicht mit von zwischen funktioniert
    qué cómo cuál cuáles cuándo es una unos los las del el y para por entre funciona
    cos che cosa quando perché sono il gli lo della delle di tra
    où ça à como qual quais quem são uma um das na
    wat hoe waarom wanneer een het zijn wordt tussen
    """.split()  # noqa: SIM905
)
"""Small words of French, German, Spanish, Italian, Portuguese and Dutch that English has not."""

_COMMON = 0.01
"""Share of the count of the commonest word from which a word is one of the notes' own language."""

_NUMBERS = frozenset(
    """
    zero two three four five six seven eight nine ten eleven twelve twenty hundred thousand million
    """.split()  # noqa: SIM905
)
_RECKONING = frozenset(
    """
    plus minus times divided multiplied multiply divide add added subtract subtracted sum product
    square squared cube cubed root power half double percent equals equal calculate compute x
    """.split()  # noqa: SIM905
)


def is_in_another_language(question: str, vocabulary: Vocabulary) -> bool:
    """Tell a question whose small words are those of a language that the notes are not in."""
    words = tokens(question)
    least = _COMMON * max(vocabulary.counts.values(), default=0)
    theirs = [word for word in words if word in _OTHER_LANGUAGES]
    at_home = [word for word in theirs if vocabulary.counts.get(word, 0) > least]
    english = [word for word in words if len(word) > 1 and word in STOP_WORDS | QUESTION_WORDS]
    return len(theirs) - len(at_home) > len(at_home) + len(english)


def is_sum(question: str) -> bool:
    """Tell "5 times 5": numbers and what is done with them, and nothing to look up."""
    others = [word for word in tokens(question) if not _is_number(word)]
    small = STOP_WORDS | QUESTION_WORDS
    return len(others) < len(tokens(question)) and all(
        word in _RECKONING or (len(word) > 1 and word in small) for word in others
    )


def _is_number(word: str) -> bool:
    return word in _NUMBERS or re.fullmatch(r"\d+(?:[.,]\d+)*", word) is not None
