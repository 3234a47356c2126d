"""Item banks as CSV, for spreadsheets, written and read.

One row an item, UTF-8 with a byte order mark so that Excel shows every language. The columns are
those of ``COLUMNS`` and as many of ``option_1``, ``key_2``, ``accepted_1``, ``heading_1``,
``prompt_1``, ``match_1``, ``point_1`` and ``evidence_1`` with higher numbers as the items need.
Several right options, or the steps in their right order, are ``key``, ``key_2`` and so on; the
pairs to match are ``prompt_1`` and ``match_1``, ...; the points of a rubric are ``point_1``, ...,
and ``evidence_1``, as JSON, is that of the first pair or point. So a row holds everything that an
item has.

A cell that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection); reading takes it off again.

A file made elsewhere needs the columns ``stem`` and ``key`` only, in any order, with commas,
semicolons or tabs between them; a key may be the letter of its option. A kind that is missing
follows from the other cells; the key of pairs and, where the options stand in their right order, of
an ordering may be left empty. The level is 1, the topic empty, the evidence empty.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tutor.errors import NotesError
from tutor.quiz.formats.files import read_text
from tutor.quiz.formats.json_bank import evidence_as_dict, evidence_from
from tutor.quiz.formats.record import (
    NO_EVIDENCE,
    ItemBank,
    cleaned,
    fault,
    mixed,
    with_gap,
    with_own_ids,
)
from tutor.quiz.formats.telling import LETTERS
from tutor.quiz.items import FALSE, TRUE
from tutor.schema import Evidence, ItemKind, Notice, Pair, QuizItem, RubricPoint

COLUMNS = (
    "id", "kind", "level", "topic", "stem", "key", "explanation", "source", "course",
    "start_line", "end_line", "page", "chunk_id", "quote",
)  # fmt: skip
_NUMBERED = ("option", "key", "accepted", "heading", "prompt", "match", "point", "evidence")

_FORMULA = re.compile("'*[=+\\-@\t\n\uff1d\uff0b\uff0d\uff20]")
_DELIMITERS = (",", ";", "\t")


# ---------------------------------------------------------------------------- writing


def write_csv(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item in full; ``title`` has no place in a table."""
    rows = [_row(item) for item in items]
    names = list(COLUMNS)
    for name in _NUMBERED:
        columns = {column for row in rows for column in row if column.startswith(f"{name}_")}
        names += sorted(columns, key=lambda column: int(column.rpartition("_")[2]))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, names, restval="", quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(rows)
    return []


def _row(item: QuizItem) -> dict[str, str]:
    evidence = item.evidence
    texts = {
        "id": item.id,
        "kind": item.kind.value,
        "topic": item.topic,
        "stem": item.stem,
        "key": "" if item.kind is ItemKind.MATCHING else item.key,
        "explanation": item.explanation,
        "source": evidence.source,
        "course": evidence.course,
        "chunk_id": evidence.chunk_id,
        "quote": evidence.quote,
    }
    parts = [proof.evidence for proof in item.pairs or item.rubric]
    lists: tuple[Sequence[str], ...] = (
        item.options,
        () if item.kind is ItemKind.MATCHING else item.keys,
        item.accepted,
        evidence.heading,
        [pair.prompt for pair in item.pairs],
        [pair.match for pair in item.pairs],
        [point.text for point in item.rubric],
        [json.dumps(evidence_as_dict(part), ensure_ascii=False) for part in parts],
    )
    for name, values in zip(_NUMBERED, lists, strict=True):
        texts |= {f"{name}_{number}": value for number, value in enumerate(values, start=1)}
    texts.pop("key_1", None)  # which stands in the column "key"
    return {column: _inert(text) for column, text in texts.items()} | {
        "level": str(item.level),
        "start_line": str(evidence.start_line),
        "end_line": str(evidence.end_line),
        "page": "" if evidence.page is None else str(evidence.page),
    }


def _inert(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _as_written(text: str) -> str:
    """Undo ``_inert``."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


# ---------------------------------------------------------------------------- reading


def read_csv(path: Path) -> ItemBank:
    """Return the items of a CSV file, and a notice for each row that is no item.

    Raises:
        NotesError: the file cannot be read, lacks a column, or no row of it is an item.
    """
    items, notices = [], []
    for line, row in _rows(path, read_text(path)):
        try:
            item = cleaned(_item(row))
            reason = fault(item)
        except ValueError as error:
            reason = str(error)
        if reason:
            notices.append(Notice(f"Line {line} of {path.name} is left out: {reason}."))
        else:
            items.append(item)
    if not items:
        why = notices[0].text if notices else "It has no rows."
        raise NotesError(f"{path} gives no quiz. {why} Mend it and try again.")
    return ItemBank(with_own_ids(items), tuple(notices))


def _rows(path: Path, text: str) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows with the line that each ends at, by the names of their columns."""
    header = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower().replace(" ", "_") for name in next(table, [])]
        if missing := {"stem", "key"} - set(names):
            raise NotesError(
                f"{path} lacks the column {' and '.join(sorted(missing))}. "
                "Name the columns in the first line; stem and key are needed."
            )
        return [
            (table.line_num, dict(zip(names, map(_as_written, row), strict=False)))
            for row in table
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise NotesError(f"{path}, line {table.line_num}, is not CSV: {error}. Mend it.") from error


def _item(row: Mapping[str, str]) -> QuizItem:
    """Return the item in a row.

    Raises:
        ValueError: a cell holds what it cannot; the message is the reason.
    """
    options = _numbered(row, "option")
    key = row.get("key", "").strip()
    kind = _kind(row, options, key)
    keys = (key, *_numbered(row, "key")) if key else _numbered(row, "key")
    pairs: tuple[Pair, ...] = ()
    if kind is ItemKind.TRUE_FALSE:
        options, keys = (TRUE, FALSE), (_verdict(key),)
    elif kind is ItemKind.MATCHING:
        pairs = _pairs(row)
        keys = tuple(pair.match for pair in pairs)
        options = options or mixed(tuple(dict.fromkeys(keys)))
    elif kind in (ItemKind.MULTIPLE_CHOICE, ItemKind.MULTIPLE_RESPONSE):
        keys = tuple(_option(key, options) for key in keys)
    elif kind is ItemKind.ORDERING and not keys:
        keys, options = options, mixed(options)
    stem, page = row.get("stem", ""), row.get("page", "").strip()
    start_line = _number(row, "start_line", 0)
    return QuizItem(
        id=row.get("id", ""),
        kind=kind,
        stem=with_gap(stem) if kind is ItemKind.CLOZE else stem,
        options=options,
        keys=keys,
        accepted=_numbered(row, "accepted"),
        explanation=row.get("explanation", ""),
        topic=row.get("topic", ""),
        level=_number(row, "level", 1),
        evidence=Evidence(
            source=row.get("source", ""),
            course=row.get("course", ""),
            heading=_numbered(row, "heading"),
            start_line=start_line,
            end_line=_number(row, "end_line", start_line),
            page=_number(row, "page", 0) if page else None,
            chunk_id=row.get("chunk_id", ""),
            quote=row.get("quote", ""),
        ),
        pairs=pairs,
        rubric=_rubric(row),
    )


def _option(key: str, options: Sequence[str]) -> str:
    """Return the option that is meant by a key: its words, or the letter of its place."""
    place = LETTERS.find(key.strip().upper()) if len(key.strip()) == 1 else -1
    named = key not in options and 0 <= place < len(options)
    return options[place] if named else key


def _pairs(row: Mapping[str, str]) -> tuple[Pair, ...]:
    prompts, matches = _by_number(row, "prompt"), _by_number(row, "match")
    return tuple(
        Pair(prompt, matches.get(number, ""), _evidence(row, number))
        for number, prompt in prompts.items()
    )


def _rubric(row: Mapping[str, str]) -> tuple[RubricPoint, ...]:
    points = _by_number(row, "point").items()
    return tuple(RubricPoint(text, _evidence(row, number)) for number, text in points)


def _evidence(row: Mapping[str, str], number: int) -> Evidence:
    """Return the evidence of a pair or point.

    Raises:
        ValueError: the cell is damaged; the message is the reason.
    """
    cell = row.get(f"evidence_{number}", "").strip()
    try:
        return evidence_from(json.loads(cell)) if cell else NO_EVIDENCE
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"its evidence_{number} is damaged ({error})") from error


def _kind(row: Mapping[str, str], options: Sequence[str], key: str) -> ItemKind:
    if (name := row.get("kind", "")).strip():
        try:
            return ItemKind(name.strip().lower())
        except ValueError:
            known = ", ".join(ItemKind)
            raise ValueError(
                f"\u201c{name.strip()}\u201d is no kind; the kinds are {known}"
            ) from None
    if key.lower() in _VERDICTS and {option.lower() for option in options} <= set(_VERDICTS):
        return ItemKind.TRUE_FALSE
    if _by_number(row, "prompt"):
        return ItemKind.MATCHING
    if _by_number(row, "point"):
        return ItemKind.SHORT_ANSWER
    if options and _numbered(row, "key"):
        return ItemKind.MULTIPLE_RESPONSE
    return ItemKind.MULTIPLE_CHOICE if options else ItemKind.CLOZE


_VERDICTS = {"true": TRUE, "false": FALSE}


def _verdict(key: str) -> str:
    return _VERDICTS.get(key.lower(), key)  # Excel turns True into TRUE


def _numbered(row: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return the cells ``name_1``, ``name_2``, ... in the order of their numbers."""
    return tuple(_by_number(row, name).values())


def _by_number(row: Mapping[str, str], name: str) -> dict[int, str]:
    """Return the cells ``name_1``, ``name_2``, ... that are not empty, in order."""
    found = {
        int(match[1]): cell
        for column, cell in row.items()
        if (match := re.fullmatch(rf"{name}_(\d{{1,4}})", column)) and cell.strip()
    }
    return dict(sorted(found.items()))


def _number(row: Mapping[str, str], column: str, default: int) -> int:
    cell = row.get(column, "").strip()
    if not cell:
        return default
    try:
        return int(cell)
    except ValueError:
        raise ValueError(f"its {column} is \u201c{cell}\u201d, not a number") from None
