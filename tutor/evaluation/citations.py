"""Do the citations of an answer hold? Each sentence against the passages that it points at.

After ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"):

- citation recall: the share of sentences that the passages they cite support, taken together. A
  sentence without a citation counts as unsupported, so every sentence is expected to have one;
- citation precision: the share of citations that are to the point. A citation is, where its
  sentence is supported and either it supports the sentence by itself or the others do not without
  it.

Both are taken per answer and then averaged over the answers that were not declined. ALCE decides
support by a model of entailment; here the rules of ``grounding.support`` do, read anew from the
passages rather than believed of the answer. Words of the notes need no such rules: a sentence is
supported as well where it stands in a passage word for word, or where each of its parts does so
within one line and the titles above it ("Mixtral 8x22B: Parameters: 141 billion" of a table).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tutor.evaluation.dataset import Sentence
from tutor.grounding.citations import without_markers
from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, split, trail
from tutor.grounding.support import Grounds
from tutor.grounding.verdict import UNSUPPORTED_MARK
from tutor.grounding.words import tokens
from tutor.schema import Answer, Claim, Passage

Ground = Callable[[Sequence[Passage]], Grounds]
"""Makes passages ready to hold sentences against."""


_BETWEEN_PARTS = re.compile(r"[:;,!?\u203a|()]|\.(?!\d)")


def check_citations(answer: Answer, ground: Ground) -> tuple[Sentence, ...]:
    """Return each sentence of ``answer`` with what became of its citations."""
    passages = {one.number: one.passage for one in answer.citations}
    return tuple(_checked(claim, answer, passages, ground) for claim in answer.claims)


def _checked(
    claim: Claim, answer: Answer, passages: dict[int, Passage], ground: Ground
) -> Sentence:
    cited = [passages[number] for number in claim.citations if number in passages]
    supported = _holds(claim.text, cited, ground)
    apt = sum(_is_apt(claim.text, cited, place, ground) for place in range(len(cited)))
    warned = f"{claim.text.rstrip()} {UNSUPPORTED_MARK}" in answer.text
    grounded = supported or _holds(claim.text, answer.passages, ground)
    return Sentence(
        text=claim.text,
        citations=len(claim.citations),
        apt=apt if supported else 0,
        supported=supported,
        unmarked=not grounded and not warned,
    )


def _is_apt(sentence: str, cited: Sequence[Passage], place: int, ground: Ground) -> bool:
    """Tell whether a citation supports its sentence, or is needed for the others to do so."""
    others = [*cited[:place], *cited[place + 1 :]]
    return _holds(sentence, cited[place : place + 1], ground) or not _holds(
        sentence, others, ground
    )


def _holds(sentence: str, passages: Sequence[Passage], ground: Ground) -> bool:
    if not passages:
        return False
    return _is_verbatim(sentence, passages) or ground(passages).claim(sentence).supported


def _is_verbatim(sentence: str, passages: Sequence[Passage]) -> bool:
    plain = clean(without_markers(sentence))
    parts = [run for part in _BETWEEN_PARTS.split(plain) if (run := _run(part)).strip()]
    return bool(parts) and any(
        _run(plain) in _run(passage.text) or _is_pieced_together(parts, passage)
        for passage in passages
    )


def _is_pieced_together(parts: Sequence[str], passage: Passage) -> bool:
    """Tell whether all parts stand in one unit of a passage, its titles and its table's head."""
    units = split(passage.text)
    head = next((unit.text for unit in units if unit.kind is Kind.ROW), "")
    for index, unit in enumerate(units):
        own = _run(unit.text)
        above = [units[above].text for above in trail(units, index)]
        around = map(_run, (*passage.heading, *above, head if unit.kind is Kind.ROW else ""))
        there = [own, *around]
        if any(part in own for part in parts) and all(
            any(part in run for run in there) for part in parts
        ):
            return True
    return False


def _run(text: str) -> str:
    return f" {' '.join(tokens(clean(text)))} "
