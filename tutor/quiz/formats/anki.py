"""Anki decks: a card for each item, with the evidence on its back.

The identities of deck, note type and notes follow from the quiz, so that importing a later export
updates the cards and keeps what Anki knows of the learner.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import sqlite3
import time
import zipfile
from collections.abc import Sequence
from contextlib import closing
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.errors import StoreUnavailable
from tutor.quiz.formats.evidence import Proof, place, proofs, quoted
from tutor.quiz.formats.record import shortened
from tutor.quiz.formats.telling import asks_choice, prompts, solution
from tutor.schema import ItemKind, Notice, QuizItem

if TYPE_CHECKING:
    import genanki

NOTE_TYPE = 1_795_340_117
"""The identity of the note type; to be changed together with its fields."""

FIELDS = ("Question", "Options", "Answer", "Explanation", "Quote", "Source")

_FRONT = '<div class="question">{{Question}}</div>{{Options}}'
_BACK = """{{FrontSide}}
<hr id="answer">
<div class="answer">{{Answer}}</div>
{{#Explanation}}<div>{{Explanation}}</div>{{/Explanation}}
{{#Quote}}<blockquote>{{Quote}}</blockquote>{{/Quote}}
{{#Source}}<div class="source">{{Source}}</div>{{/Source}}"""
_STYLE = """.card { font-family: sans-serif; font-size: 20px; text-align: left; max-width: 40em;
  margin: 1em auto; padding: 0 1em; line-height: 1.4; }
.question, .answer { margin-bottom: 0.6em; }
.answer { font-weight: bold; }
blockquote { margin: 0.8em 0; padding-left: 0.8em; border-left: 3px solid #888;
  white-space: pre-wrap; }
.source { font-size: 14px; color: #888; }"""

# What Anki itself acts upon in a field: sounds, LaTeX, text to speech, boxes to type in.
_ORDER = re.compile(r"\[(?=sound:|/?latex|/?\$|anki:|/?tts|\[?type:)", re.IGNORECASE)


def write_anki(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item as a note of the deck ``title``.

    Raises:
        StoreUnavailable: the database that the deck is made of cannot be written.
    """
    import genanki

    name = shortened(title, 100)
    deck = genanki.Deck(_deck_id(name), name)
    note_type = _note_type()
    for number, item in enumerate(items):
        deck.add_note(_note(item, note_type, number))
    try:
        _write_package(genanki.Package(deck), path)
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"{path} cannot be written: {error}. Give another place or free some space."
        ) from error
    return []


def _write_package(package: genanki.Package, path: Path) -> None:
    """Write what ``Package.write_to_file`` does, without the copy that it leaves in /tmp."""
    now = time.time()
    database = path.with_name("collection.anki2")
    with closing(sqlite3.connect(database)) as collection, collection:
        collection.execute("PRAGMA synchronous = OFF")  # nothing here outlives a crash
        package.write_to_db(collection.cursor(), now, itertools.count(int(now * 1000)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(database, database.name)
        archive.writestr("media", "{}")
    database.unlink()


def _deck_id(name: str) -> int:
    """Return a positive number of 31 bits that follows from the deck's name."""
    digest = hashlib.sha256(f"tutor deck {name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % (1 << 30) + (1 << 30)


def _note_type() -> genanki.Model:
    import genanki

    return genanki.Model(
        NOTE_TYPE,
        "Tutor question",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )


def _note(item: QuizItem, note_type: genanki.Model, number: int) -> genanki.Note:
    import genanki

    stem = ("True or false? " if item.kind is ItemKind.TRUE_FALSE else "") + item.stem
    return genanki.Note(
        model=note_type,
        fields=[_html(stem), _options(item), _key(item), _html(item.explanation), *_proofs(item)],
        guid=genanki.guid_for("tutor", item.id),
        tags=_tags(item),
        due=number,
    )


def _options(item: QuizItem) -> str:
    if not asks_choice(item):
        return ""
    asked = _list("<ol>", prompts(item)) if item.pairs else ""
    return asked + _list("<ol type=A>", item.options)


def _list(tag: str, texts: Sequence[str]) -> str:
    return tag + "".join(f"<li>{_html(text)}</li>" for text in texts) + "</ol>"


def _key(item: QuizItem) -> str:
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        return _html(item.key)
    if item.kind is ItemKind.CLOZE and item.accepted:
        return f"{_html(item.key)} <i>(also: {_html(', '.join(item.accepted))})</i>"
    return "<br>".join(map(_html, solution(item)))


def _proofs(item: QuizItem) -> tuple[str, str]:
    """Return the fields for quote and place; several quotes have their places beside them."""
    first, *more = proofs(item)
    if not more and not first.settles:
        return _html(quoted(first.evidence)), _html(place(first.evidence))
    return "<br><br>".join(filter(None, map(_proof, (first, *more)))), ""


def _proof(proof: Proof) -> str:
    where = place(proof.evidence)
    parts = (
        f"<b>{_html(proof.settles)}</b>" if proof.settles else "",
        _html(quoted(proof.evidence)),
        f'<span class="source">{_html(where)}</span>' if where else "",
    )
    return "<br>".join(filter(None, parts))


def _html(text: str) -> str:
    """Return ``text`` as HTML that shows it as it is, and that orders nothing of Anki."""
    return _ORDER.sub("&#91;", escape(text)).replace("\n", "<br>")


def _tags(item: QuizItem) -> list[str]:
    """Return the tags of a note; a tag holds no space, and ``::`` makes a hierarchy."""
    topic = re.sub(r"[\s:\"]+", "-", shortened(item.topic)).strip("-")
    return [*([f"tutor::{topic}"] if topic else []), f"tutor::level-{item.level}"]
