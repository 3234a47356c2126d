"""Items drafted by a language model: what it may write, and how that becomes an item.

The model is shown the numbered sentences of a passage and names one by its number, so that its
evidence is verbatim however small it is; a grammar holds it to the form. What it writes is then
checked by the same gates as any other item (``checks``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.errors import UnusableReply
from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, split
from tutor.llm.grammar import choice, integer, literal, rules, sequence, text
from tutor.quiz.items import FALSE, OPTIONS, TRUE, evidence, item_id, topic_of
from tutor.quiz.wording import GAP, sentence_case
from tutor.schema import Chunk, ItemKind, QuizItem

LONGEST_STEM, LONGEST_OPTION, LONGEST_GAP = 180, 90, 40
"""Greatest lengths in characters that the grammar leaves the model."""

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


def draft_grammar(kind: ItemKind, quotes: int) -> str:
    """Return the grammar (GBNF) of a draft of ``kind`` over ``quotes`` numbered stretches.

    Raises:
        ValueError: there is nothing to quote.
    """
    if quotes < 1:
        raise ValueError("A draft needs at least one stretch of text to quote")
    number = sequence(literal("Evidence: "), integer(1, quotes))
    if kind is ItemKind.CLOZE:
        missing = text(LONGEST_GAP, least=2, first="[A-Za-z0-9]", exclude="?:;")
        return rules(root=sequence(number, literal("\nMissing: "), missing, literal("\n")))
    if kind is ItemKind.TRUE_FALSE:
        statement = text(LONGEST_STEM, least=20, first="[A-Z]", exclude=".?!")
        return rules(
            root=sequence(
                number, literal("\nStatement: "), "statement", literal(".\nVerdict: "),
                choice(TRUE, FALSE), literal("\n"),
            ),
            statement=statement,
        )  # fmt: skip
    wrong = sequence(literal("Wrong: "), "option", literal("\n"))
    return rules(
        root=sequence(
            number, literal("\nStem: "), "question", literal("?\nAnswer: "), "option",
            literal("\n"), *[wrong] * (OPTIONS - 1),
        ),
        question=text(LONGEST_STEM, least=15, first="[A-Z]", exclude=".?!"),
        option=text(LONGEST_OPTION, first="[A-Za-z0-9]", exclude="?"),
    )  # fmt: skip


def parse_draft(reply: str, kind: ItemKind, chunk: Chunk, *, level: int = 1) -> QuizItem:
    """Return the item that a model drafted from ``chunk``, its key first among the options.

    It has passed no gate yet; ``items.shuffle_keys`` gives the options their places.

    Raises:
        UnusableReply: the reply does not have the form, or names no stretch of the chunk.
    """
    fields = [(match["name"], match["value"].strip()) for match in _LINE.finditer(reply)]
    quote = _quote(_one(fields, "Evidence"), quotable(chunk))
    options: tuple[str, ...]
    if kind is ItemKind.CLOZE:
        key = _one(fields, "Missing")
        stem, options = _with_gap(quote, key), ()
    elif kind is ItemKind.TRUE_FALSE:
        stem, options, key = _one(fields, "Statement"), (TRUE, FALSE), _one(fields, "Verdict")
    else:
        key = sentence_case(_one(fields, "Answer").rstrip("."))
        wrong = [sentence_case(value.rstrip(".")) for name, value in fields if name == "Wrong"]
        stem, options = _one(fields, "Stem"), (key, *wrong)
    return QuizItem(
        id=item_id(kind, stem, options, chunk.id),
        kind=kind,
        stem=stem,
        options=options,
        keys=(key,),
        accepted=(),
        explanation=clean(quote),
        topic=topic_of(chunk),
        level=level,
        evidence=evidence(chunk, quote),
    )


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
