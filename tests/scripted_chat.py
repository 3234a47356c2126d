"""The chat over a scripted tutor, run as a program by the tests of the terminal."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

from scripted_tutor import CITED_NOTE, PASSAGES, WRITTEN, ScriptedTutor, Step, script

from tutor.conversations.saved import Conversations
from tutor.errors import ModelUnavailable
from tutor.schema import AgentStarted, PassagesFound, Token
from tutor.settings import data_folder
from tutor.terminal import repl
from tutor.terminal.background import Later
from tutor.terminal.commands.table import suggestions
from tutor.terminal.conversation import Conversation
from tutor.terminal.reader import open_reader
from tutor.terminal.screen import open_screen


def busy(_cancelled: threading.Event) -> None:
    """Do not hear of the cancellation for a while, as an import or a long prompt would not."""
    threading.Event().wait(1.0)


def until_stopped(cancelled: threading.Event) -> None:
    cancelled.wait(60)


ENDLESS: list[Step] = [
    AgentStarted("Tutor", "explaining"),
    PassagesFound("RAG", PASSAGES, 0.01),
    Token("As far as it got [1]"),
    until_stopped,
    busy,
    WRITTEN,
]

PART = replace(WRITTEN, text="RAG joins a retriever [1].", claims=WRITTEN.claims[:1])

SCRIPTS: dict[str, list[list[Step]]] = {
    "answers": [[*script()]],
    "tours": [[*script()]],
    "stops": [ENDLESS, [*script()]],
    "stops at once": [[Token("RAG joins"), until_stopped, PART]],
    "fails": [
        [ModelUnavailable("The model is gone. Fetch one: tutor model pull llama-3.2-1b.")],
        [ValueError("a fault")],
        [*script()],
    ],
}


def main() -> None:
    tutor = ScriptedTutor(*SCRIPTS[sys.argv[1]])
    if sys.argv[1] == "tours":
        tutor.chunk_list = CITED_NOTE
    later = Later(lambda: tutor)
    screen = open_screen(plain="--plain" in sys.argv)
    reader = open_reader(
        data_folder() / "history",
        lambda before: suggestions(chat, before),
        later.start,
        plain=screen.plain,
    )
    kept = Conversations(data_folder() / "conversations")
    chat = Conversation(screen, reader, later, kept)  # type: ignore[arg-type]
    repl.chat(chat)
    print("left after", *(turn.role for turn in (tutor.asked or [("", None, ())])[-1][2]))


if __name__ == "__main__":
    main()
