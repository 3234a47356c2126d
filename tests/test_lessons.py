"""Lessons: from front matter to a table of contents, topics of quizzes and completion."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from scripted_tutor import ITEMS, SOURCES
from test_render import HOME, drawn

from tutor import bundled
from tutor.app import Tutor, open_tutor
from tutor.errors import IndexUnavailable, NotesError
from tutor.index.catalog import Catalog
from tutor.index.contents import contents
from tutor.index.query_encoder import QueryEncoder
from tutor.ingestion.chunker import split
from tutor.ingestion.loader import discover, load_note
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.topics import may_tell_answer, with_topics
from tutor.schema import Evidence, ItemKind, Lesson, Note, SourceInfo
from tutor.settings import Settings
from tutor.terminal import json_output, render
from tutor.terminal.quiz_items import question

# ----------------------------------------------------------------------------- front matter


def lesson_in(folder: Path, front_matter: str) -> Lesson | None:
    path = folder / "note.md"
    path.write_text(f"---\n{front_matter}\n---\n# Cells\n\nThe cell is small.\n", encoding="utf-8")
    note = load_note(path)
    assert note.title
    return note.lesson


def test_front_matter_makes_a_lesson(tmp_path: Path) -> None:
    text = (
        "title: Cells\nmodule: Life\nobjectives: [Name the parts]\nprerequisites:\n  - a/b.md\n"
        "key_terms:\n  - cell\n  - cell wall\n  - cell"
    )
    expected = Lesson("Life", ("Name the parts",), ("a/b.md",), ("cell", "cell wall"))
    assert lesson_in(tmp_path, text) == expected


def test_the_lists_may_be_left_out_or_empty_and_are_text_whatever_they_look_like(
    tmp_path: Path,
) -> None:
    found = lesson_in(tmp_path, "module: 7\nprerequisites:\nkey_terms: [1984, yes, 2024-13-45]")
    assert found == Lesson("7", (), (), ("1984", "yes", "2024-13-45"))


@pytest.mark.parametrize(
    "front_matter",
    [
        "title: Cells\ntags: [biology]",
        "module:",
        "module: [Life]",
        "module: Life\nkey_terms: cell",
        "module: Life\nobjectives: [[nested]]",
        "module: Life\nkey_terms: ['']",
        "module: Life\nkey_terms: [unclosed",
        "module: 'unclosed",
        "module: Life\n\tkey_terms: a tab",
        "module: &a [*a]",
        "module: Life\nkey_terms: " + "[" * 9_000,
    ],
)
def test_a_note_with_other_or_wrong_front_matter_is_no_lesson_but_is_read(
    front_matter: str, tmp_path: Path
) -> None:
    assert lesson_in(tmp_path, front_matter) is None


# --------------------------------------------------------------------------------- contents


def info(
    path: str, module: str = "", *prerequisites: str, course: str = "c", folder: str = "/home/ada"
) -> SourceInfo:
    lesson = Lesson(module, prerequisites=prerequisites) if module else None
    return SourceInfo(course, f"{folder}/{path}", path.split("/")[-1].title(), 1, 10, lesson)


def order(*sources: SourceInfo) -> list[tuple[str, list[str]]]:
    return [(m.name, [one.source[10:] for one in m.lessons]) for m in contents(sources)]


def test_lessons_come_by_path_and_after_their_prerequisites() -> None:
    assert order(
        info("2/a.md", "Two", "1/b.md"),
        info("1/c.md", "One"),
        info("1/a.md", "One", "1/b.md"),
        info("1/b.md", "One"),
        info("slides.pdf"),
    ) == [("One", ["1/b.md", "1/a.md", "1/c.md"]), ("Two", ["2/a.md"])]


def test_a_module_comes_after_those_that_it_builds_on() -> None:
    assert order(
        info("1/a.md", "First by path", "2/a.md"),
        info("2/a.md", "Needed"),
        info("3/a.md", "Last"),
    ) == [("Needed", ["2/a.md"]), ("First by path", ["1/a.md"]), ("Last", ["3/a.md"])]


def test_a_circle_falls_back_to_the_order_of_paths_and_ends() -> None:
    assert order(
        info("b.md", "M", "a.md"),
        info("a.md", "M", "b.md"),
        info("c.md", "M", "c.md", "gone.md", "../../../c.md", "b\x00.md"),
    ) == [("M", ["c.md", "a.md", "b.md"])]


def test_the_bundled_course_is_in_its_own_order() -> None:
    files, _ = discover([bundled.knowledge_base()])
    notes = [load_note(file) for file in files]
    sources = [SourceInfo("ml", n.source, n.title, 1, 1, n.lesson) for n in reversed(notes)]
    listed = [one.source for module in contents(sources) for one in module.lessons]
    assert listed == [note.source for note in notes]


def test_a_course_of_lessons_is_drawn_as_contents_and_other_notes_as_a_table() -> None:
    sources = [*SOURCES, info("b.md", "[bold]Life", "a.md"), info("a.md", "Basics")]
    lines = drawn(render.notes(sources, HOME)).splitlines()
    shown = [re.sub(r" {2,}", "  ", line).strip() for line in lines if line.strip()]
    assert shown[:5] == ["c", "1  Basics", "1.1  A.Md  a.md", "2  [bold]Life", "2.1  B.Md  b.md"]
    assert shown[5] == "Notes  Course  Chunks  Characters"
    assert shown[-1] == "4 files · 17 chunks · 2 courses"


def test_json_tells_the_lesson() -> None:
    shape = json.loads(json_output.dumps(json_output.notes([info("a.md", "Basics", "b.md")])))
    assert shape["sources"][0]["lesson"] == {
        "module": "Basics",
        "objectives": [],
        "prerequisites": ["b.md"],
        "key_terms": [],
    }


# ---------------------------------------------------------------------- the index and the quiz

ROCKS = """---
title: Rocks
module: Geology
objectives: [Tell magma from lava]
key_terms: [magma, basalt, igneous rock]
---
# Rocks

Magma is molten rock that lies below the surface of the Earth. Lava is molten rock that has
reached the surface through a vent.

Basalt is a dark fine-grained rock that forms where lava cools quickly. An igneous rock is a rock
that forms when molten material turns solid.
"""
PLANTS = """---
title: Green plants
module: Biology
key_terms: [chloroplast, adenosine triphosphate]
---
# Green plants

A chloroplast is an organelle that carries out photosynthesis in the leaf. Adenosine triphosphate
(ATP) is a molecule that carries energy to all places of a cell.

A stoma is a pore through which a leaf takes in carbon dioxide.
"""


@pytest.fixture(scope="module")
def tutor(tmp_path_factory: pytest.TempPathFactory) -> Tutor:
    folder = tmp_path_factory.mktemp("lessons")
    (folder / "rocks.md").write_text(ROCKS)
    (folder / "plants.md").write_text(PLANTS)
    made = open_tutor(Settings(home=folder / "home"))
    made.ingest([folder / "rocks.md", folder / "plants.md"], course="nature")
    return made


def test_the_index_keeps_lessons(tutor: Tutor) -> None:
    plants, rocks = tutor.sources()
    assert rocks.lesson == load_note(Path(rocks.source)).lesson
    again = open_tutor(tutor.settings)
    assert again.sources() == [plants, rocks]


def test_a_catalog_written_before_there_were_lessons_is_read(tmp_path: Path) -> None:
    row = {"course": "c", "source": "/a.md", "title": "A", "digest": "d", "chunks": 1}
    stored = tmp_path / "sources.json"
    stored.write_text(json.dumps([row | {"characters": 9}]))
    assert [one.info for one in Catalog.load(tmp_path)] == [SourceInfo("c", "/a.md", "A", 1, 9)]
    stored.write_text(json.dumps([row | {"characters": 9, "lesson": {"module": "M"}}]))
    with pytest.raises(IndexUnavailable, match="cannot be read"):
        Catalog.load(tmp_path)


@pytest.mark.parametrize(
    ("topic", "source"),
    [
        ("rocks", "rocks.md"),  # a title
        ("Biology", "plants.md"),  # a module
        ("chloroplasts", "plants.md"),  # a key term
        ("ATP", "plants.md"),  # a key term by its abbreviation
        ("tell magma from lava", "rocks.md"),  # an objective
    ],
)
def test_a_quiz_on_what_a_lesson_names_stays_in_that_lesson(
    tutor: Tutor, topic: str, source: str
) -> None:
    items = tutor.quiz(topic, count=3)
    assert {Path(item.evidence.source).name for item in items} == {source}


def test_a_quiz_on_what_no_lesson_teaches_is_refused(tutor: Tutor) -> None:
    with pytest.raises(NotesError, match="do not cover"):
        tutor.quiz("the price of bitcoin on Mondays")


@pytest.mark.parametrize(
    ("kind", "stem", "key", "quote", "topic"),
    [
        (ItemKind.CLOZE, "____ is molten rock below the surface.", "Magma", "", "magma"),
        (ItemKind.CLOZE, "____ carries energy.", "ATP", "", "adenosine triphosphate"),
        (ItemKind.CLOZE, "____ cools into igneous rocks.", "Lava", "", "igneous rock"),
        (ItemKind.CLOZE, "____ flows out of a vent.", "Lava", "", "Rocks"),
        (ItemKind.TRUE_FALSE, "Magma is a dark rock.", "False", "**Basalt** is dark.", "basalt"),
    ],
)
def test_the_topic_of_an_item_is_the_key_term_that_it_is_about_or_the_lesson(
    kind: ItemKind, stem: str, key: str, quote: str, topic: str, query_encoder: QueryEncoder
) -> None:
    glossary = Glossary(split(Note("/r.md", "Rocks", ROCKS + PLANTS, "d"), "c"), query_encoder)
    terms = ("magma", "basalt", "igneous rock", "adenosine triphosphate")
    rocks = SourceInfo("c", "/r.md", "Rocks", 1, 1, Lesson("Geology", key_terms=terms))
    evidence = Evidence("/r.md", "c", ("Summary",), 1, 1, None, "c1", quote)
    item = replace(
        ITEMS[2], kind=kind, stem=stem, keys=(key,), accepted=(), topic="Summary", evidence=evidence
    )
    assert [one.topic for one in with_topics([item], [rocks], glossary)] == [topic]
    other = replace(rocks, course="another")
    assert with_topics([item], [other], glossary) == [item]  # the heading above its lines
    bare = replace(item, topic="A label", evidence=replace(evidence, heading=()))
    assert with_topics([bare], [other], glossary) == [bare]


def test_a_quiz_has_the_topics_of_its_lessons(tutor: Tutor) -> None:
    plants, rocks = (info.lesson for info in tutor.sources())
    assert plants is not None
    assert rocks is not None
    topics = {item.topic for item in tutor.quiz(count=5)}
    assert topics <= {"Rocks", "Green plants", *plants.key_terms, *rocks.key_terms}
    assert topics & {*plants.key_terms, *rocks.key_terms}


@pytest.mark.parametrize(
    ("kind", "key", "topic", "hidden"),
    [
        (ItemKind.CLOZE, "kernel", "kernel", True),
        (ItemKind.CLOZE, "kernels", "Kernel: a small grid", True),
        (ItemKind.CLOZE, "stride", "kernel", False),
        (ItemKind.TRUE_FALSE, "False", "kernel", True),
    ],
)
def test_a_question_does_not_show_a_topic_that_may_tell_its_answer(
    kind: ItemKind, key: str, topic: str, hidden: bool
) -> None:
    evidence = Evidence("/a.md", "c", (), 1, 1, None, "c1", "A quote.")
    item = replace(ITEMS[2], kind=kind, keys=(key,), accepted=(), topic=topic, evidence=evidence)
    assert may_tell_answer(item) == hidden
    assert (topic not in drawn(question(item, 1, 1)).splitlines()[0]) == hidden


# ----------------------------------------------------------------------------------- topics


def test_a_course_has_the_topics_of_its_lessons(tutor: Tutor) -> None:
    assert tutor.topics("nature")[:3] == ["Biology", "Green plants", "chloroplast"]
