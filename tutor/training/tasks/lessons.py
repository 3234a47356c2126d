"""Sections of an explanation, written from the sentences that are quoted to the explainer."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tutor.crew.explaining import LEVELS
from tutor.crew.prompts import messages
from tutor.crew.roles import Roles
from tutor.grounding.citations import number_passages
from tutor.schema import Level
from tutor.study.explanation import PLANS
from tutor.training.tasks.answers import Fact
from tutor.training.tasks.chat import Chat, as_passage, cite
from tutor.training.tasks.sections import stands_alone

_MOST_QUOTES = 4
_SHARE = 0.35


def lesson(fact: Fact, roles: Roles, chance: random.Random) -> Iterator[Chat]:
    """Yield a section of an explanation of what a fact is about, mostly none."""
    following = fact.section.sentences[fact.place + 1 :][: chance.randrange(_MOST_QUOTES)]
    quotes = [fact.sentence, *(text for text in following if stands_alone(text))]
    told = fact.asked.told
    if len(quotes) < 2 or not told.startswith("says what") or chance.random() > _SHARE:
        return
    level = chance.choice(list(Level))
    named = [part.title for part in PLANS[level]]
    title = named[0] if fact.asked.defines else chance.choice(named[1:])
    passages = [as_passage(fact.section.passage.heading, quote) for quote in quotes]
    prompt = messages(
        roles,
        "explain_section",
        passages=number_passages(passages),
        topic=fact.asked.topic,
        section=title,
        level=LEVELS[level],
    )
    thoughts = [f"1. Passage 1 {told}."]
    thoughts += [f"{n}. Passage {n} carries on." for n in range(2, len(quotes) + 1)]
    answer = " ".join(cite(quote, number) for number, quote in enumerate(quotes, 1))
    reply = "\n".join(["Reasoning:", *thoughts, f"Answer: {answer}"])
    yield Chat("explain_section", tuple(prompt), reply)
