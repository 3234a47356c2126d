"""Whether one text follows from another, judged by a language model.

Rules over words see a wrong number, a denial or an opposite; they do not see that "the quirks of
the examples" are "peculiarities of the training data". A model that reads does, but small ones say
yes too readily. So it is asked twice about each statement, in two forms whose answers are different
words, after examples in which no answer is more frequent than its opposite; only what it says both
times counts. And a statement made of the very words of the text is never said to follow: whether
these hang together as they do there ("precision is the share of ...", "recall is ...") is what
models of 1.5 billion parameters get wrong most often, and what rules can see.

The statement may be written by anyone: it is put on one line of its own, and the model does not get
to see one that speaks to its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tutor.grounding.markup import clean
from tutor.grounding.requests import is_request
from tutor.grounding.words import content_stems
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.llm.grammar import choice, rules
from tutor.llm.trials import Trials

ABLE = 0.75
"""Share of controls that a model has to judge rightly before it is asked anything else."""

OWN_WORDS = 0.8
"""Share of a statement's words that the text has, from which the model does not decide."""

LONGEST = 600
"""Characters of a statement; a longer one says more than can be judged by yes or no."""

LONGEST_ANSWER = 8
"""Tokens of one word."""


class Bearing(StrEnum):
    """How a statement stands to a text."""

    FOLLOWS = "follows"
    DIFFERS = "differs"  # it contradicts the text, or says what is not said there
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to ask, and what is answered if a statement is true, false, or neither."""

    question: str
    true: str
    false: str
    unsaid: str

    def answer(self, kind: str) -> str:
        """Return the answer on a statement that is ``true``, ``false`` or ``unsaid``."""
        return {"true": self.true, "false": self.false, "unsaid": self.unsaid}[kind]

    @property
    def grammar(self) -> str:
        """GBNF for its answers."""
        return rules(root=choice(*dict.fromkeys((self.true, self.false, self.unsaid))))


_FORMS = (
    _Form("Do the notes say this? Answer Yes or No.", "Yes", "No", "No"),
    _Form("Is the statement True, False or Unknown?", "True", "False", "Unknown"),
)

_BIRD = "A lorn bird sings before the rain and is silent after it."
_MEAL = "Each quern holds six pounds of meal, and a miller fills it from the left."
_LAMP = "A sorrow lamp turns heat into smoke, so that the bees leave the hive."
_EXAMPLES = (
    (_BIRD, "Once it has rained, the lorn bird makes no sound.", "true"),
    (_MEAL, "Each quern holds nine pounds of meal.", "false"),
    (_LAMP, "Smoke is what comes out of a sorrow lamp.", "true"),
    (_BIRD, "The lorn bird sings after the rain.", "false"),
    (_MEAL, "A quern has room for half a dozen pounds.", "true"),
    (_LAMP, "A sorrow lamp does not make any smoke.", "false"),
    (_BIRD, "A lorn bird sings before the rain and builds its nest of clay.", "unsaid"),
    (_MEAL, "The quern fills the miller from the left.", "false"),
    (_LAMP, "With the lamp the insects are driven out.", "true"),
    (_MEAL, "The meal in a quern is made of oats.", "unsaid"),
    (_LAMP, "A sorrow lamp turns heat into smoke, which takes an hour.", "unsaid"),
    (_LAMP, "A sorrow lamp turns smoke into heat.", "false"),
)

_ROOT = "A mell digs for roots at dusk and sleeps through the day in a burrow lined with wool."
_GATE = "The gate of Ostrel stays shut until both guards have paid; one payment changes nothing."
_LENS = "A pannet bends blue light towards the keeper, who can then read the marks on the ice."
CONTROLS = (
    (_ROOT, "While the sun is up, a mell rests under the ground.", Bearing.FOLLOWS),
    (_ROOT, "In the evening a mell looks for food.", Bearing.FOLLOWS),
    (_ROOT, "Mells never rest while it is light.", Bearing.DIFFERS),
    (_GATE, "A single guard who pays cannot get the gate open.", Bearing.FOLLOWS),
    (_GATE, "It takes just one guard's money to open up Ostrel.", Bearing.DIFFERS),
    (_GATE, "The guards are paid by a wealthy merchant every week.", Bearing.DIFFERS),
    (_LENS, "Thanks to a pannet, the signs on the frozen water become legible.", Bearing.FOLLOWS),
    (_LENS, "A pannet makes it impossible to see what is written.", Bearing.DIFFERS),
)
"""Texts on what does not exist, statements on them, and how these stand to the texts: half follow.
"""

_OF_ITSELF = re.compile(
    r"\b(?:answer|reply|respond|say|says|output|return)\b.{0,12}\b(?:yes|true|so)\b"
    r"|\b(?:this|the|every|each|my)\s+(?:statement|claim)\b|\b(?:this|my)\s+(?:sentence|question)\b"
    r"|\bfollows\s+from\s+the\s+(?:notes?|passage|text)\b|\bthe\s+(?:notes|instructions)\b"
    r"|\bentail\w*|^\W*(?:notes?|statement|question|answer|instructions?)\s*:|^\W*(?:yes|true)\b",
    re.IGNORECASE,
)
"""What speaks of the statement as such: it could talk a model into something."""


class Entailment:
    """Asks a chat model whether statements follow from texts.

    ``trials`` remember whether it is able to, if given.
    """

    def __init__(self, model: ChatModel, trials: Trials | None = None) -> None:
        self._model = model
        self._trials = trials
        self._known: dict[tuple[str, str], bool] = {}

    @cached_property
    def able(self) -> bool:
        """Whether the model judges ``CONTROLS`` as they are; asked once, in a few seconds.

        Raises:
            TutorError: the model cannot be reached.
        """
        trial = repr((_FORMS, _EXAMPLES, CONTROLS, ABLE))
        return self._trials.outcome(trial, self._try_out) if self._trials else self._try_out()

    def _try_out(self) -> bool:
        found = [self._asked(text, said) is bearing for text, said, bearing in CONTROLS]
        return sum(found) >= ABLE * len(found)

    def judge(self, text: str, statement: str) -> Bearing:
        """Return how ``statement`` stands to ``text``; unclear if the model is unable to tell.

        Raises:
            TutorError: the model cannot be reached.
        """
        bearing = self._reading(text, statement)
        repeats = bearing is Bearing.FOLLOWS and in_its_words(text, statement)
        return Bearing.UNCLEAR if repeats else bearing

    def follows(self, text: str, statement: str) -> bool:
        """Say whether the model finds that a statement follows, in the text's words or in others.

        That is for those who hold statements against the text by rules as well; the same question
        is put once. Raises the same as ``judge``.
        """
        asked = text, statement
        if asked not in self._known:
            self._known[asked] = self._reading(text, statement) is Bearing.FOLLOWS
        return self._known[asked]

    def _reading(self, text: str, statement: str) -> Bearing:
        said = " ".join(clean(statement).split())
        if not said or not is_plain(said) or not self.able:
            return Bearing.UNCLEAR
        return self._asked(" ".join(clean(text).split()), said)

    def _asked(self, text: str, statement: str) -> Bearing:
        """Return what the model says in both forms; unclear if the text has no room in it."""
        longest = [*_shown(), _put(_FORMS[-1], text, statement)]
        if self._model.count_tokens(longest) + LONGEST_ANSWER > self._model.context_size:
            return Bearing.UNCLEAR
        answers = {self._answer(form, text, statement) == form.true for form in _FORMS}
        if len(answers) > 1:
            return Bearing.UNCLEAR
        return Bearing.FOLLOWS if answers.pop() else Bearing.DIFFERS

    def _answer(self, form: _Form, text: str, statement: str) -> str:
        decoding = Decoding(max_tokens=LONGEST_ANSWER, grammar=form.grammar)
        asked = [*_shown(), _put(form, text, statement)]
        return self._model.complete(asked, decoding, agent="entailment").text.strip()


def is_plain(statement: str) -> bool:
    """Say whether ``statement`` is short enough to be judged, and speaks of the matter only."""
    speaks_of_itself = is_request(statement) or _OF_ITSELF.search(statement)
    return len(statement) <= LONGEST and not speaks_of_itself


def in_its_words(text: str, statement: str) -> bool:
    """Say whether nearly all that ``statement`` is made of stands in ``text``."""
    said = set(content_stems(statement))
    return len(said & set(content_stems(text))) >= OWN_WORDS * len(said)


def _shown() -> Iterator[Message]:
    """Yield the examples, in the forms by turns; they are the same for all that is asked."""
    for place, (text, statement, kind) in enumerate(_EXAMPLES):
        form = _FORMS[place // 2 % len(_FORMS)]
        yield _put(form, text, statement)
        yield Message("assistant", form.answer(kind))


def _put(form: _Form, text: str, statement: str) -> Message:
    return Message("user", f"Notes: {text}\nStatement: {statement}\n{form.question}")
