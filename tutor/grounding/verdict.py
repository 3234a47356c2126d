"""Whose words the student reads: the model's, or those of the notes themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tutor.grounding.candidates import Encoder
from tutor.grounding.citations import without_markers
from tutor.grounding.extract import Extract
from tutor.grounding.questions import Form, read
from tutor.grounding.support import is_item
from tutor.grounding.words import content_stems, topic_stems
from tutor.schema import Claim

LEAST_KEPT = 0.5
"""Share of the words of a reply that has to be left when what the notes do not support is gone."""

_NAMES_ONLY = 0.4
"""Share of the words of a quoted list below which a reply only names what the list explains."""

_FEWEST_ITEMS = 3

_MOST_ITEMS = 0.65
"""Share of the items of a list that a reply has to name."""

_NAMED = 0.5
"""Share of the words of an item, or of its name, that name it."""

_LABEL = re.compile(r"\*\*([^*]+)\*\*")
"""The name that opens an item."""

_NEW_WORDS = 1
"""Content words beside those of the question that are no ground for a yes or no."""

_WHOLE_SENTENCE = 6
"""Words from which a reply that names nothing of the question may stand by itself."""

_NEARER = 0.1
"""How much nearer to the question a quotation must be to be preferred to a supported reply."""

UNSUPPORTED_MARK = "[?]"
"""Follows every sentence of an answer that the notes do not support."""

_LEANS = re.compile(
    r"^\W*(?:it|its|this|that|these|those|they|their|such|he|she|his|her|here|both"
    r"|the (?:latter|former|other|same))\b",
    re.IGNORECASE,
)
"""Begins a sentence that cannot be understood without the one before."""


def kept(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the supported sentences, without those that lean on one that is left out."""
    left: list[Claim] = []
    is_open = False
    for claim in claims:
        is_open = not claim.supported or (is_open and bool(_LEANS.match(claim.text)))
        if not is_open:
            left.append(claim)
    return tuple(left)


def holds(question: str, claims: Sequence[Claim], extract: Extract, encoder: Encoder) -> bool:
    """Decide whether what is ``kept`` of a model's reply is the better answer.

    That has to be most of it, to be about what was asked as much as the quotation is (a true
    sentence beside the point is no answer), and to be more than the names of what is quoted as a
    list with all that the notes say of each item. Where a list is asked for, it has to name most
    of what the notes list; where yes or no is, it has to say more than the question does.
    """
    left = kept(claims)
    if not left or _length(left) < LEAST_KEPT * _length(claims) or _hangs(question, left):
        return False
    if not extract.text:
        return True
    items = [line for line in extract.text.splitlines() if is_item(line)]
    if len(items) >= _FEWEST_ITEMS and _length(left) < _NAMES_ONLY * len(extract.text.split()):
        return False
    form = read(question).form
    if form in (Form.LIST, Form.STEPS) and _loses(question, items, left):
        return False
    if form is Form.VERDICT and _echoes(question, left[0]):
        return False
    said = [without_markers(claim.text) for claim in left]
    asked, quoted, *written = encoder.embed(
        [question, without_markers(extract.text), " ".join(said), *said]
    )
    nearest = max(float(np.dot(asked, vector)) for vector in written)  # a long reply is far as such
    return nearest >= float(np.dot(asked, quoted)) - _NEARER


def _hangs(question: str, claims: Sequence[Claim]) -> bool:
    """Tell whether a reply is true of what the question asks only by being put after it.

    "Curie" stands in the notes, whoever it was that one asked for.
    """
    told = {word for claim in claims for word in content_stems(claim.text)}
    if told & set(topic_stems(question)):
        return False
    return _length(claims) < _WHOLE_SENTENCE or bool(_LEANS.match(claims[0].text))


def _loses(question: str, items: Sequence[str], claims: Sequence[Claim]) -> bool:
    """Tell whether a reply leaves out too many of the items of a list: their names or words.

    What the question says itself ("RAG" of "RAG-Token") names none of them.
    """
    asked = set(content_stems(question))
    told = {word for claim in claims for word in content_stems(claim.text)}
    names = [_LABEL.search(item) for item in items]
    bags = [
        set(content_stems(name[1] if name else item))
        for name, item in zip(names, items, strict=True)
    ]
    bags = [bag - asked or bag for bag in bags]
    named = sum(len(bag & told) >= _NAMED * len(bag) for bag in bags)
    return len(items) > 1 and named < _MOST_ITEMS * len(items)


def _echoes(question: str, claim: Claim) -> bool:
    """Tell a sentence that affirms or denies in the words of the question, and gives no ground.

    The words of "Yes, X does Y" all stand in notes that say "to say that X does Y is misleading".
    """
    said = set(content_stems(without_markers(claim.text)))
    return len(said - set(content_stems(question))) <= _NEW_WORDS


def as_written(claims: Sequence[Claim]) -> str:
    """Return the reply as Markdown, with a marker for every citation and every lack of one."""
    return _joined([_marked(claim) for claim in claims])


def _length(claims: Sequence[Claim]) -> int:
    return sum(len(without_markers(claim.text).split()) for claim in claims)


def _marked(claim: Claim) -> str:
    if not claim.supported:
        return f"{claim.text.rstrip()} {UNSUPPORTED_MARK}"
    markers = "".join(f" [{number}]" for number in claim.citations)
    if claim.text.rstrip().endswith(_FENCES):
        return f"{claim.text}\n{markers.strip()}"
    return without_markers(claim.text) + markers


_FENCES = ("```", "~~~")


def _joined(sentences: Sequence[str]) -> str:
    """Put sentences together; lists and code blocks keep lines of their own."""
    text, after_block = "", False
    for sentence in sentences:
        is_block = _is_block(sentence)
        if text:
            text += "\n" if is_block and after_block else "\n\n" if is_block or after_block else " "
        if "\n" in sentence and not sentence.startswith(_FENCES):
            text = f"{text.rstrip()}\n\n".lstrip()
        text += sentence
        after_block = is_block
    return text


def _is_block(sentence: str) -> bool:
    """Tell whether a sentence is or ends in a list item, or is a row of a table or a code block."""
    last = sentence.rsplit("\n", 1)[-1].lstrip()
    return is_item(last) or last.startswith("|") or any(fence in sentence for fence in _FENCES)
