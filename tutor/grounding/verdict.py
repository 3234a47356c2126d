"""Whose words the student reads: the model's, or those of the notes themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.grounding.candidates import Encoder
from tutor.grounding.citations import cited_numbers, without_markers
from tutor.grounding.extract import Extract
from tutor.schema import Claim

MOST_UNSUPPORTED = 0.34
"""Share of sentences that may lack support, each marked, before the notes speak for themselves."""

_NEARER = 0.1
"""How much nearer to the question a quotation must be to be preferred to a supported reply."""

UNSUPPORTED_MARK = "[?]"
"""Follows every sentence of an answer that the notes do not support."""


def holds(question: str, claims: Sequence[Claim], extract: Extract, encoder: Encoder) -> bool:
    """Decide whether a model's reply is the better answer.

    It has to be supported nearly throughout, and to be about what was asked as much as the
    quotation is: a true sentence beside the point is no answer.
    """
    if not claims:
        return False
    unsupported = sum(not claim.supported for claim in claims)
    if unsupported == len(claims) or unsupported > MOST_UNSUPPORTED * len(claims):
        return False
    if not extract.text:
        return True
    said = " ".join(without_markers(claim.text) for claim in claims)
    asked, written, quoted = encoder.embed([question, said, without_markers(extract.text)])
    return float(np.dot(asked, written)) >= float(np.dot(asked, quoted)) - _NEARER


def as_written(claims: Sequence[Claim]) -> str:
    """Return the reply as Markdown, with a marker for every citation and every lack of one."""
    return _joined([_marked(claim) for claim in claims])


def _marked(claim: Claim) -> str:
    if not claim.supported:
        return f"{claim.text.rstrip()} {UNSUPPORTED_MARK}"
    marked = cited_numbers(claim.text)
    if set(marked) <= set(claim.citations):
        lacking = [number for number in claim.citations if number not in marked]
        return claim.text.rstrip() + "".join(f" [{number}]" for number in lacking)
    return without_markers(claim.text) + "".join(f" [{number}]" for number in claim.citations)


def _joined(sentences: Sequence[str]) -> str:
    """Put sentences together; list items and code blocks keep a line of their own."""
    text = ""
    for sentence in sentences:
        block = sentence.lstrip().startswith(("- ", "* ", "```", "~~~")) or _is_numbered(sentence)
        text += sentence if not text else ("\n" if block else " ") + sentence
    return text


def _is_numbered(sentence: str) -> bool:
    head = sentence.lstrip().split(" ", 1)[0]
    return head[:-1].isdigit() and head[-1:] in ".)"
