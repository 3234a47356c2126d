"""Requests to the retriever: a question, alone or in a conversation, into a thought and a query."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tutor.crew.prompts import conversation, messages
from tutor.crew.roles import Roles
from tutor.grounding.words import content_words
from tutor.schema import Turn
from tutor.training.tasks.answers import Fact
from tutor.training.tasks.chat import Chat, cite
from tutor.training.tasks.slips import as_typed

LONGEST_THOUGHT, LONGEST_QUERY = 120, 80  # characters that the retriever's grammar leaves
_ROOM = 600
_ALONE = 0.4

_ASKING = frozenset(
    "tell explain define summarize describe compare say mean notes term call happened".split()  # noqa: SIM905
)
"""Words of a question that are of no use to a search."""

_FOLLOW_UPS = (
    ("What is it used for?", "What is {one} used for?"),
    ("How does it work?", "How does {one} work?"),
    ("Why is it important?", "Why is {one} important?"),
    ("why does that matter", "Why does {one} matter?"),
    ("Can you give an example?", "What is an example of {one}?"),
    ("What are its limits?", "What are the limits of {one}?"),
    ("tell me more", "Tell me more about {one}."),
    ("I don't get it, simpler please", "Explain {one} in simple terms."),
    ("And {other}?", "What is {other}?"),
    ("what about {other}", "What is {other}?"),
    ("How is it different from {other}?", "What is the difference between {one} and {other}?"),
    ("Which one is better, that or {other}?", "Is {one} better than {other}?"),
    ("How are the two related?", "How are {one} and {other} related?"),
)


def query(
    roles: Roles, before: str, question: str, meant: str, chance: random.Random
) -> Chat | None:
    """Return a request to the retriever; ``before`` is the conversation so far.

    Nothing comes of it where ``meant`` is too long for its grammar.
    """
    thought = f"They mean: {meant}"
    words = " ".join(w for w in dict.fromkeys(content_words(meant)) if w not in _ASKING)
    if len(thought) > LONGEST_THOUGHT or not 3 <= len(words) <= LONGEST_QUERY:
        return None
    asked = as_typed(question, chance)
    prompt = messages(roles, "search", conversation=before, question=asked)
    return Chat("search", tuple(prompt), f"Thought: {thought}\nQuery: {words}")


def queries(fact: Fact, others: Sequence[str], roles: Roles, chance: random.Random) -> list[Chat]:
    """Return what the retriever may be asked about a fact: by itself, and after an answer."""
    chats = []
    if chance.random() < _ALONE:
        chats.append(query(roles, "", fact.asked.question, fact.asked.question, chance))
    is_thing = fact.asked.told.startswith("says what") and len(fact.asked.topic.split()) <= 5
    if others and is_thing:
        asked, meant = chance.choice(_FOLLOW_UPS)
        names = {"one": fact.asked.topic, "other": others[0]}
        history = [Turn("user", fact.asked.question), Turn("tutor", cite(fact.sentence, 1))]
        if "the two" in asked:
            history[0] = Turn("user", f"Compare {names['one']} and {names['other']}.")
        before = conversation(history, _ROOM)
        chats.append(query(roles, before, asked.format(**names), meant.format(**names), chance))
    return [chat for chat in chats if chat is not None]
