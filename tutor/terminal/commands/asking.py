"""Ask, and ask again: /ask /explain /simpler /deeper /example /retry /think."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tutor.errors import SettingsError
from tutor.retrieval.topics import topic_of
from tutor.schema import Level, Slant
from tutor.terminal import render
from tutor.terminal.commands.command import Command, starting
from tutor.terminal.commands.topics import topics
from tutor.terminal.conversation import Conversation
from tutor.terminal.thoughts import Thinking, thoughts


def _ask(chat: Conversation, question: str) -> None:
    if not question:
        raise SettingsError("Ask what? For example: /ask What is overfitting?")
    chat.ask(question)


def _explain(chat: Conversation, arguments: str) -> None:
    """Explain a topic, or that of the last question; a level may stand before or after it."""
    words = arguments.split()
    level = next((word for word in words if word.lower() in list(Level)), "")
    topic = " ".join(word for word in words if word != level) or topic_of(_query(chat))
    chat.tell(
        f"Explain {topic}",
        lambda report, stopped: chat.tutor.get().explain(
            topic,
            level=Level(level.lower()) if level else Level.INTERMEDIATE,
            course=chat.course,
            cancelled=stopped,
            on_event=report,
        ),
    )


def _again(slant: Slant) -> Callable[[Conversation, str], None]:
    """Return what answers the last question again with a slant."""

    def run(chat: Conversation, _arguments: str) -> None:
        query = _query(chat)
        chat.tell(
            chat.asked,
            lambda report, _stopped: chat.tutor.get().answer_again(
                query, slant, course=chat.course, on_event=report
            ),
        )

    return run


def _query(chat: Conversation) -> str:
    """Return the last question so that it stands by itself.

    Raises:
        SettingsError: there is none.
    """
    answered = chat.saved.exchanges[-1].answer if chat.saved.exchanges else None
    return answered.query if answered else asked_last(chat)


def _retry(chat: Conversation, _arguments: str) -> None:
    question = asked_last(chat)
    exchanges = chat.saved.exchanges
    if exchanges and exchanges[-1].question == question:
        chat.saved.undo()
    chat.screen.remark(question)
    chat.screen.space()
    chat.ask(question)


def asked_last(chat: Conversation) -> str:
    """Return the last question, answered or not.

    Raises:
        SettingsError: there is none.
    """
    if not chat.asked:
        raise SettingsError("No question yet. Ask something first.")
    return chat.asked


def _think(chat: Conversation, mode: str) -> None:
    if not mode:
        hidden = chat.thinking is Thinking.HIDDEN
        chat.thinking = Thinking.DIMMED if hidden else Thinking.HIDDEN
    elif mode.lower() in list(Thinking):
        chat.thinking = Thinking(mode.lower())
    else:
        raise SettingsError(f"Reasoning is {', '.join(Thinking)}, not {mode!r}. Try: /think full")
    chat.screen.remark(f"The tutor's reasoning is {_SHOWN[chat.thinking]} now.")
    if chat.last and (thought := thoughts(chat.last.reasoning, chat.thinking)):
        chat.screen.show(render.BLANK, thought)


_SHOWN = {
    Thinking.HIDDEN: "hidden",
    Thinking.DIMMED: "shown dimmed",
    Thinking.FULL: "shown in full",
}


def _topics_and_levels(chat: Conversation, typed: str) -> Iterable[str]:
    topic, _, last = typed.rpartition(" ")
    levels = starting(last, Level) if last else []
    return [*topics(chat, typed), *(f"{topic} {level}".lstrip() for level in levels)]


def _modes(_chat: Conversation, typed: str) -> Iterable[str]:
    return starting(typed, Thinking)


ASK = Command("ask", "QUESTION", "ask; a line without a slash does the same", _ask)
EXPLAIN = Command(
    "explain", "[TOPIC]", "at length; beginner or expert after it", _explain, _topics_and_levels
)
SIMPLER = Command("simpler", "", "the last question in plain words", _again(Slant.SIMPLER))
DEEPER = Command("deeper", "", "the last question at length", _again(Slant.DEEPER))
EXAMPLE = Command("example", "", "an example of it from your notes", _again(Slant.EXAMPLE))
RETRY = Command("retry", "", "ask the last question again", _retry)
THINK = Command("think", "[MODE]", "reasoning: hidden, dimmed or full", _think, _modes)
