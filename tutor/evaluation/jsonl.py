"""Files of JSON lines: records in, records out, and every bad line named with its cure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from tutor.errors import SettingsError

Record = TypeVar("Record")
Entry = Mapping[str, Any]


class BadField(Exception):
    """A field of a line is missing or wrong; the message says which, and what belongs there."""


def read_records(path: Path, make: Callable[[Entry], Record]) -> dict[int, Record]:
    """Return what ``make`` makes of each line of ``path``, by line number (from 1).

    ``make`` raises ``BadField`` for an entry that it cannot use.

    Raises:
        SettingsError: the file cannot be read, or has bad lines; the first is named, with its cure.
    """
    records: dict[int, Record] = {}
    complaints: list[str] = []
    for number, line in _lines(path):
        try:
            records[number] = make(_entry(line))
        except BadField as error:
            complaints.append(f"{path}:{number}: {error}")
    if len(complaints) > 1:
        complaints[0] += f" (More bad lines: {len(complaints) - 1}.)"
    if complaints:
        raise SettingsError(complaints[0])
    return records


def dumps(entries: Iterable[Entry]) -> str:
    """Return one entry a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)


def write_text(path: Path, text: str) -> None:
    """Write a whole file of UTF-8.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error


def read_text(path: Path) -> str:
    """Return a whole file of UTF-8, without a byte order mark.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read: {error.strerror}. Is the name right?"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text. Save it as UTF-8.") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield number, line


def _entry(line: str) -> Entry:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadField(
            f"not JSON ({error.msg} at column {error.colno}). Put one {{...}} on each line."
        ) from error
    if not isinstance(entry, dict):
        raise BadField("not a JSON object. Put one {...} on each line.")
    return entry


# ------------------------------------------------------------------------------ fields


def text(entry: Entry, key: str, default: str | None = None) -> str:
    """Return a field that holds text; it is required where there is no ``default``."""
    value = entry.get(key)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and (value.strip() or default is not None):
        return value
    raise BadField(f'"{key}" {_fault(value)}. It has to be text in quotes.')


def number(entry: Entry, key: str, default: int) -> int:
    """Return a field that holds a whole number."""
    value = entry.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadField(f'"{key}" {_fault(value)}. It has to be a whole number.')


def texts(entry: Entry, key: str) -> tuple[str, ...]:
    """Return a field that holds a list of texts, none by default."""
    value = entry.get(key) or []
    if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
        return tuple(value)
    raise BadField(f'"{key}" is no list of texts. Write ["...", "..."], or [] for none.')


def lists(
    entry: Entry, key: str, kind: type[Record], example: str
) -> tuple[tuple[Record, ...], ...]:
    """Return a field that holds a list of lists of ``kind``, none by default."""
    value = entry.get(key) or []
    if isinstance(value, list) and all(
        isinstance(inner, list) and inner and all(isinstance(one, kind) for one in inner)
        for inner in value
    ):
        return tuple(tuple(inner) for inner in value)
    raise BadField(f'"{key}" is no list of lists. Write {example}, brackets included.')


def _fault(value: object) -> str:
    if value is None:
        return "is missing"
    return "is empty" if value == "" else f"is {json.dumps(value)[:40]}"
