r"""Traces on disk: what ``--trace FILE`` writes and ``tutor replay FILE`` reads.

A trace is a file of JSON lines, UTF-8, one for each event. Each line is complete on the disk before
the next event, so that a kill loses nothing; further turns are added at the end. The first line
is ``{"event": "trace", "version": 1, "tutor": "..."}``. Within a version events and keys are only
ever added. Every other line has ``event`` and ``after``, the seconds since the question, and::

    asked       question, course (null for all), at (ISO 8601): a turn begins
    notice      text: something the user was told
    progress    task, done, total
    agent       role, doing: an agent took over
    search      query, passages: [{source, course, heading, text, start_line, end_line, page,
                chunk_ids, score, similarity}], best first, seconds: how long the search took
    model       one reply of the model: agent, model, messages: [[role, text]] as they were sent,
                grammar ("" for free text; else GBNF or a JSON Schema), reply, finish ("stop",
                "length", "cancelled"), usage: {prompt_tokens, completion_tokens, reused_tokens,
                seconds}; reused_tokens of the prompt_tokens came from the cache
    token       text, reasoning: true for thought; text that was shown, already checked
    pace        tokens, seconds: so much has been written by now
    checks      claims: [{text, citations: [number], support: 0..1, supported: bool}]: the
                sentences of a reply, held against the passages
    answer      the answer as it was shown: question, query, kind, text, claims, citations:
                [{number, passage, quote}], passages, reasoning, topics, model, usage, sure
    failed      error: the turn ended with it
    stopped     the user ended the turn by ctrl-C

Secrets of the settings, such as the key for a server, are replaced by ``***`` wherever they occur.
Otherwise a trace holds what was asked and what the notes say: look at it before you pass it on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tutor import __version__
from tutor.errors import SettingsError, StoreUnavailable
from tutor.schema import (
    AgentStarted,
    Answer,
    ModelCalled,
    Notice,
    Pace,
    PassagesFound,
    Progress,
    SentencesChecked,
    Token,
)
from tutor.terminal.trace import Asked, Failed, Happening, Step, Stopped

VERSION = 1

_HEAD = "trace"
_LONGEST_HEAD = 1000  # bytes; whatever begins with a longer line is something else
_KINDS: dict[str, type] = {
    "asked": Asked,
    "notice": Notice,
    "progress": Progress,
    "agent": AgentStarted,
    "search": PassagesFound,
    "model": ModelCalled,
    "token": Token,
    "pace": Pace,
    "checks": SentencesChecked,
    "answer": Answer,
    "failed": Failed,
    "stopped": Stopped,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class TraceWriter:
    """Adds steps to the trace at ``path``, which may hold earlier turns; ``secrets`` stay out."""

    def __init__(self, path: Path, secrets: Sequence[str] = ()) -> None:
        """Open the file.

        Raises:
            SettingsError: it cannot be written, or holds something else than a trace.
        """
        self._path = path
        self._secrets = tuple(filter(None, secrets))
        try:
            torn = _checked_for_adding(path)
            self._file = path.open("ab", buffering=0)  # each line is there before the next event
        except OSError as error:
            raise SettingsError(
                f"The trace {path} cannot be written ({error.strerror}). Name another file."
            ) from error
        if torn is None:
            self._add({"event": _HEAD, "version": VERSION, "tutor": __version__})
        elif torn:
            self._file.write(b"\n")

    def write(self, step: Step) -> None:
        """Add what happened.

        Raises:
            StoreUnavailable: the disk is full, or gone.
        """
        event = {"event": _NAMES[type(step.what)], "after": round(step.after, 4)}
        self._add(event | asdict(step.what))

    def _add(self, line: dict[str, Any]) -> None:
        text = json.dumps(
            _without(line, self._secrets), ensure_ascii=False, default=datetime.isoformat
        )
        try:
            # A model may write halves of characters, which UTF-8 has no place for.
            self._file.write(text.encode("utf-8", "replace") + b"\n")
        except OSError as error:
            raise StoreUnavailable(
                f"The trace {self._path} cannot be written any more ({error.strerror}). Make room "
                "there, or name another file; the answer does not need it."
            ) from error


def _checked_for_adding(path: Path) -> bool | None:
    """Return whether the last line of a trace was cut off; ``None`` where there is no trace yet.

    Raises:
        SettingsError: the file is no trace.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        head = file.readline(_LONGEST_HEAD)
        if not head:
            return None
        _check_head(path, head)
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _without(value: Any, secrets: Sequence[str]) -> Any:
    """Return ``value`` with ``***`` for each of the secrets in its texts."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "***")
        return value
    if isinstance(value, dict):
        return {key: _without(one, secrets) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(one, secrets) for one in value]
    return value


@dataclass(frozen=True, slots=True)
class Trace:
    """What a file holds: the steps of each turn, and what had to be left out, in sentences."""

    turns: tuple[tuple[Step, ...], ...]
    damage: tuple[str, ...]


def read_trace(path: Path) -> Trace:
    """Read a trace; damaged lines are left out and named.

    Raises:
        SettingsError: the file cannot be read, is no trace, or is from a newer tutor.
    """
    try:
        with path.open("rb") as file:
            _check_head(path, file.readline(_LONGEST_HEAD))
            lines = file.read().split(b"\n")
    except OSError as error:
        raise SettingsError(
            f"The trace {path} cannot be read ({error.strerror}). Name the file that --trace wrote."
        ) from error
    steps: list[Step] = []
    damage: list[str] = []
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        try:
            steps += _steps(line)
        except (ValueError, LookupError, TypeError, AttributeError):
            damage.append(_damaged(path, number, torn=number > len(lines)))
    return Trace(tuple(_turns(steps)), tuple(damage))


def _check_head(path: Path, line: bytes) -> None:
    """Raise ``SettingsError`` unless ``line`` is the first one of a trace that this tutor reads."""
    try:
        head = json.loads(line)
        known = head["event"] == _HEAD and int(head["version"]) > 0
    except (ValueError, LookupError, TypeError):
        known = False
    if not known:
        raise SettingsError(
            f"{path}:1 is not the beginning of a trace. Record one in a new file: "
            "tutor ask 'QUESTION' --trace new.jsonl"
        )
    if int(head["version"]) > VERSION:
        raise SettingsError(
            f"{path} is a trace of version {head['version']}, and this tutor reads {VERSION}. "
            "Update the tutor, or record it again."
        )


def _steps(line: bytes) -> Iterator[Step]:
    """Yield the step of a line; a head in the middle, of files put together, is none.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: the line is damaged.
    """
    record = json.loads(line)
    if record["event"] == _HEAD:
        return
    kind = _KINDS[record.pop("event")]
    after = float(record.pop("after"))
    try:
        what: Happening = TypeAdapter(kind).validate_python(record)
    except ValidationError as error:
        raise ValueError("a key is missing or wrong") from error
    yield Step(after, what)


def _damaged(path: Path, number: int, *, torn: bool) -> str:
    if torn:
        return f"{path}:{number} was cut off while it was written; what came before is shown."
    return f"{path}:{number} is damaged and left out. Mend the line, or record the turn again."


def _turns(steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
    """Part steps into turns: at each question, and where time runs backwards for want of one."""
    turn: list[Step] = []
    for step in steps:
        if turn and (isinstance(step.what, Asked) or step.after < turn[-1].after):
            yield tuple(turn)
            turn = []
        turn.append(step)
    if turn:
        yield tuple(turn)
