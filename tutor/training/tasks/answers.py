"""Questions to the explainer: answered from one passage among others, compared, or declined."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.crew.roles import Roles
from tutor.grounding.words import content_stems
from tutor.quiz.knowledge.terms import is_aspect, is_generic
from tutor.schema import Passage
from tutor.training.tasks.asking import Asked, questions
from tutor.training.tasks.chat import Chat, answered
from tutor.training.tasks.sections import Section, stands_alone
from tutor.training.tasks.shelf import Shelf

_MOST_WORDS = 60  # of an answer
_MOST_OTHERS = 4
_THINKING, _DECLINED, _COMPARED, _TITLED = 0.2, 0.1, 0.5, 0.35

_ABOUT_TITLE = (
    "Explain {title}.",
    "What do the notes say about {title}?",
    "Tell me about {title}.",
    "Summarize {title}.",
    "{title}?",
)
_COMPARING = (
    "What is the difference between {one} and {other}?",
    "How does {one} differ from {other}?",
    "Compare {one} and {other}.",
    "{one} vs {other}?",
    "{one} or {other}: what is the difference?",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that a section answers, and the place of the sentence that begins the answer."""

    asked: Asked
    section: Section
    place: int

    @property
    def sentence(self) -> str:
        """What answers."""
        return self.section.sentences[self.place]


def facts(section: Section, shelf: Shelf, chance: random.Random) -> Iterator[Fact]:
    """Yield what can be asked about a section."""
    for place in section.telling():
        for asked in questions(section.sentences[place], shelf.usage, chance):
            yield Fact(asked, section, place)
    if chance.random() < _TITLED and _opens_with_title(section):
        yield Fact(_about_title(shelf.usage.spelled(section.title), chance), section, 0)


def _opens_with_title(section: Section) -> bool:
    """Say whether the title names something that the first sentence speaks of."""
    title = section.title
    if not 1 <= len(title.split()) <= 6 or is_generic(title) or is_aspect(title):
        return False
    wanted = set(content_stems(title))
    return (
        bool(wanted)
        and section.telling()[:1] == [0]
        and wanted <= set(content_stems(section.sentences[0]))
    )


def _about_title(title: str, chance: random.Random) -> Asked:
    if title.endswith("?"):
        return Asked(title, title.rstrip("?"), "answers this")
    return Asked(chance.choice(_ABOUT_TITLE).format(title=title), title, f"is about {title}")


class Answers:
    """Makes the explainer's examples; ``room`` is how many characters of passages a prompt has."""

    def __init__(self, roles: Roles, shelf: Shelf, room: int, chance: random.Random) -> None:
        self._roles = roles
        self._shelf = shelf
        self._room = room
        self._chance = chance

    def of(self, fact: Fact) -> Iterator[Chat]:
        """Yield the examples that a fact gives."""
        chance = self._chance
        others = self._others(fact, fact.section)
        passages = self._mixed([fact.section.passage], others)
        yield self._chat(fact.asked.question, passages, self._told(fact), [fact])
        if others and chance.random() < _DECLINED:
            yield self._chat(fact.asked.question, others, [], [])
        other = self._shelf.fact(chance)
        comparable = other is not None and _can_be_compared(fact, other)
        if other is not None and comparable and chance.random() < _COMPARED:
            yield self._compared(fact, other)

    def _compared(self, one: Fact, other: Fact) -> Chat:
        question = self._chance.choice(_COMPARING).format(
            one=one.asked.topic, other=other.asked.topic
        )
        own = list({id(f.section): f.section.passage for f in (one, other)}.values())
        passages = self._mixed(own, self._others(one, one.section, other.section)[:2])
        told = [(fact.sentence, fact.section.passage) for fact in (one, other)]
        return self._chat(question, passages, told, [one, other])

    def _chat(
        self,
        question: str,
        passages: Sequence[Passage],
        told: Sequence[tuple[str, Passage]],
        used: Sequence[Fact],
    ) -> Chat:
        thoughts = [f"Passage {{n}} {fact.asked.told}." for fact in used]
        think = self._chance.random() < _THINKING
        return answered(self._roles, question, passages, told, thoughts, self._chance, think=think)

    def _told(self, fact: Fact) -> list[tuple[str, Passage]]:
        """Return the sentence that answers, and those that follow it as far as they carry on."""
        told, words = [fact.sentence], len(fact.sentence.split())
        more = self._chance.choice((0, 0, 1, 2))
        for sentence in fact.section.sentences[fact.place + 1 :][:more]:
            words += len(sentence.split())
            if words > _MOST_WORDS or not stands_alone(sentence):
                break
            told.append(sentence)
        return [(sentence, fact.section.passage) for sentence in told]

    def _others(self, fact: Fact, *own: Section) -> list[Passage]:
        """Return passages that do not speak of the fact's topic, as many as there is room for."""
        room = self._room - sum(len(section.passage.text) for section in own)
        chosen = []
        for section in self._shelf.sections(self._chance.randint(0, _MOST_OTHERS), self._chance):
            text = section.passage.text
            if section in own or fact.asked.topic.lower() in text.lower() or len(text) > room:
                continue
            room -= len(text)
            chosen.append(section.passage)
        return chosen

    def _mixed(self, own: list[Passage], others: list[Passage]) -> list[Passage]:
        """Put the passages in an order: the best comes first half of the time, as in use."""
        passages = [*own, *others]
        if self._chance.random() < 0.5:
            self._chance.shuffle(passages)
        return passages


def _can_be_compared(one: Fact, other: Fact) -> bool:
    """Say whether both facts tell what a thing is, and the things are not the same."""
    both = one.asked.defines and other.asked.defines
    return both and other.asked.topic.lower() not in one.sentence.lower()
