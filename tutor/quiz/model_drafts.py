"""Items drafted by a language model: what it may write, and how that becomes an item.

The model is shown the numbered sentences of a passage and names one by its number, so that its
evidence is verbatim however small it is. A grammar holds it to the form and, where the sentence
names terms of the notes, to these as keys. What it writes is then checked by the same gates as any
other item (``gates``). Matching and ordering items hold nothing that a model would have to word:
they are drafted by code alone (``drafting``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, split
from tutor.llm.grammar import alternatives, choice, literal, rules, sequence, text
from tutor.quiz.distractors import other_terms
from tutor.quiz.english import Form, is_plural
from tutor.quiz.facts import Fact
from tutor.quiz.glossary import Glossary
from tutor.quiz.items import FALSE, OPTIONS, TRUE, evidence, item_id, topic_of
from tutor.quiz.terms import shares_word
from tutor.quiz.wording import GAP, SELECT_ALL, asked, sentence_case
from tutor.schema import Chunk, ItemKind, QuizItem

LONGEST_STEM, LONGEST_OPTION, LONGEST_GAP = 180, 90, 40
"""Greatest lengths in characters that the grammar leaves the model."""

KINDS = (
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.MULTIPLE_RESPONSE,
    ItemKind.TRUE_FALSE,
    ItemKind.CLOZE,
)
"""The closed kinds that a model drafts."""

FORMS = {
    ItemKind.MULTIPLE_CHOICE: """\
Evidence: the number of the sentence that holds the answer
Stem: a question about what that sentence says, without its answer
Answer: the answer, in the words of that sentence
Wrong: something of the same kind that is not the answer (three such lines)""",
    ItemKind.MULTIPLE_RESPONSE: """\
Evidence: the number of the sentence that holds the answers
Stem: a question with two answers, about what that sentence says
Right: an answer, in the words of that sentence (two such lines)
Wrong: something of the same kind that is no answer (three such lines)""",
    ItemKind.TRUE_FALSE: """\
Evidence: the number of the sentence that the statement is about
Statement: a statement in the words of that sentence; change one thing in it to make it false
Verdict: True or False""",
    ItemKind.CLOZE: """\
Evidence: the number of the sentence to leave a gap in
Missing: the term of that sentence to leave out""",
}
"""What a draft of each kind looks like, for the prompt."""

RIGHT, WRONG = 2, 3
"""Right and wrong options of a multiple-response draft."""

_FEWEST_WORDS = 6
_LINE = re.compile(r"^(?P<name>[A-Z][a-z ]+):[ \t]*(?P<value>.*)$", re.MULTILINE)


def quotable(chunk: Chunk) -> list[str]:
    """Return the stretches of a chunk that can be evidence, verbatim, in the order of the text.

    A prompt numbers them from 1; show them cleaned (``grounding.markup.clean``).
    """
    return [
        unit.text
        for unit in split(chunk.text)
        if unit.kind in (Kind.SENTENCE, Kind.ITEM)
        and len(clean(unit.text).split()) >= _FEWEST_WORDS
    ]


@dataclass(frozen=True, slots=True)
class Material:
    """What a model may draft from: a chunk, its quotable stretches, and the terms each names."""

    chunk: Chunk
    quotes: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]


def material(chunk: Chunk, glossary: Glossary) -> Material:
    """Return what a chunk has to draft from; the terms are spelled as its stretches spell them."""
    quotes = tuple(quotable(chunk))
    return Material(chunk, quotes, tuple(_named(clean(quote), glossary) for quote in quotes))


def _named(text: str, glossary: Glossary) -> tuple[str, ...]:
    """Return the terms of the notes that stand once in ``text``, as it spells them."""
    found: dict[str, None] = {}
    for term in glossary.terms:
        places = re.findall(rf"(?<![\w-]){re.escape(term)}(?![\w-])", text, re.IGNORECASE)
        if len(places) == 1 and len(term) <= LONGEST_GAP:
            found[places[0]] = None
    return tuple(found)


def draft_grammar(kind: ItemKind, given: Material) -> str:
    """Return the grammar (GBNF) of a draft of ``kind`` over the numbered stretches of ``given``.

    Where any of them names terms of the notes, the model has to take one of these and such a term.

    Raises:
        ValueError: there is nothing to quote, or models do not draft this kind.
    """
    if not given.quotes:
        raise ValueError("A draft needs at least one stretch of text to quote")
    needed = RIGHT if kind is ItemKind.MULTIPLE_RESPONSE else 1
    telling = [place for place, terms in enumerate(given.terms) if len(terms) >= needed]
    if kind is ItemKind.TRUE_FALSE or not telling:
        telling = list(range(len(given.quotes)))
    drafts = [
        sequence(literal(f"Evidence: {place + 1}\n"), _body(kind, given.terms[place], needed))
        for place in telling
    ]
    return rules(
        root=alternatives(*drafts),
        question=text(LONGEST_STEM, least=15, first="[A-Z]", exclude=".?!"),
        statement=text(LONGEST_STEM, least=20, first="[A-Z]", exclude=".?!"),
        option=text(LONGEST_OPTION, first="[A-Za-z0-9]", exclude="?"),
        missing=text(LONGEST_GAP, least=2, first="[A-Za-z0-9]", exclude="?:;"),
    )


def _body(kind: ItemKind, terms: Sequence[str], needed: int) -> str:
    """Return the expression for what follows the number of the evidence."""
    key = choice(*terms) if len(terms) >= needed else "option"
    wrong = sequence(literal("Wrong: "), "option", literal("\n"))
    stem = sequence(literal("Stem: "), "question", literal("?\n"))
    match kind:
        case ItemKind.MULTIPLE_CHOICE:
            answer = sequence(literal("Answer: "), key, literal("\n"))
            return sequence(stem, answer, *[wrong] * (OPTIONS - 1))
        case ItemKind.MULTIPLE_RESPONSE:
            right = sequence(literal("Right: "), key, literal("\n"))
            return sequence(stem, *[right] * RIGHT, *[wrong] * WRONG)
        case ItemKind.TRUE_FALSE:
            verdict = sequence(literal(".\nVerdict: "), choice(TRUE, FALSE), literal("\n"))
            return sequence(literal("Statement: "), "statement", verdict)
        case ItemKind.CLOZE:
            gap = key if len(terms) >= needed else "missing"
            return sequence(literal("Missing: "), gap, literal("\n"))
        case _:
            raise ValueError(f"No model drafts items of the kind {kind}")


def parse_draft(reply: str, kind: ItemKind, chunk: Chunk, *, level: int = 1) -> QuizItem:
    """Return the item that a model drafted from ``chunk``, its keys first among the options.

    It has passed no gate yet; ``items.shuffle_keys`` gives the options their places.

    Raises:
        UnusableReply: the reply does not have the form, or names no stretch of the chunk.
    """
    fields = [(match["name"], match["value"].strip()) for match in _LINE.finditer(reply)]
    quote = _quote(_one(fields, "Evidence"), quotable(chunk))
    wrong = _options(fields, "Wrong")
    options: tuple[str, ...]
    keys: tuple[str, ...]
    if kind is ItemKind.CLOZE:
        keys, options = (_one(fields, "Missing"),), ()
        stem = _with_gap(quote, keys[0])
    elif kind is ItemKind.TRUE_FALSE:
        keys, options = (_one(fields, "Verdict"),), (TRUE, FALSE)
        stem = _one(fields, "Statement")
    elif kind is ItemKind.MULTIPLE_RESPONSE:
        keys = _options(fields, "Right")
        stem, options = _one(fields, "Stem") + SELECT_ALL, (*keys, *wrong)
    else:
        keys = (sentence_case(_one(fields, "Answer").rstrip(".")),)
        stem, options = _one(fields, "Stem"), (*keys, *wrong)
    if not keys:
        raise UnusableReply("The model's draft has no right option; try again.")
    return QuizItem(
        id=item_id(kind, stem, options, chunk.id),
        kind=kind,
        stem=stem,
        options=options,
        keys=keys,
        accepted=(),
        explanation=clean(quote),
        topic=topic_of(chunk),
        level=level,
        evidence=evidence(chunk, quote),
    )


def mended(item: QuizItem, glossary: Glossary) -> QuizItem | None:
    """Return a multiple-choice draft with wrong options from the notes in the place of its own.

    ``None`` if the notes hold too few that could be taken for the key.
    """
    chunk = glossary.chunks.get(item.evidence.chunk_id)
    if item.kind is not ItemKind.MULTIPLE_CHOICE or chunk is None:
        return None
    said = Fact(
        term=item.key,
        aliases=(),
        definition=asked(item.stem),
        form=Form.OTHER,
        verb=None,
        statement="",
        article="",
        plural=is_plural(item.key),
        chunk=chunk,
        quote=item.evidence.quote,
        topic=item.topic,
        trail=(),
    )
    quote = clean(item.evidence.quote)
    terms = [
        sentence_case(glossary.usage.spelled(term))
        for term in other_terms(said, glossary)
        if not glossary.mentions(quote, term) and not shares_word(term, item.stem)
    ]
    options = (item.key, *terms[: OPTIONS - 1])
    if len(options) < OPTIONS - 1:
        return None
    identity = item_id(item.kind, item.stem, options, chunk.id)
    return replace(item, id=identity, options=options)


def _options(fields: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(sentence_case(value.rstrip(".")) for found, value in fields if found == name)


def _one(fields: Sequence[tuple[str, str]], name: str) -> str:
    values = [value for found, value in fields if found == name]
    if len(values) != 1 or not values[0]:
        raise UnusableReply(f"The model's draft has no single line \u201c{name}:\u201d; try again.")
    return values[0]


def _quote(number: str, quotes: Sequence[str]) -> str:
    if not number.isdecimal() or not 1 <= int(number) <= len(quotes):
        raise UnusableReply(f"The model's draft cites a stretch {number} that is not there.")
    return quotes[int(number) - 1]


def _with_gap(quote: str, missing: str) -> str:
    """Return the cleaned quote with ``missing`` left out."""
    sentence = clean(quote)
    places = list(re.finditer(rf"(?<!\w){re.escape(missing)}(?!\w)", sentence, re.IGNORECASE))
    if len(places) != 1:
        raise UnusableReply(
            f"\u201c{missing}\u201d does not stand once in the model's own evidence."
        )
    before = re.sub(r"\b([Aa])n? $", r"\1(n) ", sentence[: places[0].start()])
    stem = before + GAP + sentence[places[0].end() :]
    return stem if stem.endswith(".") else f"{stem}."
