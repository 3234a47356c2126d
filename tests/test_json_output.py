"""The shapes of --json are promises: each test states one in full."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from scripted_tutor import ITEMS, PASSAGES, SOURCES, WRITTEN

from tutor.schema import Chunk
from tutor.terminal import json_output

PASSAGE = {
    "source": "/home/ada/notes/retrieval.md",
    "course": "notes",
    "heading": ["Retrieval", "Augmented generation"],
    "text": PASSAGES[0].text,
    "start_line": 12,
    "end_line": 14,
    "page": None,
    "chunk_ids": ["c1"],
    "score": 0.9,
    "similarity": 0.71,
}


def printed(shape: json_output.Shape) -> Any:
    return json.loads(json_output.dumps(shape))


def test_an_answer() -> None:
    shape = printed(json_output.answer(WRITTEN))
    assert list(shape) == [
        "type",
        "version",
        "question",
        "query",
        "kind",
        "sure",
        "text",
        "citations",
        "claims",
        "passages",
        "topics",
        "reasoning",
        "model",
        "usage",
    ]
    assert (shape["type"], shape["version"], shape["kind"]) == ("answer", 1, "written")
    assert shape["text"] == WRITTEN.text
    assert shape["citations"][0] == {
        "number": 1,
        "quote": "The retriever finds passages.",
        "source": "/home/ada/notes/retrieval.md",
        "course": "notes",
        "heading": ["Retrieval", "Augmented generation"],
        "start_line": 13,
        "end_line": 13,
        "page": None,
    }
    assert shape["claims"][1] == {
        "text": "The generator writes the answer [2].",
        "citations": [2],
        "support": 0.8,
        "supported": True,
    }
    assert shape["passages"][0] == PASSAGE
    assert shape["usage"] == {
        "prompt_tokens": 120,
        "completion_tokens": 30,
        "reused_tokens": 80,
        "seconds": 0.5,
    }


def test_a_search() -> None:
    shape = printed(json_output.search("RAG", PASSAGES[:1]))
    assert shape == {"type": "search", "version": 1, "query": "RAG", "passages": [PASSAGE]}


def test_a_quiz() -> None:
    shape = printed(json_output.quiz(None, ITEMS[2:]))
    assert shape == {
        "type": "quiz",
        "version": 1,
        "topic": None,
        "items": [
            {
                "id": "i3",
                "kind": "cloze",
                "stem": "RAG joins a _____ with a generator.",
                "options": [],
                "keys": ["retriever"],
                "accepted": ["a retriever"],
                "explanation": "",
                "topic": "Retrieval",
                "level": 1,
                "evidence": {
                    "source": "/home/ada/notes/retrieval.md",
                    "course": "notes",
                    "heading": ["Retrieval"],
                    "start_line": 12,
                    "end_line": 12,
                    "page": None,
                    "chunk_id": "c1",
                    "quote": "RAG joins a retriever with a generator.",
                },
                "pairs": [],
                "rubric": [],
            }
        ],
    }


def test_notes_a_note_and_a_removal() -> None:
    assert printed(json_output.notes(SOURCES[1:])) == {
        "type": "notes",
        "version": 1,
        "sources": [
            {
                "course": "notes",
                "source": "/home/ada/notes/slides.pdf",
                "title": "Slides",
                "chunks": 3,
                "characters": 987,
                "lesson": None,
            }
        ],
    }
    chunk = Chunk("c1", "notes", "/n/a.md", ("Top",), "text", 0, 0, 4, 7, 8)
    assert printed(json_output.note("/n/a.md", 7, [chunk], ["c1"])) == {
        "type": "note",
        "version": 1,
        "source": "/n/a.md",
        "line": 7,
        "chunks": [
            {
                "id": "c1",
                "course": "notes",
                "heading": ["Top"],
                "start_line": 7,
                "end_line": 8,
                "page": None,
                "text": "text",
                "marked": True,
            }
        ],
    }
    assert printed(json_output.removed([(SOURCES[1], 3)])) == {
        "type": "removed",
        "version": 1,
        "sources": [{"course": "notes", "source": "/home/ada/notes/slides.pdf", "chunks": 3}],
    }


@pytest.mark.parametrize("text", ["naïve — ›x", "\x1b[2J\x07", "\u202e", "\ud800", "a\nb"])
def test_every_text_comes_back_unaltered_from_one_line_of_ascii(text: str) -> None:
    line = json_output.dumps(json_output.answer(replace(WRITTEN, text=text)))
    assert line.isascii()
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert json.loads(line)["text"] == text
