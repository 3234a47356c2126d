"""CSV to text: each row on its own line, every value beside the name of its column."""

from __future__ import annotations

import csv

from tutor.errors import NotesError
from tutor.ingestion.decoding import decode

_LONGEST_FIELD = 1_000_000


def read_csv(data: bytes) -> str:
    """Return each row as ``column: value; column: value``, on the line where the file has it.

    A row alone in a chunk still says what its values mean. The header stays on its own line.

    Raises:
        NotesError: a field never ends, usually because a quotation mark is missing.
    """
    lines = decode(data).split("\n")
    before = csv.field_size_limit(_LONGEST_FIELD)  # a setting of the whole process
    rows = csv.reader((line + "\n" for line in lines), delimiter=_delimiter(lines))
    text: list[str] = []
    header: list[str] | None = None
    read = 0
    try:
        for row in rows:
            values = [" ".join(value.split()) for value in row]
            if header is None and any(values):
                header, line = values, " | ".join(values)
            else:
                line = _row(header or [], values)
            text += [line] + [""] * (rows.line_num - read - 1)
            read = rows.line_num
    except csv.Error as error:
        raise NotesError(
            f"line {rows.line_num} is no sound CSV ({error}). Mend the quotation marks there."
        ) from error
    finally:
        csv.field_size_limit(before)
    return "\n".join(text)


def _delimiter(lines: list[str]) -> str:
    """Return the mark that parts the values, by what the first line holds most of."""
    first = next((line for line in lines if line.strip()), "")
    return max(",;\t|", key=first.count)


def _row(header: list[str], values: list[str]) -> str:
    names = header + [""] * (len(values) - len(header))
    pairs = zip(names, values, strict=False)
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)
