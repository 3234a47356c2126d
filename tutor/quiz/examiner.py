"""The gate that asks a language model: an item is answered with its passage, and not by a guess.

The model chooses among the options under a grammar that leaves it nothing else, so that what it
takes for likeliest decides; the options are shown in several orders, for models like some places
better than others. A model that knows the subject answers without the passage as well. That is
knowledge; but who finds the key without passage *and* question can only have guessed it by the look
of the options (the "options only" baseline of reading comprehension: Kaushik and Lipton, "How Much
Reading Does Reading Comprehension Require?", EMNLP 2018). So that is what makes an item guessable.

Not every model can be asked: it first has to answer ``CONTROLS``, on matters made up for this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tutor.grounding.markup import clean
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.llm.grammar import choice, rules
from tutor.quiz.gates.gate import Rejection
from tutor.schema import ItemKind, QuizItem

ABLE = 0.75
"""Share of controls that a model has to answer before it is asked about items."""

ANSWERED = 0.5
"""Share of orders in which the key has to be found with the passage."""

ORDERS = 2
"""Orders in which the options of one question are shown."""

LONGEST_ANSWER = 80
"""Tokens of an option that is chosen; the rest of a longer one follows from its beginning."""


@dataclass(frozen=True, slots=True)
class Control:
    """A question that only its passage can answer; the first option is right."""

    passage: str
    question: str
    options: tuple[str, ...]


_HARBOUR = (
    "The town of Velm has three boats. The red boat carries salt, the green boat carries timber "
    "and the white boat carries letters."
)
_GLASS = (
    "A brolk heats sand until it melts, a tessin cools the glass slowly, and a marrow cuts it into "
    "panes."
)
CONTROLS = (
    Control(_HARBOUR, "Which boat carries timber?", ("Green", "Red", "White")),
    Control(_HARBOUR, "Which boat carries letters?", ("White", "Green", "Red")),
    Control(_HARBOUR, "What does the red boat carry?", ("Salt", "Timber", "Letters")),
    Control(_GLASS, "Which of these cools the glass slowly?", ("Tessin", "Brolk", "Marrow")),
    Control(_GLASS, "Which of these cuts the glass into panes?", ("Marrow", "Tessin", "Brolk")),
    Control(_GLASS, "Which of these heats sand until it melts?", ("Brolk", "Marrow", "Tessin")),
)


class Examiner:
    """Puts items to a language model, where it is able to tell."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @cached_property
    def able(self) -> bool:
        """Whether the model answers questions from a passage at all.

        Raises:
            TutorError: the model cannot be reached.
        """
        found = [
            self._finds(control.options[0], control.options, control.question, control.passage)
            for control in CONTROLS
        ]
        return sum(found) / len(found) >= ABLE

    def check(self, item: QuizItem) -> list[Rejection]:
        """Return what the model has against an item: nothing if it is unable to tell.

        Raises:
            TutorError: the model cannot be reached.
        """
        asks = item.kind is ItemKind.MULTIPLE_CHOICE and item.key in item.options
        if not asks or not self.able:
            return []
        passage = clean(item.evidence.quote)
        if self._finds(item.key, item.options, item.stem, passage) < ANSWERED:
            reason = "The model does not find the key in the passage."
            return [Rejection("answerable with the passage", reason, item.stem)]
        guessed = self._finds(item.key, item.options, "", "") == 1.0
        if guessed and self._finds(item.key, item.options, item.stem, "") == 1.0:
            reason = "The model finds the key without the passage, and without the question."
            return [Rejection("not guessable without the passage", reason, item.stem)]
        return []

    def _finds(self, key: str, options: Sequence[str], question: str, passage: str) -> float:
        """Return the share of orders of the options in which the model chooses ``key``."""
        step = max(1, len(options) // ORDERS)
        orders = [(*options[start:], *options[:start]) for start in range(0, len(options), step)]
        return sum(self._choose(order, question, passage) == key for order in orders) / len(orders)

    def _choose(self, options: Sequence[str], question: str, passage: str) -> str:
        told = [f"Passage: {passage}"] if passage else []
        told += [f"Question: {question or 'Which of the options is the right one?'}"]
        told += [
            "Options:",
            *(f"- {option}" for option in options),
            "Answer with one of the options.",
        ]
        decoding = Decoding(max_tokens=LONGEST_ANSWER, grammar=rules(root=choice(*options)))
        written = self._model.complete(
            [Message("user", "\n".join(told))], decoding, agent="examiner"
        ).text.strip()
        return next((option for option in options if written and option.startswith(written)), "")
