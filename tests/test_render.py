"""What reaches the screen: safe, plain in a pipe, and in shape at every width."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pty_screen import Terminal
from rich.cells import cell_len
from rich.console import ConsoleDimensions, RenderableType
from scripted_tutor import ITEMS, PASSAGES, REPORT, SOURCES, WRITTEN

from tutor.conversations.saved import Summary
from tutor.schema import (
    AgentStarted,
    Answer,
    AnswerKind,
    Chunk,
    Citation,
    Claim,
    Event,
    Exchange,
    Notice,
    Pace,
    PassagesFound,
    Progress,
    Token,
)
from tutor.terminal import quiz_items, render
from tutor.terminal.clean import clean, shorten
from tutor.terminal.excerpt import Line, excerpt
from tutor.terminal.live import Work, working
from tutor.terminal.markdown import AnswerMarkdown
from tutor.terminal.places import address, file_name, place, quoted_place, trail
from tutor.terminal.screen import Screen, console_for
from tutor.terminal.spoken import spoken
from tutor.terminal.thoughts import Thinking
from tutor.terminal.transcript import markdown

HOME = Path("/home/ada")
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
SGR = re.compile(r"\x1b\[[\d;]*m")
HOSTILE = [
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "\x1b",
    "\r",
    "\b\b",
    "\u202e",
    "\u2066",
    "&#x202e;",
    "&#27;[2J",
    "<http://a/%E2%80%AE%1b%5B2J>",
    "[bold]",
    "[/]",
    "[x](javascript:alert(1))",
    "![x](http://a/b\u202e.png)",
    "[1]",
    "```\n",
    "<s>",
    "\n\n",
    "| a | b |\n|---|---|\n| c | d |\n",
    "- ",
    "> ",
    "# ",
    "word",
    "\ud800",
    "\U000e0041",
]
hostile_texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=12).map("".join)


class Stream(io.StringIO):
    """A stream that is a terminal or not, as it is told."""

    encoding = "utf-8"

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def screen_of(terminal: bool, width: int = 80) -> tuple[Screen, Stream, Stream]:
    out, err = Stream(terminal), Stream(terminal)
    screen = Screen(console_for(out), console_for(err), interactive=terminal)
    if terminal:
        screen.out.width = screen.err.width = width
    return screen, out, err


def drawn(result: RenderableType, width: int = 80) -> str:
    """The text on a terminal, without colours and trailing blanks."""
    screen, out, _ = screen_of(True, width)
    screen.show(result)
    return "\n".join(line.rstrip() for line in SGR.sub("", out.getvalue()).split("\n"))


def piped(result: RenderableType) -> str:
    screen, out, _ = screen_of(False)
    screen.show(result)
    return out.getvalue()


def steers(text: str) -> list[str]:
    """The characters of ``text`` that could steer a terminal."""
    bidi = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        character
        for character in text
        if character != "\n"
        and (
            unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in bidi
        )
    ]


# ----------------------------------------------------------------------------- safe text


@given(hostile_texts)
def test_cleaned_text_holds_nothing_that_steers_a_terminal(text: str) -> None:
    cleaned = clean(text)
    assert steers(cleaned) == []
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]) | st.just("\n")))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x1b[31mred\x1b[0m b", "ared b"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("an unfinished \x1b]0;control string", "an unfinished 0;control string"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("tab\tstop", "tab stop"),
        ("1 \u202e2 3", "1 2 3"),
        ("half a pair \ud800", "half a pair \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_controls_are_taken_out_with_their_arguments(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_shortening_cuts_between_words_on_one_line() -> None:
    assert shorten("a few\nwords  here", 40) == "a few words here"
    assert shorten("one two three four five", 15) == "one two three…"
    assert len(shorten("x" * 500, 80)) == 80


@settings(max_examples=150, deadline=None)
@given(hostile_texts)
def test_markdown_from_a_stranger_leaves_only_colours_on_the_terminal(text: str) -> None:
    screen, out, _ = screen_of(True)
    screen.show(AnswerMarkdown(text, {1}))
    assert steers(SGR.sub("", out.getvalue())) == []


@settings(max_examples=50, deadline=None)
@given(hostile_texts)
def test_records_with_hostile_texts_are_shown_without_harm(text: str) -> None:
    passage = replace(PASSAGES[0], source=f"/n/{text}", heading=(text,), text=text)
    answer = replace(
        WRITTEN, text=text, reasoning=text, model=text, citations=(Citation(1, passage, text),)
    )
    item = replace(ITEMS[0], stem=text, options=(text, "b"), keys=(text,), topic=text)
    screen, out, err = screen_of(True)
    screen.show(render.finished(answer, formatted=True, raised=True, thinking=Thinking.FULL))
    screen.show(render.search_results(text, [passage]))
    screen.show(render.notes([replace(SOURCES[0], source=text, course=text)], HOME))
    screen.show(quiz_items.question(item, 1, 1))
    screen.show(render.courses({text: 1}, text))
    screen.show(render.conversations([Summary(HOME, NOW, text, text, 1)], NOW))
    lines = [Line(1, text, True), Line(2, text, False)]
    screen.show(excerpt(answer.citations[0], lines, numbered=True, fancy=True))
    screen.write(markdown([Exchange(text, text, answer, NOW)], text))
    screen.remark(text)
    screen.complain(text)
    assert steers(SGR.sub("", out.getvalue() + err.getvalue())) == []


def test_brackets_and_tags_of_the_notes_are_shown_as_they_are() -> None:
    text = "The token <s> starts a [bold]list[/bold], see a[0] and [/].\n\n<div>\nraw\n</div>"
    shown = drawn(AnswerMarkdown(text))
    assert "The token <s> starts a [bold]list[/bold], see a[0] and [/]." in shown
    assert "<div>\nraw\n</div>" in shown


# ------------------------------------------------------------------------------ answers


def answer_on_terminal(answer: Answer, width: int = 80, **options: bool) -> str:
    chosen = {"formatted": True, "raised": True, "thinking": Thinking.HIDDEN} | options
    return drawn(render.finished(answer, **chosen), width)


def test_citations_are_small_numbers_except_in_code() -> None:
    answer = replace(WRITTEN, text="A claim [1][2], `a[1]`, a stranger [7] and a doubt [3?].")
    shown = answer_on_terminal(answer)
    assert "A claim¹ ², a[1], a stranger [7] and a doubt [3?]." in shown


def test_a_terminal_without_small_digits_gets_brackets() -> None:
    assert "generator [1]." in answer_on_terminal(WRITTEN, raised=False)


def test_an_answer_is_drawn_with_sources_and_kind() -> None:
    assert answer_on_terminal(WRITTEN) == (
        "RAG joins a retriever with a generator¹. The generator writes the answer².\n"
        "\n"
        " 1 retrieval.md · Retrieval › Augmented generation · line 13\n"
        "   “The retriever finds passages.”\n"
        " 2 slides.pdf · Generators · page 3\n"
        "   “A generator writes the answer from the passages”\n"
        "\n"
        "Written by scripted-1b, every sentence checked against your notes.\n"
    )


def test_a_pipe_gets_the_markdown_unwrapped_and_without_codes() -> None:
    long = replace(WRITTEN, text=WRITTEN.text + " And on" * 100)
    text = piped(render.finished(long, formatted=False, raised=True, thinking=Thinking.HIDDEN))
    assert text.split("\n")[0] == long.text
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.split("\n"))


def test_reasoning_comes_first_and_only_when_wanted() -> None:
    assert "Passage one" not in answer_on_terminal(WRITTEN)
    dimmed = answer_on_terminal(WRITTEN, thinking=Thinking.DIMMED)
    assert dimmed.startswith("1. Passage one defines it.\n\n")


def test_long_reasoning_folds_to_its_first_lines_unless_it_is_wanted_in_full() -> None:
    long = replace(WRITTEN, reasoning="\n".join(f"{n}. A step." for n in range(1, 7)))
    assert "3. A step.\n… 3 more lines: /think full\n\nRAG" in answer_on_terminal(
        long, thinking=Thinking.DIMMED
    )
    assert "6. A step.\n\nRAG" in answer_on_terminal(long, thinking=Thinking.FULL)


def test_the_kind_of_every_answer_is_said() -> None:
    doubtful = replace(WRITTEN, claims=(*WRITTEN.claims, Claim("Guess.", (), 0.1, False)))
    quoted = replace(WRITTEN, kind=AnswerKind.QUOTED)
    abstained = replace(WRITTEN, kind=AnswerKind.ABSTAINED, topics=("RAG", "GANs\n"))
    assert render.kind(WRITTEN).startswith("Written by scripted-1b, every sentence checked")
    assert "do not back 1 of its 3 sentences" in render.kind(doubtful)
    assert render.kind(quoted) == "Quoted from your notes."
    assert render.kind(abstained) == (
        "Not covered by your notes. Nearest topics: RAG · GANs\n"
        'Look there yourself: tutor search "RAG"'
    )


def test_a_quotation_that_only_comes_near_the_question_is_hedged() -> None:
    quoted = replace(WRITTEN, text="The retriever finds passages. [1]", kind=AnswerKind.QUOTED)
    assert render.NEAREST not in answer_on_terminal(quoted)
    near = answer_on_terminal(replace(quoted, sure=False))
    assert near.startswith(f"{render.NEAREST}\n\nThe retriever finds passages.")


def test_a_quote_that_the_answer_says_itself_is_not_said_twice() -> None:
    quoted = replace(WRITTEN, text="The retriever finds passages. [1]", kind=AnswerKind.QUOTED)
    assert answer_on_terminal(quoted).count("The retriever finds passages.") == 1


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_line_is_wider_than_the_window_or_than_one_likes_to_read(width: int) -> None:
    long = replace(
        WRITTEN,
        text="word " * 80 + "\n\n```python\n" + "x = 1  # " + "long " * 40 + "\n```\n",
        citations=(Citation(1, replace(PASSAGES[0], heading=("Heading " * 20,)), "quote " * 60),),
    )
    lines = answer_on_terminal(long, width).split("\n")
    assert max(map(len, lines)) <= min(width, 96)
    assert any("…”" in line for line in lines)


def test_places_name_lines_or_pages() -> None:
    assert place(PASSAGES[0]) == "lines 12-14"
    assert place(PASSAGES[1]) == "page 3"
    assert place(quoted_place(WRITTEN.citations[0])) == "line 13"
    assert address(PASSAGES[1]) == "slides.pdf · Generators · page 3"
    assert file_name("C:\\notes\\a b.md") == "a b.md"


def test_a_long_heading_trail_keeps_its_inner_end() -> None:
    heading = ("A course on everything", "Part " + "x" * 40, "Inner", "Innermost")
    assert trail(heading, 70) == f"… › Part {'x' * 40} › Inner › Innermost"
    assert trail(heading, 30) == "… › Inner › Innermost"
    assert len(trail(("y" * 100,), 30)) == 30


def test_quotes_are_shown_without_markdown() -> None:
    marked = replace(
        WRITTEN, citations=(Citation(1, PASSAGES[0], "## RAG\n- **joins** *two* parts."),)
    )
    assert "“RAG joins two parts.”" in answer_on_terminal(marked)


def test_the_sources_command_also_lists_what_was_read_and_not_used() -> None:
    shown = drawn(render.all_sources(replace(WRITTEN, citations=WRITTEN.citations[:1])))
    assert "“The retriever finds passages.”" in shown
    assert "Also read, and not used:\n   slides.pdf · Generators · page 3" in shown


# ----------------------------------------------------------------------- work in progress


def frames(
    events: list[Event], width: int = 80, *, thinking: Thinking = Thinking.HIDDEN
) -> list[str]:
    """What is on the terminal after each of ``events``."""
    screen, _, _ = screen_of(True, width)
    work = Work(screen, thinking=thinking)
    seen = []
    for event in events:
        work.take(event)
        seen.append(drawn(work, width))
    return seen


def test_passages_and_the_busy_agent_are_shown_until_text_comes() -> None:
    shown = frames(
        [
            AgentStarted("Librarian", "searching"),
            PassagesFound("RAG", PASSAGES, 0.1),
            AgentStarted("Tutor", "explaining"),
            Token("thinking", reasoning=True),
            Token("RAG joins [1]"),
        ]
    )
    assert "Librarian: searching" in shown[0]
    assert " 1 retrieval.md, lines 12-14 · Retrieval › Augmented generation" in shown[1]
    assert " 2 slides.pdf, page 3 · Generators" in shown[3]
    assert "thinking" not in shown[3]
    assert "RAG joins¹" in shown[4]
    assert "retrieval.md" not in shown[4]
    assert "Tutor: explaining" in shown[4]


def test_reasoning_streams_when_wanted() -> None:
    thoughts = [Token("".join(f"step {n}\n" for n in range(9)), reasoning=True)]
    assert "step" not in frames(thoughts)[-1]
    assert "step 5" not in frames(thoughts, thinking=Thinking.DIMMED)[-1]
    assert "step 6\nstep 7\nstep 8" in frames(thoughts, thinking=Thinking.DIMMED)[-1]
    assert "step 0" in frames(thoughts, thinking=Thinking.FULL)[-1]


def test_the_status_is_one_line_that_names_agent_pace_and_query() -> None:
    found = PassagesFound("how " * 20, PASSAGES, 0.1)
    for width in (60, 140):
        last = frames([found, AgentStarted("Tutor", "explaining"), Pace(84, 2.0)], width)[-1]
        status = last.rstrip("\n").split("\n")[-1]
        assert "Tutor: explaining · 42 tokens/s · searched “how how" in status
        assert len(status) <= width


def test_a_long_stream_shows_its_end_and_never_more_than_the_window() -> None:
    screen, _, _ = screen_of(True)
    screen.out.size = ConsoleDimensions(80, 12)
    work = Work(screen)
    work.take(Token("\n\n".join(f"paragraph {number}" for number in range(50))))
    lines = screen.out.render_lines(work, pad=False)
    assert len(lines) <= 12
    assert "paragraph 49" in "".join(segment.text for line in lines for segment in line)


def test_progress_is_a_bar_with_a_count_until_it_is_done() -> None:
    shown = frames([Progress("reading notes", 5, 1200), Progress("reading notes", 1200, 1200)])
    assert "reading notes" in shown[0]
    assert "5 of 1,200" in shown[0]
    assert "reading notes" not in shown[1]


def test_a_pipe_sees_notices_on_the_other_stream_and_nothing_moving() -> None:
    screen, out, err = screen_of(False)
    with working(screen) as work:
        work.take(Token("RAG"))
        work.take(Notice("Two files were skipped."))
    assert work.text == "RAG"
    assert out.getvalue() == ""
    assert err.getvalue() == "Two files were skipped.\n"


# -------------------------------------------------------------------------------- notes


def test_notes_are_a_table_with_a_total() -> None:
    table = drawn(render.notes(SOURCES, HOME))
    assert re.search(r"~/notes/retrieval.md +notes +12 +4,321", table)
    assert "2 files · 15 chunks · 1 course" in table


def test_conversations_are_listed_by_clock_today_and_by_date_before() -> None:
    summaries = [
        Summary(HOME, NOW, None, "What is RAG? " * 20, 12),
        Summary(HOME, NOW - timedelta(days=40), "notes", "Why?", 1),
    ]
    shown = drawn(render.conversations(summaries, NOW), 60)
    assert f"1  {NOW.astimezone():%H:%M}        12 questions  What is RAG?" in shown
    assert "2  23 Nov 2025    1 question  Why?" in shown
    assert shown.count("What is RAG?") < 7
    assert max(map(len, shown.split("\n"))) <= 60


def test_an_ingest_counts_and_names_the_first_skipped_files() -> None:
    text = piped(render.ingest_report(REPORT, HOME))
    assert "3 files in course notes: 10 chunks added, 2 kept, 1 removed, in 1.2 s." in text
    assert "25 files skipped:" in text
    assert "  ~/notes/19.bin  it is no text" in text
    assert "20.bin" not in text
    assert "and 5 more" in text


def test_a_passage_stands_out_from_its_surroundings() -> None:
    chunks = [
        Chunk(f"c{n}", "notes", "/n/a.md", ("Top",), f"text {n}\nmore", n, 0, 1, n, n)
        for n in range(3)
    ]
    shown = drawn(render.surroundings(chunks, ["c1"]))
    assert "▌ text 1\n▌ more" in shown
    assert "\n  text 0\n  more\n" in shown
    assert shown.count("a.md · Top") == 1


@pytest.mark.parametrize("width", [40, 60, 140])
def test_wide_and_right_to_left_letters_leave_the_columns_of_a_table_in_line(width: int) -> None:
    text = (
        "| 名前 | שם | name |\n|---|---|---|\n| 漢字かな交じり文 | שלום עולם | one |\n"
        "| 短い | العربية | a longer cell, which may have to go on in another line |\n"
        "| x | y | $\\alpha_1$ |\n"
    )
    lines = drawn(AnswerMarkdown(text), width).split("\n")
    starts = {
        cell_len(line[: line.index(word)])
        for word in ("name", "one", "a longer", "α₁")
        for line in lines
        if word in line
    }
    assert len(starts) == 1
    assert max(map(cell_len, lines)) <= width


def test_exponents_are_not_taken_for_citations() -> None:
    screen, out, _ = screen_of(True)
    screen.show(AnswerMarkdown("It is $mc^2$ [1].", [1]))
    assert re.findall(r"\x1b\[36m([^\x1b]+)", out.getvalue()) == ["¹"]


# --------------------------------------------------------------------------- read out


def test_what_is_read_out_has_no_marks_of_markdown() -> None:
    text = (
        "## In short\n\n**RAG** joins *two* parts, `a * b` and $x^2$ [1].\n\n"
        "| one | two |\n|---|---|\n| a | b |\n\n```python\nx ** 2\n```\n---\n- an item"
    )
    assert spoken(text).split("\n") == [
        "In short",
        "",
        "RAG joins two parts, a * b and x² [1].",
        "",
        "one; two",
        "a; b",
        "",
        "Code:",
        "x ** 2",
        "End of code.",
        "- an item",
    ]


def test_a_dumb_terminal_is_written_to_as_wide_as_it_is(tmp_path: Path) -> None:
    said = "from tutor.terminal.screen import open_screen; open_screen().show('abcde ' * 20)"
    with Terminal(["-c", said], tmp_path, columns=47, TERM="dumb") as terminal:
        assert terminal.exit_code() == 0
        assert set(terminal.text.split()) == {"abcde"}
