"""The gate that asks a language model: an item is answered with its passage, and not by a guess.

The model chooses among the options under a grammar that leaves it nothing else, so that what it
takes for likeliest decides; the options are shown in several orders, for models like some places
better than others. A model that knows the subject answers without the passage as well. That is
knowledge; but who finds the key without passage *and* question can only have guessed it by the look
of the options (the "options only" baseline of reading comprehension: Kaushik and Lipton, "How Much
Reading Does Reading Comprehension Require?", EMNLP 2018). So that is what makes an item guessable.

True/false items and what is typed have no look to guess by: there the model only has to come to the
key with the passage. What it types is graded like a learner's answer.

A case for one of several terms is answered from what the notes say of them all, not from the one
sentence that would name the key alone.

Not every model can be asked, and not every one in each of the three ways: it first has to answer
``CONTROLS`` or judge ``STATEMENTS``, on matters made up for this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tutor.grounding.markup import clean
from tutor.grounding.words import tokens
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.llm.grammar import choice, rules, text
from tutor.quiz.gates.gate import Rejection
from tutor.quiz.grading import grade
from tutor.quiz.items import FALSE, TRUE
from tutor.schema import ItemKind, QuizItem, Verdict

ABLE = 0.75
"""Share of controls that a model has to answer before it is asked about items."""

ANSWERED = 0.5
"""Share of orders in which the key has to be found with the passage."""

ORDERS = 2
"""Orders in which the options of one question are shown."""

LONGEST_ANSWER = 80
"""Tokens of an option that is chosen; the rest of a longer one follows from its beginning."""

LONGEST_GAP, LONGEST_SENTENCE = 40, 240
"""Characters that may be typed into a gap, and as a short answer."""


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
STATEMENTS = (
    (_HARBOUR, "The green boat carries timber.", TRUE),
    (_HARBOUR, "The red boat carries letters.", FALSE),
    (_HARBOUR, "The white boat carries salt.", FALSE),
    (_GLASS, "A tessin cools the glass slowly.", TRUE),
    (_GLASS, "A marrow heats sand until it melts.", FALSE),
    (_GLASS, "A brolk heats sand until it melts.", TRUE),
)
"""Passages, statements on them, and whether these are true: half are, so that liking one word or
one place is not enough."""


class Examiner:
    """Puts items to a language model, where it is able to tell.

    ``skipped`` are the kinds of which items went by because the model is not.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.skipped: set[ItemKind] = set()

    @cached_property
    def able(self) -> bool:
        """Whether the model answers questions from a passage at all, by choosing.

        Raises:
            TutorError: the model cannot be reached.
        """
        return _most(
            sum(len(_orders(control.options)) for control in CONTROLS),
            (
                found
                for control in CONTROLS
                for found in self._finds(control.options, control.question, control.passage)
            ),
        )

    @cached_property
    def judges(self) -> bool:
        """Whether it also tells true statements on a passage from false ones; raises the same."""
        return self.able and _most(
            len(STATEMENTS) * len(_orders((TRUE, FALSE))),
            (
                found
                for passage, statement, verdict in STATEMENTS
                for found in self._finds(_verdicts(verdict), _claim(statement), passage)
            ),
        )

    @cached_property
    def types(self) -> bool:
        """Whether it also answers from a passage in its own words; raises the same."""
        return self.able and _most(
            len(CONTROLS),
            (
                _names_only(control, self._type(control.question, control.passage, LONGEST_GAP))
                for control in CONTROLS
            ),
        )

    def check(self, item: QuizItem, told: str = "") -> list[Rejection]:
        """Return what the model has against an item: nothing if it is unable to tell.

        It reads ``told``, or where that is empty the item's own quote.

        Raises:
            TutorError: the model cannot be reached.
        """
        passage = told or clean(item.evidence.quote)
        match item.kind:
            case ItemKind.MULTIPLE_CHOICE if item.key in item.options:
                able = self.able
                answered = able and self._answers(_key_first(item), item.stem, passage)
            case ItemKind.TRUE_FALSE:
                able = self.judges
                answered = able and self._answers(_verdicts(item.key), _claim(item.stem), passage)
            case ItemKind.CLOZE | ItemKind.SHORT_ANSWER:
                able = self.types
                answered = able and self._answers_by_typing(item, passage)
            case _:
                return []
        if not able:
            self.skipped.add(item.kind)
        elif not answered:
            reason = "The model does not find the key in the passage."
            return [Rejection("answerable with the passage", reason, item.stem)]
        elif item.kind is ItemKind.MULTIPLE_CHOICE and self._guesses(item):
            reason = "The model finds the key without the passage, and without the question."
            return [Rejection("not guessable without the passage", reason, item.stem)]
        return []

    def _answers(self, options: Sequence[str], question: str, passage: str) -> bool:
        """Say whether the first option is chosen in enough orders; ask no longer than needed."""
        orders = len(_orders(options))
        hits = misses = 0
        for found in self._finds(options, question, passage):
            hits, misses = hits + found, misses + (not found)
            if hits >= ANSWERED * orders or misses > (1 - ANSWERED) * orders:
                break
        return hits >= ANSWERED * orders

    def _answers_by_typing(self, item: QuizItem, passage: str) -> bool:
        is_gap = item.kind is ItemKind.CLOZE
        question = f"Which words are missing here? {item.stem}" if is_gap else item.stem
        typed = self._type(question, passage, LONGEST_GAP if is_gap else LONGEST_SENTENCE)
        return grade(item, typed).verdict is not Verdict.WRONG

    def _guesses(self, item: QuizItem) -> bool:
        """Say whether the key is always chosen without passage and question, and without passage.

        Most items are done with at the first miss.
        """
        options = _key_first(item)
        return all(self._finds(options, "", "")) and all(self._finds(options, item.stem, ""))

    def _finds(self, options: Sequence[str], question: str, passage: str) -> Iterator[bool]:
        """Yield for several orders of the options whether the model chooses the first of them."""
        for order in _orders(options):
            yield self._choose(order, question, passage) == options[0]

    def _choose(self, options: Sequence[str], question: str, passage: str) -> str:
        asked = question or "Which of the options is the right one?"
        told = ["Options:", *(f"- {option}" for option in options)]
        told += ["Answer with one of the options."]
        written = self._ask(asked, passage, told, choice(*options))
        return next((option for option in options if written and option.startswith(written)), "")

    def _type(self, question: str, passage: str, most: int) -> str:
        return self._ask(question, passage, ["Answer as briefly as you can."], text(most))

    def _ask(self, question: str, passage: str, told: Sequence[str], answer: str) -> str:
        """Return the reply to a question, written under the grammar's expression ``answer``."""
        lines = [f"Passage: {passage}"] if passage else []
        lines += [f"Question: {question}", *told]
        decoding = Decoding(max_tokens=LONGEST_ANSWER, grammar=rules(root=answer))
        asked = [Message("user", "\n".join(lines))]
        return self._model.complete(asked, decoding, agent="examiner").text.strip()


def _most(asked: int, answers: Iterable[bool]) -> bool:
    """Say whether enough of the ``asked`` controls are answered; ask until that is certain."""
    hits = misses = 0
    for found in answers:
        hits, misses = hits + found, misses + (not found)
        if hits >= ABLE * asked or misses > (1 - ABLE) * asked:
            break
    return hits >= ABLE * asked


def _orders(options: Sequence[str]) -> list[tuple[str, ...]]:
    """Return options in several orders; the key stands first only in the last of them.

    A model that likes the first place best is then found not to have guessed at once.
    """
    step = max(1, len(options) // ORDERS)
    starts = [*range(step, len(options), step), 0]
    return [(*options[start:], *options[:start]) for start in starts]


def _key_first(item: QuizItem) -> tuple[str, ...]:
    return (item.key, *(option for option in item.options if option != item.key))


def _verdicts(key: str) -> tuple[str, str]:
    return (TRUE, FALSE) if key == TRUE else (FALSE, TRUE)


def _claim(statement: str) -> str:
    return f"Is this true or false? {statement}"


def _names_only(control: Control, typed: str) -> bool:
    """Say whether the key was typed, and no other option: not the passage as a whole."""
    named = set(tokens(typed))
    return [option for option in control.options if option.lower() in named] == [control.options[0]]
