"""Questions of the field that the notes do not answer.

What is missing from notes can be known honestly in two ways only, and both leave a doubt that
the teacher has to settle:

- something asked of a term that no passage which names the term speaks of: its year, its
  inventor, its critics, what came after it. The passages are searched for the words that such an
  answer would have; the term is one the notes define, so much that is near will be found;
- a term that another course defines and these notes never name, nor a word that sets it apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.evaluation.drafting.draft import Draft
from tutor.evaluation.drafting.terms import subject
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import content_words, tokens
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary

_ORIGIN = (
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:invent|introduc|propos|discover|publish|pioneer|coin|found(?:ed|er)"
    r"|creat(?:ed|or) by|develop(?:ed|er))|\b(?:century|author|history|historical|named after)\b"
)
_PROBES: Sequence[tuple[str, str, str]] = (
    ("In which year {was} {term} first described?", _ORIGIN, "tells its origin"),
    ("Who came up with {term} first?", _ORIGIN, "tells its origin"),
    (
        "What do critics say against {term}?",
        r"\b(?:critic|drawback|disadvantage|limit|weak|problem|challenge|fail|cannot|however|but)",
        "speaks against it",
    ),
    (
        "What has replaced {term} since?",
        r"\b(?:replac|supersed|success|predecess|newer|modern|instead|evolv|outdated|older|today)",
        "tells what came after it",
    ),
)
"""Questions, what an answer to them would say, and what the teacher is told."""


def unanswerable(glossary: Glossary, others: Sequence[Glossary]) -> Iterator[Draft]:
    """Yield questions that ``glossary`` has no answer to; ``others`` are those of other courses."""
    foreign = _foreign(glossary, others)
    for place, facts in enumerate(glossary.by_term.values()):
        if draft := _probed(facts[0], glossary, place):
            yield draft
        if (draft := next(foreign, None)) is not None:
            yield draft


def _probed(fact: Fact, glossary: Glossary, place: int) -> Draft | None:
    """Return the first question, from probe ``place`` on, that nothing near the term answers."""
    named = [one.text for one in glossary.chunks.values() if glossary.mentions(one.text, fact.term)]
    turns = (*_PROBES[place % len(_PROBES) :], *_PROBES[: place % len(_PROBES)])
    for question, answer, doubt in turns:
        if not any(re.search(answer, text, re.IGNORECASE) for text in named):
            asked = question.format(
                term=subject(fact, glossary),
                was="were" if fact.plural else "was",
            )
            return _draft(asked, fact, f"no passage that names it {doubt}")
    return None


def _foreign(glossary: Glossary, others: Sequence[Glossary]) -> Iterator[Draft]:
    counts: dict[str, int] = {}
    for chunk in glossary.chunks.values():
        for word in tokens(chunk.embedded_text):
            counts[word] = counts.get(word, 0) + 1
    vocabulary = Vocabulary(counts)
    for other in others:
        for facts in other.by_term.values():
            words = content_words(facts[0].term)
            if words and not any(vocabulary.has_stem(word) for word in words):
                is_or_are = "are" if facts[0].plural else "is"
                question = f"What {is_or_are} {subject(facts[0], other)}?"
                yield _draft(question, facts[0], "of another course; these notes never name it")


def _draft(question: str, fact: Fact, doubt: str) -> Draft:
    return Draft(
        kind="unanswerable",
        question=question,
        answer="",
        gold=(),
        must=(),
        chunk=fact.chunk,
        quote=fact.quote,
        about=fact.term,
        difficulty=2,
        doubt=doubt,
    )
