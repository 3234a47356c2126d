"""The commands of the chat, each on a conversation in memory and files on disk."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scripted_tutor import ITEMS, PASSAGES, WRITTEN, ScriptedTutor, Step, script
from test_render import screen_of

from tutor.conversations.saved import Conversations
from tutor.errors import ModelUnavailable, NotesError, SettingsError, TutorError
from tutor.schema import Chunk, Citation, Exchange, Passage, Token
from tutor.terminal import editor, repl
from tutor.terminal.background import Later
from tutor.terminal.commands.table import COMMANDS, run, suggestions
from tutor.terminal.conversation import Conversation
from tutor.terminal.reader import PipeReader
from tutor.terminal.transcript import markdown

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


class AtHand(Later[ScriptedTutor]):
    """A tutor that need not be waited for."""

    def ready(self) -> ScriptedTutor:
        return self.get()


class Talk:
    """A conversation over a scripted tutor, and what it has written."""

    def __init__(self, folder: Path, *scripts: Sequence[Step], typed: str = "") -> None:
        screen, *self._streams = screen_of(False)
        self.tutor = ScriptedTutor(*scripts)
        reader = PipeReader(io.StringIO(typed))
        kept = Conversations(folder / "conversations")
        later = AtHand(lambda: self.tutor)
        self.chat = Conversation(screen, reader, later, kept)  # type: ignore[arg-type]

    def say(self, *lines: str) -> str:
        """Do what the lines say; returns what came of the last one."""
        for line in lines:
            before = [len(stream.getvalue()) for stream in self._streams]
            if line.startswith("/"):
                run(self.chat, line)
            else:
                self.chat.ask(line)
        return "".join(
            stream.getvalue()[start:] for stream, start in zip(self._streams, before, strict=True)
        )

    @property
    def text(self) -> str:
        return "".join(stream.getvalue() for stream in self._streams)

    @property
    def questions(self) -> list[str]:
        return [one.question for one in self.chat.saved.exchanges]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_every_command_that_students_need_is_there() -> None:
    names = (
        "ask explain simpler deeper example quiz review progress sources open edit notes add "
        "course model think save export retry undo clear history help quit"
    )
    assert {command.name for command in COMMANDS} >= set(names.split())


@pytest.mark.parametrize(
    "line",
    ["/open", "/edit 1", "/retry", "/simpler", "/save x.md", "/export x.csv", "/ask"],
)
def test_a_command_with_nothing_to_work_on_says_what_to_do_first(talk: Talk, line: str) -> None:
    with pytest.raises(SettingsError, match=r"Ask|No quiz yet"):
        talk.say(line)


# ---------------------------------------------------------------------------- asking


def test_ask_does_what_a_line_without_a_slash_does(talk: Talk) -> None:
    talk.say("/ask What is RAG?")
    assert talk.questions == ["What is RAG?"]


def test_retry_asks_the_last_question_again_in_its_place(talk: Talk) -> None:
    talk.say("one", "two", "/retry")
    assert talk.questions == ["one", "two"]
    assert [turn.text for turn in talk.tutor.asked[-1][2] if turn.role == "user"] == ["one"]


def test_a_question_that_failed_can_be_retried(tmp_path: Path) -> None:
    talk = Talk(tmp_path, [ModelUnavailable("gone")], script())
    with pytest.raises(ModelUnavailable):
        talk.say("one")
    talk.say("/retry")
    assert talk.questions == ["one"]


def test_what_was_said_before_the_model_failed_is_kept_on_disk(tmp_path: Path) -> None:
    talk = Talk(tmp_path, [Token("As far as it got "), ModelUnavailable("gone")])
    with pytest.raises(ModelUnavailable):
        talk.say("one")
    kept = talk.chat.kept.open(talk.chat.saved.path)
    assert [(one.said, one.answer) for one in kept.exchanges] == [("As far as it got", None)]
    assert "Not checked against your notes." in talk.text


@pytest.mark.parametrize("slant", ["simpler", "deeper", "example"])
def test_a_slant_answers_the_last_question_again(talk: Talk, slant: str) -> None:
    said = talk.say("What is RAG?", f"/{slant}")
    assert said.startswith(f"{slant}: RAG")
    assert talk.questions == ["What is RAG?", "What is RAG?"]


def test_explain_takes_a_topic_and_a_level(talk: Talk) -> None:
    assert talk.say("/explain expert attention heads").startswith("attention heads for expert")
    assert talk.say("/explain dropout").startswith("dropout for intermediate")


def test_explain_without_a_topic_takes_that_of_the_last_question(talk: Talk) -> None:
    assert talk.say("What is RAG?", "/explain beginner").startswith("RAG for beginner")


def test_think_folds_the_reasoning_and_shows_that_of_the_last_answer(talk: Talk) -> None:
    assert "Passage one" not in talk.say("What is RAG?")
    assert "Reasoning\n1. Passage one defines it." in talk.say("/think full")
    assert "Passage one" in talk.say("What is RAG?")
    assert "hidden now" in talk.say("/think")
    with pytest.raises(SettingsError, match="hidden, dimmed, full"):
        talk.say("/think loud")


# ---------------------------------------------------------------------- looking closer


def test_open_shows_the_cited_line_in_its_surroundings(talk: Talk) -> None:
    lines = [f"line {number}" for number in range(1, 30)]
    note = "\n".join(lines)
    talk.tutor.chunk_list = [
        chunk_of(note, 0, note.index("line 15")),
        chunk_of(note, note.index("line 14"), len(note)),  # they may overlap
    ]
    passage = replace(PASSAGES[0], start_line=15, end_line=16, text="line 15\nline 16")
    answer = replace(WRITTEN, citations=(Citation(1, passage, "line 16"),))
    talk.chat.saved.add(Exchange("What is RAG?", answer.text, answer, NOW))
    shown = talk.say("/open 1")
    assert shown.startswith(
        "retrieval.md · Retrieval › Augmented generation · line 16\n\n10   line"
    )
    assert "14   line 14\n15   line 15\n16 ▌ line 16\n17   line 17\n" in shown
    assert shown.endswith("22   line 22\n")


def chunk_of(note: str, start: int, end: int) -> Chunk:
    first, last = (note.count("\n", 0, place) + 1 for place in (start, end - 1))
    text = note[start:end]
    return Chunk(text, "notes", PASSAGES[0].source, (), text, 0, start, end, first, last)


def test_open_refuses_a_number_that_no_source_has(talk: Talk) -> None:
    with pytest.raises(SettingsError, match="no source 7"):
        talk.say("What is RAG?", "/open 7")


def test_open_says_so_when_the_notes_have_changed_since(talk: Talk) -> None:
    talk.tutor.chunk_list = []
    with pytest.raises(NotesError, match="/retry"):
        talk.say("What is RAG?", "/open 1")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("vim", ["+7", "a.md"]),
        ("/usr/bin/nano", ["+7", "a.md"]),
        ("emacs", ["+7", "a.md"]),
        ("code", ["--goto", "a.md:7"]),
        ("hx", ["a.md:7"]),
        ("unheard-of", ["a.md"]),
    ],
)
def test_editors_are_told_the_line_in_their_own_way(name: str, arguments: list[str]) -> None:
    assert editor.command([name, "-x"], Path("a.md"), 7) == [name, "-x", *arguments]


def cited_in(path: Path, quote: str, line: int) -> Citation:
    passage = Passage(str(path), "notes", (), quote, line, line, None, ("c",), 1.0, 1.0)
    return Citation(1, passage, quote)


def editor_that_notes(tmp_path: Path) -> str:
    """An editor, by the name of vim, that writes down what it is given."""
    script = tmp_path / "vim"
    script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/given\n')
    script.chmod(0o755)
    return str(script)


def test_edit_opens_the_file_where_the_quote_stands_today(tmp_path: Path) -> None:
    note = tmp_path / "a.md"
    note.write_text("new first line\nold first line\nthe quote\n")
    editor.edit(cited_in(note, "the quote", 2), {"EDITOR": editor_that_notes(tmp_path)})
    assert (tmp_path / "given").read_text() == f"+3 {note}\n"


@pytest.mark.parametrize(
    ("name", "variables", "complaint"),
    [
        ("gone.md", {"EDITOR": "vim"}, "not there any more"),
        ("a.pdf", {"EDITOR": "vim"}, "no text file, so an editor cannot show line 1"),
        ("a.md", {"EDITOR": "/no/such/editor"}, "cannot be started .* Set EDITOR"),
        ("a.md", {"VISUAL": "vim 'x"}, "VISUAL cannot be read"),
        ("a.md", {"EDITOR": "false"}, "ended with code 1"),
    ],
)
def test_edit_says_what_is_wrong(
    tmp_path: Path, name: str, variables: dict[str, str], complaint: str
) -> None:
    (tmp_path / "a.md").write_text("text")
    (tmp_path / "a.pdf").write_text("text")
    with pytest.raises(TutorError, match=complaint):
        editor.edit(cited_in(tmp_path / name, "text", 1), variables)


# -------------------------------------------------------------------------- practising


def test_a_quiz_goes_on_where_it_was_left_even_in_another_chat(tmp_path: Path) -> None:
    first = Talk(tmp_path, typed="b\n")
    assert "/quiz goes on where you left it" in first.say("/quiz RAG 3")
    second = Talk(tmp_path, typed="t\nretriever\n")
    latest = second.chat.kept.latest()
    assert latest is not None
    second.chat.go_on_with(latest)
    said = second.say("/quiz")
    assert "Going on with the quiz on RAG" in said
    assert "Question 2 of 3" in said
    assert "Question 1 of 3" not in said
    assert "3 of 3 right." in said
    assert [attempt.item_id for attempt in second.tutor.attempts] == ["i2", "i3"]
    assert second.chat.saved.quiz is None


def test_a_new_quiz_replaces_one_that_was_left(tmp_path: Path) -> None:
    talk = Talk(tmp_path, typed="b\n")
    talk.say("/quiz RAG 3")
    assert "Question 1 of 1" in talk.say("/quiz new 1")


def test_a_number_that_no_quiz_has_is_refused_or_is_of_the_topic(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    for wrong in ("/quiz 0", "/quiz 101"):
        with pytest.raises(TutorError, match="1 to 100 questions, such as /quiz 5"):
            talk.say(wrong)
    talk.say("/quiz the world since 1914")
    left = talk.chat.saved.quiz
    assert left is not None
    assert left.topic == "the world since 1914"


def test_export_writes_the_last_quiz(tmp_path: Path) -> None:
    talk = Talk(tmp_path, typed="b\n")
    said = talk.say("/quiz RAG 3", f"/export {tmp_path / 'quiz.csv'}")
    assert "3 questions written" in said
    assert ITEMS[0].stem in (tmp_path / "quiz.csv").read_text()


# ----------------------------------------------------------------- notes and conversations


def test_add_takes_a_path_with_blanks_and_reports(tmp_path: Path) -> None:
    (tmp_path / "my notes").mkdir()
    talk = Talk(tmp_path)
    assert "3 files in course notes" in talk.say(f"/add {tmp_path}/my notes")
    assert talk.tutor.ingested == [[tmp_path / "my notes"]]
    talk.say(f"/add '{tmp_path}/a b' c.md")
    assert talk.tutor.ingested[-1] == [tmp_path / "a b", Path("c.md")]


def test_course_lists_keeps_to_one_and_lets_go(talk: Talk) -> None:
    assert "notes" in talk.say("/course")
    assert "from course notes" in talk.say("/course Notes")
    assert talk.chat.course == "notes"
    assert "all of your courses" in talk.say("/course all")
    with pytest.raises(SettingsError, match=r"no course 'x'. You have notes"):
        talk.say("/course x")


def test_undo_forgets_the_last_answer(talk: Talk) -> None:
    assert "Forgotten: two" in talk.say("one", "two", "/undo")
    talk.say("three")
    assert [turn.text for turn in talk.tutor.asked[-1][2] if turn.role == "user"] == ["one"]


def test_save_writes_markdown_with_footnotes_and_sources(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    assert "2 questions saved" in talk.say("What is RAG?", "And why?", f"/save {tmp_path}/a.md")
    text = (tmp_path / "a.md").read_text()
    assert text.startswith("# What is RAG?\n\n## What is RAG?\n\n**RAG** joins a retriever with a")
    assert "generator[^1]. The generator writes the answer[^2]." in text
    assert "## Sources\n\n- /home/ada/notes/retrieval.md\n- /home/ada/notes/slides.pdf" in text
    assert text.count("[^1]: retrieval.md · Retrieval › Augmented generation · line 13: “The") == 1


def test_a_saved_answer_has_its_headings_below_the_question_and_its_code_as_it_is() -> None:
    said = "## In short\n\nIt is [1].\n\n```\n# a[1]\n```"
    once = Exchange("What is RAG?", said, WRITTEN, NOW)
    text = markdown([once, once], "RAG")
    assert text.count("## What is RAG?") == 1
    assert "### In short\n\nIt is[^1].\n\n```\n# a[1]\n```" in text


def test_save_never_writes_over_another_file_but_over_its_own(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    talk = Talk(tmp_path)
    with pytest.raises(SettingsError, match="nothing is overwritten"):
        talk.say("one", f"/save {tmp_path}/notes.md")
    talk.say(f"/save {tmp_path}/talk", "two", f"/save {tmp_path}/talk")
    assert "## two" in (tmp_path / "talk.md").read_text()
    assert (tmp_path / "notes.md").read_text() == "mine"


def test_history_lists_conversations_and_goes_on_with_one(tmp_path: Path) -> None:
    Talk(tmp_path).say("What is RAG?")
    talk = Talk(tmp_path)
    listed = talk.say("Another thing?", "/history")
    assert "1  " in listed
    assert "What is RAG?" in listed
    assert "after 1 question" in talk.say("/history 2")
    assert talk.questions == ["What is RAG?"]
    talk.say("And why?")
    assert len(talk.chat.kept.open(talk.chat.saved.path).exchanges) == 2
    with pytest.raises(SettingsError, match="from 1 to 2"):
        talk.say("/history 9")


def test_clear_begins_anew_and_keeps_the_old_conversation(talk: Talk) -> None:
    talk.say("one", "/clear", "two")
    assert talk.tutor.asked[-1][2] == ()
    assert len(talk.chat.kept.recent(9)) == 2


def test_a_long_conversation_is_told_in_short_and_says_so_once(tmp_path: Path) -> None:
    long = replace(WRITTEN, text="RAG is a way. " + "It goes on. " * 200)
    talk = Talk(tmp_path, script(long))
    talk.say("one", "two", "three", "four")
    roles = [turn.role for turn in talk.tutor.asked[-1][2]]
    assert roles == ["summary", "user", "tutor"]
    assert "one RAG is a way." in talk.tutor.asked[-1][2][0].text
    assert talk.text.count("told in short") == 1


def test_a_disk_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    (tmp_path / "conversations").write_text("in the way")
    talk.chat.reader = PipeReader(io.StringIO("What is RAG?\n/sources\n"))
    repl.chat(talk.chat)
    assert "RAG** joins a retriever" in talk.text
    assert "cannot be saved" in talk.text
    assert "slides.pdf · Generators · page 3" in talk.text.split("cannot be saved")[0]


# --------------------------------------------------------------------------- completion


def completed(talk: Talk, typed: str) -> list[str]:
    return [text for text, _ in suggestions(talk.chat, typed)]


def test_tab_completes_commands_and_what_they_take(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "sub folder").mkdir()
    (tmp_path / "sub.md").write_text("")
    talk.say("What is RAG?")
    assert completed(talk, "/th") == ["/think"]
    assert completed(talk, "/think d") == ["/think dimmed"]
    assert completed(talk, "/course no") == ["/course notes"]
    assert completed(talk, "/quiz au") == ["/quiz Augmented generation"]
    assert completed(talk, "/quiz gen") == ["/quiz Generators"]  # a heading of the last answer
    assert completed(talk, "/explain ret") == ["/explain Retrieval"]
    assert completed(talk, "/open ") == ["/open 1", "/open 2"]
    assert completed(talk, "/explain dropout b") == ["/explain dropout beginner"]
    assert completed(talk, f"/add {tmp_path}/s") == [
        f"/add {tmp_path}/sub folder/",
        f"/add {tmp_path}/sub.md",
    ]
    assert completed(talk, "what is /th") == []
    assert completed(talk, "/add /no/such/") == []
