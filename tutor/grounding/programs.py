"""Finding the code block that answers a question, and setting it out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tutor.grounding.candidates import Candidate
from tutor.grounding.pieces import Block, Piece, Style, piece_of
from tutor.grounding.questions import Ask, Form
from tutor.grounding.sentences import Kind

_CODE_WANTED = 0.30
"""What a code block gains where the question asks for code."""

_STATEMENT = re.compile(
    r"^\s*(?:import |from \S+ import |def |class |[\w.]+ = |\$ |!\w|pip |\w+\.[\w.]+\()",
    re.MULTILINE,
)
_PRINTED = re.compile(r"\W*(?:output|console|text)\b")
"""How the fence of a block opens that shows what a program prints."""

_PROGRAM = 0.15
"""What a program has over a print-out."""

_ASKS_FOR_CODE = re.compile(
    r"\b(?:code|python|script|app|install\w*|pip|command|function|import|package\w*|class|program"
    r"|write|load|create|define|call|instantiate|tokeni[sz]er|pipeline|initiali[sz]e|launch)\b",
    re.IGNORECASE,
)


def best_code(question: str, ask: Ask, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the code block to answer with: one that is asked for, or the nearest of all."""
    code = [
        one
        for one in candidates
        if one.unit.kind is Kind.CODE and not _PRINTED.match(one.unit.text)
    ]
    if not code or ask.form is Form.COMPARISON:
        return None
    wanted = bool(_ASKS_FOR_CODE.search(question))
    if ask.form is not Form.STEPS and not wanted:
        return None
    best = max(code, key=lambda one: one.score + _PROGRAM * _is_program(one.unit.text))
    best = _code_after(candidates[0], code) or best
    best = replace(best, score=best.score + _CODE_WANTED) if wanted else best
    return best if best.score >= candidates[0].score else None


def _code_after(one: Candidate, code: Sequence[Candidate]) -> Candidate | None:
    """Return the code block right after a sentence, with the better score of the two."""
    if one.unit.kind is Kind.CODE:
        return None
    for block in code:
        if block.page is one.page and block.index == one.index + 1:
            return replace(block, score=max(block.score, one.score))
    return None


def _is_program(text: str) -> bool:
    """Tell statements from what they print: several lines, an import or an assignment."""
    return bool(_STATEMENT.search(text))


def with_lead(candidate: Candidate) -> Block:
    """Return a code block whole, under the sentence that introduces it."""
    page, index = candidate.page, candidate.index
    before: int | None = index - 1 if index > 0 else None
    if before is not None and page.units[before].kind is Kind.ITEM:
        before = page.units[before].parent
    lead: Piece | None = None
    if before is not None and page.units[before].kind in (Kind.SENTENCE, Kind.LEAD):
        lead = piece_of(page, before, named=False)
    return Block(Style.CODE, (piece_of(page, index),), lead)
