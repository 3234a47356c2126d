"""Reviews and progress on the screen, in a pipe, and as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from answered import START
from pty_screen import Terminal
from scripted_tutor import ITEMS
from test_render import HOSTILE, SGR, drawn, piped, screen_of, steers
from volcano_notes import BASALT, GRANITE, LAVA, VOLCANOES, item_on, respond, rewrite

from tutor import cli
from tutor.app import Tutor, open_tutor
from tutor.progress.activity import Day, Streak
from tutor.progress.mastery import TopicMastery
from tutor.progress.planner import Suggestion, Why
from tutor.schema import QuizItem, Rating
from tutor.settings import Settings
from tutor.study.report import Queue, StaleItem, StudyReport
from tutor.terminal import json_output, study_report
from tutor.terminal.dates import when
from tutor.terminal.heatmap import ASCII_SIGNS, SIGNS, HeatMap, months, spoken
from tutor.terminal.reader import PipeReader, Reader
from tutor.terminal.study_session import hold_review, show_progress

TODAY = START.date()

# ------------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(minutes=-5), "now"),
        (timedelta(seconds=20), "in a minute"),
        (timedelta(minutes=10), "in 10 minutes"),
        (timedelta(hours=2), "at 20:00"),
        (timedelta(hours=7), "tomorrow"),
        (timedelta(days=3), "in 3 days"),
        (timedelta(days=30), "in 30 days"),
        (timedelta(days=31), "on 2 April"),
        (timedelta(days=365), "on 2 March 2027"),
    ],
)
def test_moments_in_words(later: timedelta, words: str) -> None:
    assert when(START + later, START) == words


# --------------------------------------------------------------------------------- calendar


def calendar(days: Sequence[Day], width: int = 80, signs: str = SIGNS) -> list[str]:
    return drawn(HeatMap(days, TODAY, signs), width).rstrip("\n").split("\n")


def test_a_day_stands_in_its_week_and_weekday_with_the_sign_of_its_answers() -> None:
    answers = {0: 20, 1: 1, 2: 4, 3: 5, 4: 9, 5: 10, 6: 19, 14: 50}
    days = [Day(TODAY - timedelta(days=back), count) for back, count in answers.items()]
    assert calendar(days[::-1]) == [
        "    Dec   Jan     Feb",
        "Mon · · · · · · · · · █ · █",
        "Tue · · · · · · · · · · ▓",
        "Wed · · · · · · · · · · ▓",
        "Thu · · · · · · · · · · ▒",
        "Fri · · · · · · · · · · ▒",
        "Sat · · · · · · · · · · ░",
        "Sun · · · · · · · · · · ░",
        "    · 0  ░ 1-4  ▒ 5-9  ▓ 10-19  █ 20+ answers",
    ]


@pytest.mark.parametrize("width", [20, 60, 80, 140])
def test_the_calendar_shows_as_many_weeks_as_there_is_room_for(width: int) -> None:
    year = [Day(TODAY - timedelta(days=back), 3) for back in range(400, 0, -1)]
    lines = calendar(year, width)
    room = (min(width, 96) - 4) // 2
    assert lines[1].count("░") + lines[1].count("·") == min(room, 52)
    assert max(map(len, lines[:8])) <= width


def test_without_its_signs_the_calendar_is_drawn_in_ascii() -> None:
    lines = calendar([Day(TODAY, 7)], signs=ASCII_SIGNS)
    assert all(line.isascii() for line in lines)
    assert lines[1].endswith(" +")


def test_a_month_that_has_no_room_gives_way() -> None:
    mondays = [date(2026, 8, 31) + timedelta(days=7 * week) for week in range(7)]
    assert months(mondays) == "  Sep     Oct"


def test_read_out_the_calendar_is_a_list_of_the_last_days() -> None:
    days = [Day(TODAY - timedelta(days=back), back + 1) for back in (40, 5, 0)]
    assert list(spoken(days, TODAY)) == [
        "Monday 2 March: 1 answer",
        "Wednesday 25 February: 6 answers",
    ]


# --------------------------------------------------------------------------------- progress

REPORT = StudyReport(
    course=None,
    at=START,
    answers=24,
    right=18,
    days=(Day(TODAY - timedelta(days=1), 10), Day(TODAY, 14)),
    streak=Streak(2, 5),
    due_now=3,
    due_today=4,
    due_week=9,
    stale=(StaleItem(ITEMS[1], "The lines that it cites have changed."),),
    topics=(
        TopicMastery("Generators", "notes", 0.216, 1, START),
        TopicMastery("Retrieval", "notes", 0.97, 23, START),
    ),
    suggestions=(
        Suggestion("Tokens", "notes", Why.PREREQUISITE, None, toward="Generators"),
        Suggestion("Generators", "notes", Why.WEAK, 0.216),
        Suggestion("Don't panic", "notes", Why.STALE, 0.9),
        Suggestion("Ranking", "notes", Why.UNTRIED),
    ),
)


def progress(report: StudyReport = REPORT, width: int = 80, *, plain: bool = False) -> str:
    return drawn(
        study_report.progress(report, quiz="tutor quiz", review="tutor review", drawn=not plain),
        width,
    )


def test_progress_tells_the_standing_the_topics_and_what_is_next() -> None:
    shown = progress()
    assert shown.startswith(
        "24 answers on 2 days, 18 right. Days in a row: 2 (longest 5).\n"
        "Due: 3 now, 4 today, 9 this week. Begin: tutor review\n"
        "1 question is left out, for the notes have changed (slides.pdf): Generators.\n"
    )
    assert "2 topics tried, 1 known:\n" in shown
    assert "Generators  ██░░░░░░░░  22%    1 answer\n" in shown
    assert "Retrieval   ██████████  97%  23 answers\n" in shown
    assert shown.endswith(
        "Study next:\n"
        " 1 Tokens: not tried yet, and Generators builds on it\n"
        "   tutor quiz Tokens\n"
        " 2 Generators: 22% known\n"
        "   tutor quiz Generators\n"
        " 3 Don't panic: its notes have changed since you were asked\n"
        "   tutor quiz 'Don'\"'\"'t panic'\n"
        " 4 Ranking: not tried yet\n"
        "   tutor quiz Ranking\n"
    )


def test_read_out_progress_has_words_for_all_that_is_drawn() -> None:
    shown = progress(plain=True)
    assert not set(shown) & set("█▓▒░·")
    assert "Monday 2 March: 14 answers" in shown
    assert "Generators  22%    1 answer\n" in shown


def test_only_the_least_known_topics_are_listed() -> None:
    many = tuple(TopicMastery(f"topic {n:02}", "notes", n / 50, 1, START) for n in range(40))
    shown = progress(replace(REPORT, topics=many))
    assert "40 topics tried, 0 known; the 10 least known:\n" in shown
    assert "topic 09" in shown
    assert "topic 10" not in shown


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@pytest.mark.parametrize("topic", ["x" * 200, "卷积神经网络 " * 12, *HOSTILE])
def test_no_topic_breaks_the_screen(topic: str, width: int) -> None:
    report = replace(
        REPORT,
        topics=(replace(REPORT.topics[0], topic=topic),),
        suggestions=(replace(REPORT.suggestions[0], topic=topic, toward=topic),),
        stale=(StaleItem(replace(ITEMS[0], topic=topic), topic),),
    )
    shown = progress(report, width)
    assert steers(shown) == []
    assert max(map(len, shown.split("\n"))) <= width
    assert steers(piped(study_report.progress(report, quiz="q", review="r"))) == []


def test_in_the_chat_the_topic_follows_the_command_as_it_is() -> None:
    assert study_report.command(REPORT.suggestions[2], "/quiz") == "/quiz Don't panic"


def test_a_learner_at_the_beginning_is_shown_the_way() -> None:
    report = replace(REPORT, answers=0)
    assert progress(report) == "Nothing answered yet. Begin with: tutor quiz\n"


# ------------------------------------------------------------------------------------- JSON


def test_progress_for_programs() -> None:
    shape = json.loads(json_output.dumps(json_output.progress(REPORT)))
    assert shape == {
        "type": "progress",
        "version": 1,
        "course": None,
        "at": "2026-03-02T18:00:00+00:00",
        "answers": 24,
        "right": 18,
        "days": [{"date": "2026-03-01", "answers": 10}, {"date": "2026-03-02", "answers": 14}],
        "streak": {"current": 2, "longest": 5},
        "due": {"now": 3, "today": 4, "week": 9},
        "stale": [
            {
                "id": "i2",
                "topic": "Generators",
                "source": "/home/ada/notes/slides.pdf",
                "reason": "The lines that it cites have changed.",
            }
        ],
        "topics": [
            {
                "topic": topic.topic,
                "course": "notes",
                "mastery": topic.mastery,
                "attempts": topic.attempts,
                "last": "2026-03-02T18:00:00+00:00",
            }
            for topic in REPORT.topics
        ],
        "suggestions": [
            {
                "topic": one.topic,
                "course": "notes",
                "why": one.why.value,
                "mastery": one.mastery,
                "toward": one.toward,
            }
            for one in REPORT.suggestions
        ],
    }


def test_a_review_for_programs() -> None:
    queue = Queue(ITEMS, 4, START, REPORT.stale)
    shape = json.loads(json_output.dumps(json_output.review(queue, 2)))
    assert list(shape) == ["type", "version", "due", "more", "waiting", "next_due", "stale"]
    assert [item["id"] for item in shape["due"]] == ["i1", "i2"]
    assert (shape["more"], shape["waiting"]) == (1, 4)
    assert shape["next_due"] == "2026-03-02T18:00:00+00:00"
    assert shape["stale"][0]["id"] == "i2"
    assert json_output.review(Queue((), 0, None, ()), 2)["next_due"] is None


# ---------------------------------------------------------------------------------- reviews


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("volcanoes")


@pytest.fixture
def tutor(folder: Path) -> Tutor:
    """A tutor over the volcanoes, of which nothing was asked yet."""
    for file in folder.glob("home/progress*"):
        file.unlink()
    made = open_tutor(Settings(home=folder / "home"))
    rewrite(made, folder / "volcanoes.md", VOLCANOES)
    return made


def miss(tutor: Tutor, folder: Path, *sentences: str, at: datetime = START) -> list[QuizItem]:
    items = [item_on(tutor, folder / "volcanoes.md", sentence) for sentence in sentences]
    for item in items:
        respond(tutor, item, "no idea", at)
    return items


class Person:
    """Types lines as they come, where a key would do, too; then the input ends."""

    def __init__(self, *typed: str) -> None:
        self._typed = list(typed)
        self.hints: list[str] = []

    def line(self, hint: str = "") -> str:
        self.hints.append(hint)
        if not self._typed:
            raise EOFError
        return self._typed.pop(0)

    def key(self, keys: Sequence[str], hint: str = "") -> str:
        return self.line(hint)


def review(tutor: Tutor, reader: Reader, at: datetime, count: int = 20) -> str:
    screen, out, err = screen_of(True)
    hold_review(screen, reader, tutor, count=count, now=lambda: at)
    assert err.getvalue() == ""
    return SGR.sub("", out.getvalue())


LATER = START + timedelta(minutes=30)


def test_a_review_asks_what_is_due_and_says_when_it_comes_back(tutor: Tutor, folder: Path) -> None:
    granite, lava = miss(tutor, folder, GRANITE, LAVA)
    reader = Person("granite", "", "basalt", "")
    shown = review(tutor, reader, LATER)
    assert "Question 1 of 2 · fill the gap" in shown
    assert "Rated “easy”: back tomorrow." in shown
    assert "Rated “again”: back in 10 minutes." in shown
    assert reader.hints[1] == "Enter keeps it · 1 again 2 hard 3 good 4 easy"
    assert "1 of 2 right.\n" in shown
    assert shown.endswith("The next of 2 questions is due in 10 minutes.\n")
    assert [one.rating for one in attempts_at(tutor, granite)] == [Rating.AGAIN, Rating.EASY]
    assert [one.rating for one in attempts_at(tutor, lava)] == [Rating.AGAIN, Rating.AGAIN]


def attempts_at(tutor: Tutor, item: QuizItem) -> list:  # type: ignore[type-arg]
    return tutor.parts.progress.attempts(item.id)


@pytest.mark.parametrize(
    ("typed", "rating"), [("2", Rating.HARD), (" Hard ", Rating.HARD), ("well", Rating.EASY)]
)
def test_one_key_or_its_word_changes_the_rating(
    tutor: Tutor, folder: Path, typed: str, rating: Rating
) -> None:
    (granite,) = miss(tutor, folder, GRANITE)
    review(tutor, Person("granite", typed), LATER)
    kept = attempts_at(tutor, granite)[-1]
    assert (kept.rating, kept.correct, kept.at) == (rating, True, LATER.astimezone(UTC))


def test_who_leaves_at_the_rating_has_answered(tutor: Tutor, folder: Path) -> None:
    granite, _ = miss(tutor, folder, GRANITE, LAVA)
    shown = review(tutor, Person("granite"), LATER)
    assert attempts_at(tutor, granite)[-1].rating is Rating.EASY
    assert "Question 2" not in shown
    assert shown.endswith("1 of 1 right. 1 question left.\n")


def test_lines_of_a_pipe_are_all_answers(tutor: Tutor, folder: Path) -> None:
    miss(tutor, folder, GRANITE, LAVA)
    shown = review(tutor, PipeReader(io.StringIO("granite\nlava\n")), LATER)
    assert "2 of 2 right." in shown
    assert "Enter keeps it" not in shown


def test_a_review_may_be_short(tutor: Tutor, folder: Path) -> None:
    miss(tutor, folder, GRANITE, LAVA, BASALT)
    shown = review(tutor, Person("granite", ""), LATER, count=1)
    assert "Question 1 of 1" in shown
    assert shown.endswith("2 questions more due now.\n")


def test_when_nothing_is_due_the_next_time_and_something_to_do_are_told(
    tutor: Tutor, folder: Path
) -> None:
    miss(tutor, folder, GRANITE)
    shown = review(tutor, Person(), START + timedelta(minutes=1))
    assert shown.startswith("Nothing is due now. The next of 1 question is due in 9 minutes.\n\n")
    assert shown.endswith("Study next:\n 1 Rocks: 13% known\n   tutor quiz Rocks\n")


def test_who_missed_nothing_is_sent_to_a_quiz(tutor: Tutor) -> None:
    assert review(tutor, Person(), START) == (
        "Nothing to review: what you miss in a quiz comes back here. Begin: tutor quiz\n"
    )


def test_questions_that_the_notes_outgrew_are_told_in_one_line(tutor: Tutor, folder: Path) -> None:
    miss(tutor, folder, GRANITE, LAVA)
    rewrite(tutor, folder / "volcanoes.md", VOLCANOES.replace("pale stone", "pale, hard stone"))
    shown = review(tutor, Person(), LATER)
    told = "1 question is left out, for the notes have changed (volcanoes.md): Rocks.\n"
    assert shown.startswith(told)
    assert "Question 1 of 1" in shown


def test_progress_is_shown_in_colour_only_where_it_is_wanted(
    tutor: Tutor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    miss(tutor, folder, GRANITE)
    shown = {}
    for colours in ("", "1"):
        monkeypatch.setenv("NO_COLOR", colours)
        screen, out, _ = screen_of(True)
        show_progress(screen, tutor, now=lambda: LATER)
        shown[colours] = out.getvalue()
    assert "\x1b[32m" in shown[""]
    assert "\x1b[32m" not in shown["1"]
    assert SGR.sub("", shown["1"]) == SGR.sub("", shown[""])


# -------------------------------------------------------------------------- the whole program


def test_the_commands_print_json(
    tutor: Tutor,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (granite,) = miss(tutor, folder, GRANITE)
    monkeypatch.setenv("TUTOR_HOME", str(folder / "home"))
    assert cli.run(["review", "--json"]) == 0
    (due,) = json.loads(capsys.readouterr().out)["due"]
    assert due["id"] == granite.id
    assert cli.run(["progress", "--course", "earth", "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert (shape["course"], shape["answers"], shape["due"]["now"]) == ("earth", 1, 1)
    assert cli.run(["review", "--course", "biology"]) == 1
    assert "no course 'biology'. You have earth" in capsys.readouterr().err
    assert cli.run(["review", "-n", "0"]) == 2


def test_a_review_and_the_progress_after_it_on_a_narrow_terminal(
    tutor: Tutor, folder: Path
) -> None:
    miss(tutor, folder, GRANITE)
    with Terminal(["-m", "tutor", "review"], folder / "home", columns=60) as terminal:
        terminal.wait_for("Question 1 of 1", "›")
        terminal.type("granite")
        terminal.wait_for("✓ Right.", "Enter keeps it")
        terminal.press("3")
        terminal.wait_for("1 of 1 right.", "The next of 1 question is due")
        assert terminal.exit_code() == 0
        assert terminal.widest <= 60
    with Terminal(["-m", "tutor", "progress"], folder / "home", columns=60) as terminal:
        terminal.wait_for("2 answers on 2 days, 1 right.", "Sun ", "Study next:", "Rocks")
        assert terminal.exit_code() == 0
        assert terminal.widest <= 60
