"""The lines of a draft that a language model chooses, as prompt and grammar have them.

The model is shown the numbered sentences of a passage and names one by its number, so that its
evidence is verbatim however small it is. What it may write, the grammar of ``proposals`` says.
Matching and ordering items hold nothing that a model would have to judge: code alone drafts them
(``drafting``).
"""

from __future__ import annotations

from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, split
from tutor.quiz.gates.stem import OPENING_PRONOUN
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.schema import Chunk, ItemKind

LONGEST_STEM, LONGEST_GAP = 180, 40
"""Greatest lengths in characters of a stem, and of a term that is a key."""

KINDS = (
    ItemKind.MULTIPLE_CHOICE,
    ItemKind.MULTIPLE_RESPONSE,
    ItemKind.TRUE_FALSE,
    ItemKind.CLOZE,
)
"""The closed kinds that a model drafts."""

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
