"""What the user types: with line editing on a terminal, plain lines from a pipe."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, is_searching
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style

Suggest = Callable[[str], Iterable[tuple[str, str]]]
"""Gives what may follow the text before the cursor: replacement of that text, and its meaning."""

_STYLE = Style.from_dict(
    {
        "prompt": "ansicyan",
        "placeholder": "ansibrightblack",
        "completion-menu": "noreverse bg:default",
        "completion-menu.completion": "noreverse bg:default",
        "completion-menu.completion.current": "noreverse bg:default ansicyan bold",
        "completion-menu.meta.completion": "noreverse bg:default ansibrightblack",
        "completion-menu.meta.completion.current": "noreverse bg:default ansicyan",
        "scrollbar.background": "bg:default",
        "scrollbar.button": "bg:default",
    }
)
_MENU_LINES = 8


class Reader(Protocol):
    """Where answers to the program come from."""

    def line(self, hint: str = "") -> str:
        """Return one line; ``hint`` says what is expected.

        Raises:
            EOFError: there is nothing more to read.
            KeyboardInterrupt: the user pressed ctrl-C on an empty line.
        """
        ...

    def key(self, keys: Sequence[str], hint: str = "") -> str:
        """Return one of ``keys`` (single letters), or an empty string for Enter; raises alike.

        From a pipe it is a line, which may say something else.
        """
        ...

    def several(self, keys: Sequence[str], hint: str = "", *, in_turn: bool = False) -> str:
        """Return some of ``keys`` with spaces between; a second press takes one back.

        They come in the order of ``keys``, or ``in_turn`` as they were pressed. Raises as ``line``
        does; from a pipe it is a line, which may say something else.
        """
        ...

    def edited(self, text: str, hint: str = "") -> str:
        """Return ``text`` as the user changed it; raises alike.

        Where lines cannot be edited it is a new line; an empty one leaves ``text`` as it is, and a
        dash alone empties it.
        """
        ...


class PipeReader:
    """Lines of a stream that is not a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(self, hint: str = "") -> str:
        """Return the next line without its end."""
        line = self._stream.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")

    def key(self, keys: Sequence[str], hint: str = "") -> str:
        """Return the next line."""
        return self.line(hint)

    def several(self, keys: Sequence[str], hint: str = "", *, in_turn: bool = False) -> str:
        """Return the next line."""
        return self.line(hint)

    def edited(self, text: str, hint: str = "") -> str:
        """Return the next line, or ``text`` if that is empty."""
        return _typed_over(text, self.line(hint))


class PlainReader:
    """Lines as the terminal itself edits them: for screen readers, nothing is redrawn."""

    def __init__(self, on_ready: Callable[[], None] = lambda: None) -> None:
        self._on_ready: Callable[[], None] | None = on_ready

    def line(self, hint: str = "") -> str:
        """Return a line; the hint is written above it."""
        ready, self._on_ready = self._on_ready, None
        if ready is not None:
            ready()
        if hint:
            print(hint)
        return input("> ")

    def key(self, keys: Sequence[str], hint: str = "") -> str:
        """Return a line."""
        return self.line(hint)

    def several(self, keys: Sequence[str], hint: str = "", *, in_turn: bool = False) -> str:
        """Return a line."""
        return self.line(hint)

    def edited(self, text: str, hint: str = "") -> str:
        """Return a line, or ``text``, which is written above it, if that is empty."""
        print(text)
        return _typed_over(text, self.line(f"{hint} · Enter keeps it · - empties it"))


class TerminalReader:
    """Line editing, history and completion by prompt_toolkit.

    ``history`` is the file that keeps what was typed; ``on_ready`` runs once, when the first
    prompt is on the screen.
    """

    def __init__(
        self,
        history: Path | None = None,
        suggest: Suggest = lambda _text: (),
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._sign = "› " if _encodes(sys.stdout, "›") else "> "
        self._on_ready: Callable[[], None] | None = on_ready
        self._lines: PromptSession[str] = PromptSession(
            history=_history(history),
            completer=_Suggestions(suggest),
            complete_while_typing=Condition(_types_a_command),
            enable_history_search=~Condition(_types_a_command),
            reserve_space_for_menu=_MENU_LINES,
            key_bindings=_line_keys(suggest),
            style=_STYLE,
        )
        self._lines.app.after_render += self._rendered

    def _rendered(self, _sender: object) -> None:
        ready, self._on_ready = self._on_ready, None
        if ready is not None:
            ready()

    def line(self, hint: str = "") -> str:
        """Return an edited line."""
        return self._lines.prompt(self._prompt, placeholder=_faint(hint))

    def key(self, keys: Sequence[str], hint: str = "") -> str:
        """Return the first of ``keys`` that is pressed, without waiting for Enter."""
        return self._apart(_answer_keys(keys)).prompt(self._prompt, placeholder=_faint(hint))

    def several(self, keys: Sequence[str], hint: str = "", *, in_turn: bool = False) -> str:
        """Return the keys that are chosen when Enter is pressed."""
        session = self._apart(_toggle_keys(keys, in_turn=in_turn))
        return session.prompt(self._prompt, placeholder=_faint(hint))

    def edited(self, text: str, hint: str = "") -> str:
        """Return ``text`` as it stands on the line when Enter is pressed."""
        session = self._apart(_line_keys(lambda _text: ()))
        return session.prompt(self._prompt, default=text, placeholder=_faint(hint))

    @property
    def _prompt(self) -> StyleAndTextTuples:
        return [("class:prompt", self._sign)]

    def _apart(self, keys: KeyBindings) -> PromptSession[str]:
        """Return a prompt whose lines stay out of the history."""
        return PromptSession(history=InMemoryHistory(), key_bindings=keys, style=_STYLE)


def open_reader(
    history: Path | None = None,
    suggest: Suggest = lambda _text: (),
    on_ready: Callable[[], None] = lambda: None,
    *,
    plain: bool = False,
) -> Reader:
    """Return the reader that suits this process's streams; a ``plain`` one redraws nothing."""
    if sys.stdin and sys.stdin.isatty() and sys.stdout.isatty():
        return PlainReader(on_ready) if plain else TerminalReader(history, suggest, on_ready)
    return PipeReader(sys.stdin or io.StringIO())


def drop_typed_ahead() -> None:
    """Forget what was typed while the program was busy: it answers nothing that was seen.

    Lines from a pipe stay, and so does everything where there is no way to tell (on Windows).
    """
    with suppress(ImportError, OSError):
        import termios

        if sys.stdin and sys.stdin.isatty():
            with suppress(termios.error):
                termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _typed_over(text: str, line: str) -> str:
    return "" if line.strip() == "-" else line or text


def _encodes(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _faint(text: str) -> StyleAndTextTuples:
    return [("class:placeholder", text)]


def _history(file: Path | None) -> History:
    """Return the history in ``file``, or one in memory where that cannot be written."""
    if file is None:
        return InMemoryHistory()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("ab").close()
    except OSError:
        return InMemoryHistory()
    return _LastingHistory(str(file))


class _LastingHistory(FileHistory):
    """History in a file, for as long as the file can be written."""

    def store_string(self, string: str) -> None:
        """Append a line; on a full disk it is remembered until the program ends, no longer."""
        with suppress(OSError):
            super().store_string(string)


def _types_a_command() -> bool:
    return get_app().current_buffer.text.startswith("/")


class _Suggestions(Completer):
    """Passes what ``suggest`` gives to prompt_toolkit."""

    def __init__(self, suggest: Suggest) -> None:
        self._suggest = suggest

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield the completions of the text before the cursor."""
        before = document.text_before_cursor
        for text, meaning in self._suggest(before):
            yield Completion(text, start_position=-len(before), display_meta=meaning)


def _line_keys(suggest: Suggest) -> KeyBindings:
    """Bind ctrl-C to empty the line, or to interrupt on an empty one, and Tab to complete."""
    keys = KeyBindings()

    @keys.add("tab")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        before = buffer.document.text_before_cursor
        found = list(suggest(before))
        if len(found) == 1:
            buffer.delete_before_cursor(len(before))
            buffer.insert_text(found[0][0])
        elif buffer.complete_state:
            buffer.complete_next()
        else:
            buffer.start_completion(insert_common_part=True)

    @keys.add("c-c", filter=~is_searching)  # there it ends the search
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt())

    return keys


def _answer_keys(allowed: Sequence[str]) -> KeyBindings:
    """Bind every key: the allowed ones answer at once, other letters do nothing."""
    keys = KeyBindings()

    @keys.add("<any>")
    def _(event: KeyPressEvent) -> None:
        pressed = event.data.lower()
        if pressed in allowed:
            event.current_buffer.text = pressed
            event.current_buffer.validate_and_handle()

    return keys


def _toggle_keys(allowed: Sequence[str], *, in_turn: bool) -> KeyBindings:
    """Bind every key: the allowed ones choose or take back, and other letters do nothing.

    ``q`` on an empty line answers at once, unless it is allowed.
    """
    keys = KeyBindings()

    @keys.add("<any>")
    def _(event: KeyPressEvent) -> None:
        pressed, buffer = event.data.lower(), event.current_buffer
        chosen = buffer.text.split()
        if pressed in allowed:
            chosen = [key for key in chosen if key != pressed] + [pressed] * (pressed not in chosen)
            chosen = chosen if in_turn else sorted(chosen, key=allowed.index)
            buffer.text = " ".join(chosen)
            buffer.cursor_position = len(buffer.text)
        elif pressed == "q" and not chosen:
            buffer.text = pressed
            buffer.validate_and_handle()

    return keys
