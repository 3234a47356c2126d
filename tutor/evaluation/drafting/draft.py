"""One drafted question, and the small pieces that all drafts are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tutor.evaluation.matching import has_every_phrase
from tutor.grounding.english import english_rarity
from tutor.grounding.words import content_words, stem
from tutor.quiz.english import is_base_verb, is_third_person
from tutor.quiz.items import evidence
from tutor.schema import Chunk, Turn

SHORTEST_SPAN, LONGEST_SPAN = 30, 250
"""Characters of a gold span, white space collapsed."""

_KEY_WORDS = 2
"""Words of an answer that a right answer has to have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with what is expected of it.

    ``gold`` are stretches of the notes, verbatim but for white space; with ``together`` every
    one of them has to be found, else any. ``chunk`` is where the teacher should look, ``about``
    the term or title that is asked for. ``doubt`` says what to check there, if it is not plain.
    """

    kind: str
    question: str
    answer: str
    gold: tuple[str, ...]
    must: tuple[tuple[str, ...], ...]
    chunk: Chunk
    quote: str
    about: str
    difficulty: int = 1
    together: bool = False
    history: tuple[Turn, ...] = ()
    doubt: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether a passage and an answer could meet what is expected, and it is not given away."""
        if not self.gold:
            return not self.must
        lengths = [len(span) for span in self.gold]
        return (
            min(lengths) >= SHORTEST_SPAN
            and max(lengths) <= LONGEST_SPAN
            and bool(self.must)
            and has_every_phrase(self.must, self.answer)
            and not has_every_phrase(self.must, self.question)
        )

    def entry(self, identity: str) -> dict[str, object]:
        """Return the line of a question set; ``source`` and ``draft`` are for the teacher."""
        place = evidence(self.chunk, self.quote)
        ends = dict.fromkeys((place.start_line, place.end_line))
        lines = f"page {place.page}" if place.page else "-".join(map(str, ends))
        history = [{"role": turn.role, "text": turn.text} for turn in self.history]
        return {
            "id": identity,
            "question": self.question,
            "kind": self.kind,
            **({"history": history} if history else {}),
            "doc": PurePath(self.chunk.source).name if self.gold else None,
            "gold": list(self.gold),
            **({"gold_all": True} if self.together else {}),
            "answer": self.answer,
            "must": [list(phrases) for phrases in self.must],
            "difficulty": self.difficulty,
            "source": f"{self.chunk.source}:{lines}{f' ({self.doubt})' if self.doubt else ''}",
            "draft": True,
        }


def span(quote: str, *, end: bool = False) -> str:
    """Return a quotation as a gold span: on one line, its beginning or ``end`` if it is long."""
    line = " ".join(quote.split())
    if len(line) <= LONGEST_SPAN:
        return line
    if end:
        return line[-LONGEST_SPAN - 1 :].split(" ", 1)[1]
    return line[: LONGEST_SPAN + 1].rsplit(" ", 1)[0]


def key_words(text: str, beside: str) -> list[str]:
    """Return the words by which ``text`` is told best, rarest in English first, verbs last.

    Words of ``beside``, such as the question, are not among them.
    """
    known = {stem(word) for word in content_words(beside)}
    words = {stem(word): word for word in reversed(content_words(text))}
    telling = [word for root, word in words.items() if root not in known and word.isalpha()]
    return sorted(telling, key=lambda word: (_is_verb(word), -english_rarity(word), word))


def _is_verb(word: str) -> bool:
    return is_base_verb(word) or is_third_person(word) or word.endswith("ly")


def must_have(texts: Sequence[str], beside: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases that an answer needs which says one of ``texts``.

    The first list holds the most telling word of each text, the second the next of each.
    """
    ranked = [key_words(text, beside)[:_KEY_WORDS] for text in texts]
    depth = min((len(words) for words in ranked), default=0)
    return tuple(tuple(dict.fromkeys(words[i] for words in ranked)) for i in range(depth))
