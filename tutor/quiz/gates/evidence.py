"""Gates on evidence: the quote stands in the notes, and it settles the key and nothing else."""

from __future__ import annotations

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.gates.gate import (
    asks_for_term,
    changes_over,
    negated,
    share,
    stem_content,
    wrong,
)
from tutor.quiz.gates.meaning import judges_a_case_rightly, says_the_same, tells_case
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.mistakes import is_called_wrong
from tutor.schema import Evidence, ItemKind, QuizItem

MIN_COVERAGE = 0.8
"""Share of an item's content words that its quote must hold."""

WHOLE = 0.95
"""The same for a statement that is right: next to nothing may be added to the notes."""


def quote_is_in_the_notes(item: QuizItem, glossary: Glossary) -> str:
    """Demand that each quote stands, letter by letter, in the chunk it names."""
    parts = [item.evidence, *(p.evidence for p in item.pairs), *(p.evidence for p in item.rubric)]
    return next(filter(None, (_misquoted(part, glossary) for part in parts)), "")


def _misquoted(part: Evidence, glossary: Glossary) -> str:
    if not part.chunk_id and not part.quote:
        return "It cites no passage of the notes."
    chunk = glossary.chunks.get(part.chunk_id)
    if chunk is None:
        return "The passage that it cites is not among the notes."
    if not part.quote.strip() or part.quote not in chunk.text:
        return "Its quote does not stand in the passage that it cites."
    return ""


def quote_supports_key(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the quote holds what the item claims, names what it asks for, and nothing else.

    The quote of an ordering item has to name all steps in their right order.
    """
    if not item.evidence.quote:
        return ""  # that it has none is said by another gate
    quote = clean(item.evidence.quote)
    match item.kind:
        case ItemKind.TRUE_FALSE:
            return _supports_verdict(item, quote, glossary)
        case ItemKind.MATCHING:
            return _supports_pairs(item, glossary)
        case ItemKind.ORDERING:
            return _supports_order(item, quote)
        case ItemKind.MULTIPLE_RESPONSE:
            return _supports_choices(item, quote, glossary)
        case ItemKind.MULTIPLE_CHOICE | ItemKind.CLOZE:
            return _supports_answer(item, quote, glossary)
        case _:
            return ""  # a rubric is checked point by point where it is made


def _supports_answer(item: QuizItem, quote: str, glossary: Glossary) -> str:
    said = set(content_stems(quote))
    if not _names(quote, (item.key, *item.accepted), glossary):
        return "Its quote does not hold the key."
    words = stem_content(item)
    covered = sum(word in said for word in words) >= MIN_COVERAGE * len(words)
    may_reword = item.kind is ItemKind.CLOZE or asks_for_term(item)
    if (tells_case(item) or not covered) and not (may_reword and says_the_same(item, glossary)):
        return "Its quote does not hold what the question says."
    if not tells_case(item) and negated(item.stem) and not negated(quote):
        return "It denies what its quote affirms."
    return ""


def _names(quote: str, names: tuple[str, ...], glossary: Glossary) -> bool:
    said = set(content_stems(quote))
    words = set(content_stems(names[0]))
    return any(glossary.mentions(quote, name) for name in names) or (bool(words) and words <= said)


def _supports_choices(item: QuizItem, quote: str, glossary: Glossary) -> str:
    """Hold each option against the quote: right ones are in it, wrong ones are not."""
    said = set(content_stems(quote))
    if asks_for_term(item):
        missing = [key for key in item.keys if not _names(quote, (key,), glossary)]
        named = [option for option in wrong(item) if _names(quote, (option,), glossary)]
        if named:
            return f"Its quote names \u201c{named[0]}\u201d as well."
    else:
        missing = [key for key in item.keys if share(key, said) < WHOLE]
    return f"Its quote does not hold \u201c{missing[0]}\u201d." if missing else ""


def _supports_verdict(item: QuizItem, quote: str, glossary: Glossary) -> str:
    if tells_case(item):
        right = judges_a_case_rightly(item, glossary)
        return "" if right else "Its quote does not settle whether the case is one for the term."
    words, said = stem_content(item), set(content_stems(quote))
    covered = sum(word in said for word in words) / max(1, len(words))
    same_polarity = negated(item.stem) == negated(quote)
    if item.key == TRUE and (covered < WHOLE or not same_polarity):
        return "Its quote does not say what the statement says."
    if item.key == FALSE:
        if covered < 0.5:
            return "Its quote is about something else and refutes nothing."
        refutes = changes_over(item.stem, quote) or is_called_wrong(quote)
        if covered == 1 and same_polarity and not refutes:
            return "Its quote does not refute the statement."
    return ""


def _supports_pairs(item: QuizItem, glossary: Glossary) -> str:
    for pair in item.pairs:
        if not pair.evidence.quote:
            continue
        quote = clean(pair.evidence.quote)
        told = share(pair.match, set(content_stems(quote)))
        if told < MIN_COVERAGE or not _names(quote, (pair.prompt,), glossary):
            return f"No quote joins \u201c{pair.prompt}\u201d to \u201c{pair.match}\u201d."
    return ""


def _supports_order(item: QuizItem, quote: str) -> str:
    text, place = _folded(quote), 0
    for key in item.keys:
        found = text.find(_folded(key), place)
        if found < 0:
            return f"Its quote does not put \u201c{key}\u201d in this place."
        place = found + len(_folded(key))
    return ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().rstrip(".").split())
