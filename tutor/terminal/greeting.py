"""The first lines of a chat: what to do, and on a first run which model answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tutor import __version__
from tutor.terminal.clean import one_line

if TYPE_CHECKING:
    from tutor.settings import Settings

_SAID = "introduced"
"""An empty file in the data folder, there once the introduction has been given."""

WELCOME = f"tutor {__version__}. Ask about your notes; /help for more, ctrl-D leaves."


def introduce_once(settings: Settings, say: Callable[[str], None]) -> None:
    """Say on the first run in a data folder which model answers.

    Raises:
        TutorError: the model that the settings name is not there.
    """
    said = settings.home / _SAID
    if said.exists():
        return
    say(introduction(settings))
    with suppress(OSError):  # where nothing can be written, it is said each time
        said.parent.mkdir(parents=True, exist_ok=True)
        said.touch()


def introduction(settings: Settings) -> str:
    """Say which model answers, what it is good for, and how to get a bigger one.

    Raises:
        TutorError: the model that the settings name is not there.
    """
    from tutor.llm.catalog import DOWNLOADS, ModelKind, choose  # asked for on a first run only

    choice = choose(settings)
    name = one_line(choice.name)
    match choice.kind:
        case ModelKind.BUNDLED:
            larger = DOWNLOADS[0].name
            return f"{name} answers, mostly by quoting. Bigger: tutor model pull {larger}"
        case ModelKind.SERVER:
            return f"{name} answers; every sentence is checked against your notes."
        case _:
            return f"{name} answers, checked against your notes. Others: tutor model list"
