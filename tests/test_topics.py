"""Headings as topics: a quiz on one stays under it, and what to study next can be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutor.app import Tutor, open_tutor
from tutor.index.query_encoder import QueryEncoder
from tutor.ingestion.chunker import split
from tutor.progress.rating import attempted
from tutor.quiz.drafting import draft
from tutor.quiz.items import topic_of
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import Grade, ItemKind, Note, Verdict
from tutor.settings import Settings

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)

CELLS = """\
# Cell biology

## Organelles

A ribosome is a molecular machine that builds proteins from amino acids.
A mitochondrion is an organelle that turns sugar and oxygen into ATP.
A chloroplast is an organelle that captures light and makes sugar from carbon dioxide.
A vacuole is a bubble of membrane that stores water and waste.
All of them lie in the cytoplasm, and most of them have a membrane of their own, which keeps what
they work on away from the rest. Plants have all four of them, animals have no chloroplasts.

## 2. Overview

Meiosis is the division that halves the number of chromosomes.
Mitosis is the division of one nucleus into two nuclei with the same chromosomes.
Both begin when the chromosomes have been copied, and in both of them fibres pull the chromosomes to
the two ends. What comes of the first are sex cells, what comes of the second are all other cells.

## Before the exam

Read everything again and again, in the evening before you go to sleep, and in the morning when
you have slept well. Then put the books away and walk around the lake with a friend who asks you
what you have read. Bring a thermos of tea and a hat, for it is cold in March, and come back
before noon, because the doors of the hall are locked at one and nobody is let in after that.
Whoever has lost a pen is lent one at the door, and whoever has lost the way is told it there.
Nobody who did that ever failed, as far as we have been told by those who did not.
"""


@pytest.fixture(scope="module")
def tutor(tmp_path_factory: pytest.TempPathFactory) -> Tutor:
    folder = tmp_path_factory.mktemp("cells")
    (folder / "cells.md").write_text(CELLS)
    made = open_tutor(Settings(home=folder / "home"))
    made.ingest([folder / "cells.md"], course="biology")
    return made


def topics_of_a_quiz(tutor: Tutor, topic: str, count: int) -> list[str]:
    return [item.topic for item in tutor.quiz(topic, count=count)]


def test_a_quiz_on_a_heading_asks_what_stands_under_it(tutor: Tutor) -> None:
    assert topics_of_a_quiz(tutor, "organelles", 4) == ["Organelles"] * 4


def test_a_heading_need_not_be_spoken_of_by_the_text_under_it(tutor: Tutor) -> None:
    assert topics_of_a_quiz(tutor, "Overview", 2) == ["Overview"] * 2


def test_what_a_heading_does_not_give_comes_from_the_notes_around_it(tutor: Tutor) -> None:
    told: list[object] = []
    items = tutor.quiz("organelles", count=9, on_event=told.append)
    topics = [item.topic for item in items]
    assert set(topics) == {"Organelles", "Overview"}
    assert topics.count("Organelles") >= 4
    assert [str(one) for one in told if f"gave {len(items)} of the 9" in str(one)]


def test_only_sections_that_give_questions_are_proposed(tutor: Tutor) -> None:
    proposed = [one.topic for one in tutor.progress(NOW).suggestions]
    assert proposed == ["Organelles", "Overview"]  # the longest section defines nothing


def test_every_proposal_leads_to_questions_of_its_own(tutor: Tutor) -> None:
    for one in tutor.progress(NOW).suggestions:
        assert topics_of_a_quiz(tutor, one.topic, 1) == [one.topic]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cells.md").write_text(CELLS)
    return tmp_path


def test_an_answer_counts_for_the_heading_above_its_lines(folder: Path) -> None:
    tutor = open_tutor(Settings(home=folder / "home"))
    tutor.ingest([folder / "cells.md"], course="biology")
    (item,) = tutor.quiz("Organelles", count=1)
    right = Grade(Verdict.RIGHT, 1.0, "Right.")
    tutor.record(item, attempted(item, item.key, right, at=NOW, seconds=2.0))
    assert [topic.topic for topic in tutor.progress(NOW).topics] == ["Organelles"]


def test_an_adaptive_quiz_knows_numbered_headings_by_the_topics_of_answers(
    query_encoder: QueryEncoder,
) -> None:
    fruit = ("Kinds of pome fruit", "apple, pear, quince"), ("Kinds of berries", "currant, grape")
    stones = ("Types of hard rock", "granite, gneiss"), ("Types of soft rock", "chalk, shale")
    text = section("1. Fruit", fruit) + section("2. Stones", stones)
    chunks = split(Note("/nature.md", "Nature", text, "d"), "nature")
    glossary = Glossary(chunks, query_encoder)
    known = {"Fruit": 0.99, "Stones": 0.01}
    for mastery, asked in ((known, {"Stones"}), (None, {"Fruit", "Stones"})):
        made = draft(chunks, glossary, count=2, kinds=[ItemKind.LONG_ANSWER], mastery=mastery)
        assert {topic_of(item.evidence) for item in made.items} == asked


def section(heading: str, lists: Sequence[tuple[str, str]]) -> str:
    told = "".join(
        f"\n{lead}:\n\n"
        + "".join(
            f"- **{name.strip().title()}**: it is found near the sea and far from it\n"
            for name in f"{names}, {names[:4]}ite".split(",")
        )
        for lead, names in lists
    )
    return (
        f"## {heading}\n{told}\nAll of them are found where it is neither too hot nor too cold.\n\n"
    )
