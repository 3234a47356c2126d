"""The bundled course: every lesson is complete, true to its own code, and tied to the others.

Conventions the tests hold a lesson to:

- ``` ```python ``` blocks run, in order and in one namespace, with the standard library, numpy
  and torch only; an ``` ```output ``` block right after one is exactly what it printed.
- Blocks that are not meant to run are fenced as ``text`` or ``bash``.
- A key term is defined in a sentence that opens with it in bold: "**Term** is ...",
  "A **term** is ...", "**Term** (T) is ...".
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

COURSE = Path(__file__).parents[1] / "knowledge_base"
QUESTIONS = Path(__file__).parent / "data" / "knowledge_base_questions.jsonl"
KINDS = {"fact", "paraphrase", "compare", "list", "howto", "followup", "typo", "unanswerable"}

LISTS = ("objectives", "prerequisites", "key_terms")
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]+\]\((?!https?://)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")


@dataclass(frozen=True)
class Lesson:
    """One lesson: its path below the course, its front matter and the text after that."""

    path: str
    meta: dict[str, Any]
    body: str

    @property
    def blocks(self) -> list[tuple[str, str]]:
        return [(m["info"].strip(), m["body"]) for m in FENCE.finditer(self.body)]

    @property
    def prose(self) -> str:
        return FENCE.sub("", self.body)

    @property
    def links(self) -> list[str]:
        """The lessons linked to, as paths below the course; a broken link raises ValueError."""
        here = (COURSE / self.path).parent
        targets = [(here / m["target"]).resolve() for m in LINK.finditer(self.prose)]
        return [target.relative_to(COURSE.resolve()).as_posix() for target in targets]


@cache
def lessons() -> dict[str, Lesson]:
    return {lesson.path: lesson for lesson in map(read_lesson, sorted(COURSE.rglob("*.md")))}


def read_lesson(path: Path) -> Lesson:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Lesson(path.relative_to(COURSE).as_posix(), yaml.safe_load(front), body)


def squeeze(text: str) -> str:
    return " ".join(text.split())


def defines(text: str, term: str) -> bool:
    """Whether a sentence of ``text`` opens with the bold term and says what it is."""
    opening = r"(?:\A|\n\n|[.!?:]\s+|\n[-*]\s|\n\d+\.\s)(?:(?:an?|the)\s+)?"
    name = r"\s+".join(map(re.escape, term.split()))
    aside = r"(?:\s+\([^)]*\))?(?:,[^,.]*,)?"
    return re.search(rf"{opening}\*\*{name}\*\*{aside}\s+(?:is|are)\s", text, re.I) is not None


each_lesson = pytest.mark.parametrize("path", list(lessons()))


def test_the_course_has_modules_and_lessons_in_a_numbered_order() -> None:
    assert len(lessons()) >= 28
    for path in lessons():
        assert re.fullmatch(r"\d\d-[a-z0-9-]+/\d\d-[a-z0-9-]+\.md", path), path


@each_lesson
def test_front_matter_is_complete(path: str) -> None:
    meta = lessons()[path].meta
    assert set(meta) == {"title", "module", *LISTS}
    assert meta["title"].strip()
    assert meta["module"].strip()
    for key in LISTS:
        assert all(isinstance(entry, str) and entry.strip() for entry in meta[key]), key
        assert len(set(meta[key])) == len(meta[key]), key
    assert len(meta["objectives"]) >= 3
    assert len(meta["key_terms"]) >= 4


def test_a_module_folder_has_one_name_and_titles_are_unique() -> None:
    names = {(path.split("/")[0], lesson.meta["module"]) for path, lesson in lessons().items()}
    assert len(names) == len({folder for folder, _ in names}) == len({name for _, name in names})
    titles = [lesson.meta["title"] for lesson in lessons().values()]
    assert len(set(titles)) == len(titles)


@each_lesson
def test_a_lesson_opens_with_its_title_and_ends_with_a_summary_and_links(path: str) -> None:
    lesson = lessons()[path]
    headings = re.findall(r"^(#+ .+)$", lesson.prose, re.M)
    assert headings[0] == f"# {lesson.meta['title']}"
    assert all(heading.startswith("## ") for heading in headings[1:])
    assert headings[-3:] == ["## Common mistakes", "## Summary", "## Where to go next"]


@each_lesson
def test_a_lesson_has_a_worked_example(path: str) -> None:
    lesson = lessons()[path]
    runs = any(info == "python" for info, _ in lesson.blocks)
    assert runs or re.search(r"example", lesson.prose, re.I)


@each_lesson
def test_a_lesson_has_700_to_1500_words(path: str) -> None:
    assert 700 <= len(lessons()[path].body.split()) <= 1500


@each_lesson
def test_key_terms_are_defined_in_their_lesson(path: str) -> None:
    lesson = lessons()[path]
    missing = [term for term in lesson.meta["key_terms"] if not defines(lesson.prose, term)]
    assert missing == []


def test_a_key_term_has_one_home() -> None:
    homes: dict[str, list[str]] = {}
    for path, lesson in lessons().items():
        for term in lesson.meta["key_terms"]:
            homes.setdefault(term.lower(), []).append(path)
    assert {term: where for term, where in homes.items() if len(where) > 1} == {}


def test_the_definition_check_wants_the_term_to_open_the_sentence() -> None:
    assert defines("Intro. A **kernel** is a small grid.", "kernel")
    assert defines("**Mean squared error** (MSE) is an average.", "mean squared error")
    assert not defines("We use a **kernel** here.", "kernel")
    assert not defines("Some call a **kernel** is-like.", "kernel")


@each_lesson
def test_prerequisites_exist_and_come_earlier(path: str) -> None:
    """Earlier in the order of the course, which also rules out circles."""
    prerequisites = lessons()[path].meta["prerequisites"]
    assert [p for p in prerequisites if p not in lessons()] == []
    assert [p for p in prerequisites if p >= path] == []


@each_lesson
def test_links_resolve(path: str) -> None:
    assert [target for target in lessons()[path].links if target not in lessons()] == []


def test_neighbouring_lessons_are_linked_and_no_lesson_is_an_orphan() -> None:
    order = list(lessons())
    for earlier, later in pairwise(order):
        assert later in lessons()[earlier].links, f"{earlier} does not lead on to {later}"
        assert earlier in lessons()[later].links, f"{later} does not point back to {earlier}"


@each_lesson
def test_snippets_run_and_print_what_the_lesson_says(path: str) -> None:
    namespace: dict[str, Any] = {"__name__": "lesson"}
    printed: str | None = None
    for info, body in lessons()[path].blocks:
        assert info in {"python", "output", "text", "bash"}, f"unknown fence {info!r}"
        if info == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(body, path, "exec"), namespace)
            printed = out.getvalue()
        elif info == "output":
            assert printed is not None, "an output block without a python block before it"
            assert body == printed
            printed = None


def questions() -> list[dict[str, Any]]:
    """The knowledge check: 60 questions, each with spans of the course that answer it."""
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


each_question = pytest.mark.parametrize("item", questions(), ids=lambda item: item["id"])


def test_the_knowledge_check_has_every_kind_and_touches_every_module() -> None:
    items = questions()
    assert len(items) == len({item["id"] for item in items}) == 60
    counts = {kind: sum(item["kind"] == kind for item in items) for kind in KINDS}
    assert sum(counts.values()) == 60
    assert min(counts.values()) >= 5
    modules = {path.split("/")[0] for path in lessons()}
    assert {item["doc"].split("/")[0] for item in items if item["doc"]} == modules


@each_question
def test_gold_spans_stand_verbatim_in_their_lesson(item: dict[str, Any]) -> None:
    docs = item.get("gold_docs", [item["doc"]] * len(item["gold"]))
    assert len(docs) == len(item["gold"])
    for doc, span in zip(docs, item["gold"], strict=True):
        assert 30 <= len(span) <= 250
        assert squeeze(span) in squeeze(lessons()[doc].body)


@each_question
def test_a_question_is_complete_for_its_kind(item: dict[str, Any]) -> None:
    assert item["question"].strip()
    assert item["difficulty"] in {1, 2, 3}
    assert item["must"]
    assert all(phrases == [phrase.lower() for phrase in phrases] for phrases in item["must"])
    if item["kind"] == "unanswerable":
        assert item["doc"] is None
        assert item["gold"] == []
    else:
        assert item["gold"]
    if item["kind"] == "followup":
        assert {turn["role"] for turn in item["history"]} == {"user", "tutor"}
    if item["kind"] == "compare":
        assert item["gold_all"] is True
        assert len(item.get("gold_groups", item["gold"])) >= 2
