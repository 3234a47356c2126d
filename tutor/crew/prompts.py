"""What a model reads when a task is put to it: the words of ``agents.yaml`` and no others.

CrewAI renders the same from ``SLICES`` when the crew works; a test holds the two to each other,
token for token. Training examples are rendered here, by the hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.conversations.recall import condense
from tutor.crew.roles import Roles
from tutor.llm.chat_model import Message
from tutor.schema import Turn

SLICES = {
    "role_playing": "You are {role}. {backstory}\n{goal}",
    "task_no_tools": "{input}",
    "native_task": "{input}",
    "task_with_context": "{context}\n\n{task}",
    "expected_output": "",
}
"""CrewAI's own words around a task, as we put them. Its "you MUST return the actual complete
content as the final answer" is what a small model then repeats instead of answering, so nothing is
left of them, and what is asked comes last, after the passages."""


def messages(roles: Roles, task: str, *, context: str = "", **values: str) -> list[Message]:
    """Return the prompt of the task ``task`` of ``agents.yaml``.

    ``values`` fill its placeholders; ``context`` is the output of the task before, if any.
    """
    prompt = roles.tasks[task]
    who = roles.agents[prompt.agent]
    system = SLICES["role_playing"].format(role=who.role, backstory=who.backstory, goal=who.goal)
    asked = prompt.fill(**values)
    if context:
        asked = SLICES["task_with_context"].format(context=context, task=asked)
    shown = examples(roles, task)
    return [Message("system", system.strip()), *shown, Message("user", asked.strip())]


def examples(roles: Roles, task: str) -> list[Message]:
    """Return the examples of the task ``task`` as the earlier turns that a model reads them as."""
    prompt = roles.tasks[task]
    return [
        message
        for values, reply in prompt.examples
        for message in (Message("user", prompt.fill(**values)), Message("assistant", reply))
    ]


def conversation(history: Sequence[Turn], room: int) -> str:
    """Return the earlier turns as the retriever reads them, in about ``room`` characters."""
    turns = condense(history, room)
    return "\n".join(f"{turn.role.capitalize()}: {' '.join(turn.text.split())}" for turn in turns)
