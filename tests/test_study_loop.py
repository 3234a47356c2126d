"""Weeks of study: days and streaks, what is due, what to study next, and notes that change."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from answered import START, answered
from volcano_notes import BASALT, GRANITE, LAVA, VOLCANOES, item_on, respond, rewrite

from tutor.app import Tutor, open_tutor
from tutor.errors import NotesError
from tutor.ingestion.chunker import split
from tutor.progress.activity import Day, Streak, days, streak
from tutor.progress.mastery import TopicMastery
from tutor.progress.planner import Suggestion, Unit, Why, plan
from tutor.schema import Chunk, Lesson, Note, QuizItem, SourceInfo
from tutor.settings import Settings
from tutor.study.freshness import CHANGED, REMOVED
from tutor.study.units import lessons, sections, units

MONDAY = START.date()


# ------------------------------------------------------------------------------ days, streaks


def test_answers_are_counted_by_the_days_of_the_learner() -> None:
    attempts = [answered(days=day) for day in (0, 0.1, 0.3, 1)]  # 18:00, 20:24, 1:12, 18:00
    tuesday = MONDAY + timedelta(days=1)
    assert days(attempts, UTC) == [Day(MONDAY, 2), Day(tuesday, 2)]
    new_york = timezone(timedelta(hours=-5))
    assert days(attempts, new_york) == [Day(MONDAY, 3), Day(tuesday, 1)]


@pytest.mark.parametrize(
    ("studied", "today", "expected"),
    [
        ([], 0, Streak(0, 0)),
        ([0], 0, Streak(1, 1)),
        ([0, 1, 2], 2, Streak(3, 3)),
        ([0, 1, 2], 3, Streak(3, 3)),  # today is not over
        ([0, 1, 2], 4, Streak(0, 3)),
        ([0, 1, 2, 5, 6], 6, Streak(2, 3)),
    ],
)
def test_days_in_a_row(studied: list[int], today: int, expected: Streak) -> None:
    of_study = [Day(MONDAY + timedelta(days=day), 1) for day in studied]
    assert streak(of_study, MONDAY + timedelta(days=today)) == expected


# ----------------------------------------------------------------------------- what is next


def known(topic: str, mastery: float, course: str = "c") -> TopicMastery:
    return TopicMastery(topic, course, mastery, 3, START)


def unit(name: str, *topics: str, needs: tuple[str, ...] = ()) -> Unit:
    return Unit(name, "c", frozenset((name, *topics)), needs)


COURSE = [
    unit("Cells", "membrane"),
    unit("Genes", "codon", needs=("Cells",)),
    unit("Proteins", "fold", needs=("Cells", "Genes")),
    unit("Viruses"),
    unit("Ecology"),
]


def proposed(*topics: TopicMastery, stale: list[tuple[str, str]] | None = None) -> list[str]:
    return [f"{one.topic}: {one.why}" for one in plan(topics, COURSE, stale or [])]


def test_the_least_known_comes_first_and_what_is_known_not_at_all() -> None:
    topics = [known("codon", 0.2), known("membrane", 0.7), known("Ecology", 0.97)]
    assert proposed(*topics) == [
        "codon: weak",
        "membrane: weak",
        "Proteins: untried",
        "Viruses: untried",
    ]


def test_what_a_weak_topic_builds_on_comes_before_it() -> None:
    assert proposed(known("fold", 0.1), known("codon", 0.5)) == [
        "Cells: prerequisite",
        "Genes: prerequisite",
        "fold: weak",
        "codon: weak",
        "Viruses: untried",
        "Ecology: untried",
    ]


def test_what_is_well_known_is_no_obstacle() -> None:
    assert (
        proposed(known("fold", 0.1), known("codon", 0.8), known("membrane", 0.9))[0] == "fold: weak"
    )


def test_changed_notes_and_untried_lessons_follow() -> None:
    found = proposed(known("membrane", 0.99), stale=[("Viruses", "c"), ("Viruses", "c")])
    assert found == ["Viruses: stale", "Genes: untried", "Proteins: untried"]


def test_a_suggestion_says_what_it_leads_to() -> None:
    first = plan([known("codon", 0.3)], COURSE, [])[0]
    assert first == Suggestion("Cells", "c", Why.PREREQUISITE, None, toward="codon")


def test_one_course_does_not_speak_for_another() -> None:
    found = plan([known("codon", 0.3, course="other")], COURSE, [])
    assert found[0] == Suggestion("codon", "other", Why.WEAK, 0.3)
    assert found[1].topic == "Cells"


def test_lessons_are_units_in_the_order_of_study() -> None:
    sources = [
        SourceInfo("c", "/bio/b.md", "Genes", 1, 9, Lesson("Life", (), ("a.md",), ("codon",))),
        SourceInfo("c", "/bio/a.md", "Cells", 1, 9, Lesson("Life")),
        SourceInfo("c", "/bio/plain.md", "Plain", 1, 9),
    ]
    assert lessons(sources) == [unit("Cells"), unit("Genes", "codon", needs=("Cells",))]


WORDS = "Some words about nothing much. "


def test_sections_of_other_notes_are_units_the_longest_first() -> None:
    parts = ("## Short", WORDS * 40, "## Long", WORDS * 70, "# Notes", "A few words.")
    text = "\n\n".join(["# Book", *parts])
    found = sections(split(Note("/n.md", "Book", text, "d"), "c"))
    assert [one.name for one in found] == ["Long", "Short"]


# --------------------------------------------------------------------- weeks over real notes


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notes") / "volcanoes.md"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def tutor(notes: Path, home: Path) -> Tutor:
    """A tutor over the volcanoes, of which nothing was asked yet."""
    for file in home.glob("progress*"):
        file.unlink()
    made = open_tutor(Settings(home=home))
    rewrite(made, notes, VOLCANOES)
    return made


def test_three_weeks_of_reviews(tutor: Tutor, notes: Path) -> None:
    first, second, third = (item_on(tutor, notes, one) for one in (LAVA, GRANITE, BASALT))
    respond(tutor, first, "no idea", START)
    respond(tutor, second, second.key, START)
    respond(tutor, third, "", START)
    assert tutor.due(START).due == ()
    assert tutor.due(START).waiting == 2
    assert tutor.due(START).next_due == START + timedelta(minutes=10)

    asked: dict[int, int] = {}
    for day in range(21):
        now = START + timedelta(days=day, minutes=15)
        due = tutor.due(now).due
        for item in due:
            respond(tutor, item, item.key, now)
        asked[day] = len(due)
    assert {day for day, count in asked.items() if count} == {0, 1, 3, 9}
    assert asked[0] == asked[1] == 2

    report = tutor.progress(START + timedelta(days=20))
    assert (report.answers, report.right) == (3 + sum(asked.values()), 1 + sum(asked.values()))
    assert [day.date.day for day in report.days] == [2, 3, 5, 11]
    assert report.streak == Streak(0, 2)
    assert (report.due_now, report.due_today) == (0, 0)
    assert sum(one.is_known for one in report.topics) == len(report.topics)


def test_the_week_ahead_is_counted_by_days(tutor: Tutor, notes: Path) -> None:
    first, second, third = (item_on(tutor, notes, one) for one in (LAVA, GRANITE, BASALT))
    for item in (first, second, third):
        respond(tutor, item, "no idea", START)
    respond(tutor, first, first.key, START + timedelta(minutes=10))
    report = tutor.progress(START + timedelta(minutes=11))
    assert (report.due_now, report.due_today, report.due_week) == (2, 2, 3)
    assert report.streak == Streak(1, 1)


def test_mastery_steers_and_suggestions_follow_it(tutor: Tutor, notes: Path) -> None:
    missed(tutor, notes, GRANITE)
    lava = item_on(tutor, notes, LAVA)
    respond(tutor, lava, lava.key, START)
    mastery = tutor.mastery("earth")
    assert mastery["Rocks"] < 0.2 < 0.8 < mastery["Volcanoes"]
    with pytest.raises(NotesError, match="no course 'another'"):
        tutor.mastery("another")
    first = tutor.progress(START, "earth").suggestions[0]
    assert (first.topic, first.why, first.mastery) == ("Rocks", Why.WEAK, mastery["Rocks"])


def missed(tutor: Tutor, notes: Path, sentence: str = GRANITE) -> QuizItem:
    """Miss the item on a sentence."""
    item = item_on(tutor, notes, sentence)
    respond(tutor, item, "no idea", START)
    return item


LATER = START + timedelta(hours=1)


def test_lines_that_moved_are_cited_where_they_are_now(tutor: Tutor, notes: Path) -> None:
    item = missed(tutor, notes)
    rewrite(tutor, notes, VOLCANOES.replace("# Rocks\n", "A volcano may sleep.\n\n# Rocks\n\n"))
    queue = tutor.due(LATER)
    assert queue.stale == ()
    (asked,) = queue.due
    assert asked == item_on(tutor, notes, GRANITE)
    assert asked.evidence.start_line == item.evidence.start_line + 3
    assert tutor.due(LATER).due == (asked,)


def test_words_that_changed_are_not_asked_and_are_told(tutor: Tutor, notes: Path) -> None:
    item = missed(tutor, notes)
    changed = VOLCANOES.replace("pale stone", "pale and hard stone")
    rewrite(tutor, notes, changed)
    queue = tutor.due(LATER)
    assert (queue.due, queue.waiting) == ((), 0)
    assert [(one.item.id, one.reason) for one in queue.stale] == [(item.id, CHANGED)]
    report = tutor.progress(LATER)
    assert report.stale == queue.stale
    assert report.due_now == 0
    rewrite(tutor, notes, VOLCANOES)
    assert tutor.due(LATER).due == (item,)


def test_a_rival_that_the_notes_name_by_now_makes_the_item_stale(tutor: Tutor, notes: Path) -> None:
    """The quote still stands, but it does not settle the answer any more."""
    missed(tutor, notes, BASALT)
    rival = "Diabase is a dark rock that forms when lava cools quickly. Pumice is"
    rewrite(tutor, notes, VOLCANOES.replace("Pumice is", rival))
    queue = tutor.due(LATER)
    assert queue.due == ()
    assert "iabase" in queue.stale[0].reason


def test_a_file_that_was_removed_is_told(tutor: Tutor, notes: Path) -> None:
    missed(tutor, notes)
    tutor.remove(str(notes), "earth")
    queue = tutor.due(LATER)
    assert queue.due == ()
    assert [one.reason for one in queue.stale] == [REMOVED]
    assert tutor.due(LATER, "earth") == queue  # the course is gone, the answers are not
    assert tutor.progress(LATER).suggestions == ()


def test_a_learner_without_notes_or_answers_has_nothing_due(tmp_path: Path) -> None:
    tutor = open_tutor(Settings(home=tmp_path))
    queue = tutor.due(START)
    assert (queue.due, queue.waiting, queue.next_due, queue.stale) == ((), 0, None, ())
    report = tutor.progress(START)
    assert (report.answers, report.days, report.topics, report.suggestions) == (0, (), (), ())


def test_most_forgotten_items_are_asked_first(tutor: Tutor, notes: Path) -> None:
    first, second = (item_on(tutor, notes, one) for one in (LAVA, GRANITE))
    respond(tutor, first, "no idea", START)
    respond(tutor, second, "no idea", START - timedelta(days=9))
    assert [item.id for item in tutor.due(START + timedelta(days=1)).due] == [second.id, first.id]


def test_no_more_is_proposed_than_can_be_taken_in() -> None:
    weak = [known(f"topic {number}", number / 100) for number in range(40)]
    changed = [(f"old topic {number}", "c") for number in range(40)]
    assert len(plan(weak, COURSE, changed)) <= 7


def test_of_many_files_the_longest_are_looked_through() -> None:
    read: list[str] = []

    def chunks_of(_course: str, source: str | None) -> list[Chunk]:
        read.append(source or "")
        return []

    files = [SourceInfo("c", f"/{size}.md", "Notes", 1, size) for size in range(100)]
    assert units(files, chunks_of) == []
    assert read == [f"/{size}.md" for size in range(99, 79, -1)]
