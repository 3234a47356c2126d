"""The lines of a draft by a language model: what they look like, and how they become an item.

The model is shown the numbered sentences of a passage and names one by its number, so that its
evidence is verbatim however small it is. What it may write, a grammar says: one that chooses that
of ``proposals``, one that words its own item that of ``wording_grammar``. Matching and ordering
items hold nothing that a model would have to judge: code alone drafts them (``drafting``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, split
from tutor.llm.grammar import choice, literal, rules, sequence, text
from tutor.quiz.definitions import is_presentable
from tutor.quiz.english import Form, form_of
from tutor.quiz.gates.stem import OPENING_PRONOUN
from tutor.quiz.glossary import Glossary
from tutor.quiz.items import FALSE, TRUE, evidence, item_id, topic_of
from tutor.quiz.terms import is_generic
from tutor.quiz.wording import GAP, SELECT_ALL, sentence_case
from tutor.schema import Chunk, ItemKind, QuizItem

LONGEST_STEM, LONGEST_GAP = 180, 40
"""Greatest lengths in characters of a stem, and of a term that is a key."""

SHORTEST_STEM, LONGEST_OPTION = 20, 120
"""Characters of a stem at least, and of an option at most."""

KINDS = (
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.MULTIPLE_RESPONSE,
    ItemKind.TRUE_FALSE,
    ItemKind.CLOZE,
)
"""The closed kinds that a model drafts."""

WORDED = (ItemKind.MULTIPLE_CHOICE,)
"""The kinds that a model may word itself: those that the examiner tests both ways."""

FORMS = {
    ItemKind.MULTIPLE_CHOICE: """\
Evidence: 1
Stem: Which of these holds a ship in its place?
Answer: Anchor
Wrong: Mast
Wrong: Rudder
Wrong: Compass""",
    ItemKind.MULTIPLE_RESPONSE: """\
Evidence: 1
Stem: Which of these are parts of a ship?
Right: Anchor
Right: Mast
Wrong: Harbour
Wrong: Storm
Wrong: Port""",
    ItemKind.TRUE_FALSE: """\
Evidence: 1
Statement: A rudder holds a ship in its place.
Verdict: False""",
    ItemKind.CLOZE: """\
Evidence: 1
Missing: anchor""",
}
"""What a draft of each kind looks like, for the prompt: small models follow examples, not rules."""

RIGHT, WRONG = 2, 3
"""Right and wrong options of a multiple-response draft."""

_FEWEST_WORDS = 6
_NO_GAP = re.compile(
    rf"\([^)]*{GAP}|{GAP}\W*\(|\b(?:such as|like|including|e\.g\.|include)\s[^.;]*{GAP}"
    rf"|^(?:A\(n\) |The )?{GAP}",
    re.IGNORECASE,
)
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
        and not OPENING_PRONOUN.match(clean(unit.text))
        and is_presentable(clean(unit.text).removeprefix(f"{unit.label}:").rstrip("."))
    ]


def _named(text: str, glossary: Glossary) -> tuple[str, ...]:
    """Return the names and defined terms that stand once in ``text``, as it spells them."""
    found: dict[str, None] = {}
    for term in glossary.terms:
        known = glossary.identity(term) in glossary.by_term or glossary.usage.is_name(term)
        places = re.findall(rf"(?<![\w-]){re.escape(term)}(?![\w-])", text, re.IGNORECASE)
        if known and not is_generic(term) and len(places) == 1 and len(term) <= LONGEST_GAP:
            found[places[0]] = None
    return tuple(found)


def gaps(chunk: Chunk, glossary: Glossary) -> Iterator[QuizItem]:
    """Yield each name and defined term of a chunk, left out of a sentence that names it once.

    One of several examples, an expansion in brackets and a part of a longer term are no gaps, nor
    is the subject of what it does: many others may do it.
    """
    for place, quote in enumerate(quotable(chunk), 1):
        named = _named(clean(quote), glossary)
        for term in named:
            longer = [other for other in named if other != term and term in other]
            try:
                item = parse_draft(f"Evidence: {place}\nMissing: {term}\n", ItemKind.CLOZE, chunk)
            except UnusableReply:
                continue  # a label, for one, leaves no sentence with a gap
            is_whole = form_of(item.stem.replace(GAP, "something")) is Form.SENTENCE
            if is_whole and not longer and not _NO_GAP.search(item.stem):
                yield item


def wording_grammar(kind: ItemKind, chunk: Chunk) -> str:
    """Return the grammar (GBNF) of a draft in the model's own words.

    The form is bound, and the evidence to a stretch that is there; what they say is for the gates
    and the examiner to judge.

    Raises:
        ValueError: there is nothing to quote, or models do not word items of this kind.
    """
    stretches = len(quotable(chunk))
    if not stretches or kind not in WORDED:
        raise ValueError(f"No model words an item of the kind {kind} on {stretches} stretches")
    option = sequence("option", literal("\n"))
    body = sequence(
        literal("Evidence: "),
        choice(*map(str, range(1, stretches + 1))),
        literal("\nStem: "),
        "stem",
        literal("?\nAnswer: "),
        option,
        *[sequence(literal("Wrong: "), option)] * WRONG,
    )
    return rules(
        root=body,
        stem=text(LONGEST_STEM, least=SHORTEST_STEM, first="[A-Z]", exclude=".?!"),
        option=text(LONGEST_OPTION, first="[A-Za-z0-9]", exclude="?"),
    )


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
    stem = sentence_case(stem)
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
    if sentence[places[0].end() :].startswith(":"):
        raise UnusableReply(
            f"\u201c{missing}\u201d is the label of its evidence: no gap fits there."
        )
    before = re.sub(r"\b([Aa])n? $", r"\1(n) ", sentence[: places[0].start()])
    stem = before + GAP + sentence[places[0].end() :]
    return stem if stem.endswith(".") else f"{stem}."
