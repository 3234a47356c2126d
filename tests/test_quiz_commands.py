"""Item banks at the command line: made from real notes, edited, taken, linted and exported."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pty_screen import Terminal
from quiz_notes import NETWORKS
from test_quiz_formats import ALL, CHOICE, GAP, LONG, ORDER, PAIRS, SEVERAL, SHORT, VERDICT

from tutor import cli
from tutor.app import open_tutor
from tutor.errors import SettingsError
from tutor.quiz import editing, export
from tutor.quiz.formats.json_bank import Decision, Reviewed
from tutor.quiz.formats.record import fault
from tutor.schema import ItemKind, QuizItem
from tutor.settings import Settings
from tutor.terminal.quiz_commands import kinds_of

Run = Callable[..., int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with notes on networks, and a bank of questions on them."""
    folder = tmp_path_factory.mktemp("teacher")
    notes = folder / "networks.md"
    notes.write_text(NETWORKS, encoding="utf-8")
    tutor = open_tutor(Settings(home=folder / "home"))
    tutor.ingest([notes], course="networks")
    items = tutor.quiz(count=4, kinds=(ItemKind.MULTIPLE_CHOICE, ItemKind.CLOZE))
    assert len(items) == 4
    export.write(items, folder / "made.json")
    return folder


@pytest.fixture
def run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder with the bank, ``typed`` into its pipe."""

    def run(*arguments: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return cli.run(list(arguments))

    monkeypatch.setenv("TUTOR_HOME", str(folder / "home"))
    monkeypatch.chdir(tmp_path)
    shutil.copy(folder / "made.json", "bank.json")
    return run


def decisions(path: str = "bank.json") -> list[str]:
    return [one.decision.value for one in export.read_reviewed(Path(path))]


def bank() -> list[QuizItem]:
    return [one.item for one in export.read_reviewed(Path("bank.json"))]


# ------------------------------------------------------------------------ words and commands


def test_types_have_names_for_all_kinds() -> None:
    short = "mc,mr,tf,cloze,match,order,short,long"
    assert kinds_of(short) == kinds_of("all") == tuple(ItemKind)


@pytest.mark.parametrize(
    ("arguments", "topic"),
    [
        (["routers"], "routers"),
        (["making", "do"], "making do"),
        (["--", "make"], "make"),
        (["--topic", "make"], "make"),
        (["--topic", "attention", "heads", "-n", "2"], "attention heads"),
        (["-n", "2", "make", "sense"], "make sense"),
        ([], None),
    ],
)
def test_words_that_name_no_command_are_a_topic(
    arguments: list[str],
    topic: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from scripted_tutor import ScriptedTutor

    monkeypatch.setattr("tutor.app.open_tutor", lambda _settings: ScriptedTutor())
    assert cli.run(["quiz", "--json", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["topic"] == topic


@pytest.mark.parametrize(
    ("arguments", "seed"),
    [([], None), (["--seed", "0"], 0), (["--json"], 0), (["--export", "quiz.md"], 0)],
)
def test_each_quiz_that_is_answered_is_another_unless_a_seed_is_named(
    arguments: list[str], seed: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scripted_tutor import ITEMS, ScriptedTutor

    class Seeded(ScriptedTutor):
        def quiz(self, topic: str | None = None, **options: Any) -> list[QuizItem]:
            used.append(options["seed"])
            return list(ITEMS)

    used: list[int] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr("tutor.app.open_tutor", lambda _settings: Seeded())
    assert cli.run(["quiz", *arguments]) == 0
    assert used == [seed] if seed is not None else used[0] > 1_700_000_000


def test_the_help_of_quiz_shows_its_options_and_its_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (["quiz", "--help"], ["quiz", "routers", "-h"]):
        assert cli.run(arguments) == 0
        page = capsys.readouterr().out
        assert "Usage: tutor quiz [OPTIONS] [TOPIC]...\n   or: tutor quiz COMMAND ..." in page
        assert "--types LIST" in page
        for command in ("make", "edit", "take", "lint", "export"):
            assert f"\n  {command} " in page
    assert cli.run(["quiz", "--nonsense"]) == 2
    assert capsys.readouterr().err.endswith("See: tutor quiz --help\n")


# ------------------------------------------------------------------------------------- make


def test_make_writes_a_bank_and_never_over_another(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quiz", "make", "-n", "2", "--types", "mc", "--out", "new.json") == 0
    items = export.read(Path("new.json")).items
    assert [item.kind for item in items] == [ItemKind.MULTIPLE_CHOICE] * 2
    assert all(item.evidence.quote in NETWORKS for item in items)
    err = capsys.readouterr().err
    assert "2 questions written to new.json." in err
    assert "tutor quiz edit new.json" in err
    before = Path("new.json").read_bytes()
    assert run("quiz", "make", "--out", "new.json") == 2
    assert "new.json is there already" in capsys.readouterr().err
    assert Path("new.json").read_bytes() == before


def test_a_quiz_to_be_exported_names_the_formats_before_it_begins(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quiz", "a topic that no note covers", "--export", "quiz.doc") == 2
    assert "quiz.doc must end in" in capsys.readouterr().err


def test_make_names_the_formats_before_it_begins(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quiz", "make", "--out", "new.doc") == 2
    assert "new.doc must end in .json" in capsys.readouterr().err


# ------------------------------------------------------------------------------------- edit


def test_one_key_is_a_decision_and_the_next_run_goes_on(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quiz", "edit", "bank.json", typed="a\nr\nq\n") == 0
    out, err = capsys.readouterr()
    assert decisions() == ["accepted", "rejected", "open", "open"]
    assert err.endswith("1 accepted, 1 rejected, 2 open.\n")
    assert "Item 1 of 4 \u00b7 " in out
    assert "networks.md \u00b7 Computer networks" in out
    run("quiz", "edit", "bank.json", typed="\na\n")
    out, err = capsys.readouterr()
    assert "Item 1 of 4" not in out
    assert out.index("Item 3 of 4") < out.index("Item 4 of 4")
    assert decisions() == ["accepted", "rejected", "open", "accepted"]


def test_decisions_are_kept_at_once_whatever_comes_after(run: Run) -> None:
    run("quiz", "edit", "bank.json", typed="a\n")  # the input ends here
    assert decisions() == ["accepted", "open", "open", "open"]


def test_back_and_again_let_a_decision_be_changed(run: Run) -> None:
    run("quiz", "edit", "bank.json", typed="a\nb\nr\nq\n")
    assert decisions()[0] == "rejected"
    run("quiz", "edit", "bank.json", "--again", typed="a\nq\n")
    assert decisions()[0] == "accepted"


def test_decisions_and_changes_are_taken_back_one_by_one(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write([CHOICE, GAP], Path("undone.json"))
    before = Path("undone.json").read_text()
    assert run("quiz", "edit", "undone.json", typed="r\ne\ns\nSomething ____.\n\nu\nu\nu\n") == 0
    assert "There is nothing to undo." in capsys.readouterr().err
    assert Path("undone.json").read_text() == before


def test_an_item_is_edited_part_by_part_and_the_gates_speak_up(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    place = next(n for n, i in enumerate(bank()) if i.kind is ItemKind.MULTIPLE_CHOICE)
    before = bank()[place]
    other = next(n for n, option in enumerate(before.options) if option != before.key)
    later = "\n" * place
    typed = f"{later}e\ns\nWhat is it?\nx\n-\no\n{'abcd'[other]}\nAll of the above\n\nq\n"
    assert run("quiz", "edit", "bank.json", typed=typed) == 0
    out = capsys.readouterr().out
    after = bank()[place]
    assert (after.id, after.key, after.evidence) == (before.id, before.key, before.evidence)
    assert (after.stem, after.explanation) == ("What is it?", "")
    assert after.options[other] == "All of the above"
    assert "\n! " in out.split("What is it?", 1)[1]


def test_an_item_that_cannot_be_asked_cannot_be_accepted(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write([replace(CHOICE, keys=("None of these",))], Path("broken.json"))
    run("quiz", "edit", "broken.json", typed="a\ne\nk\nb\n\na\n")
    out, err = capsys.readouterr()
    assert "! Cannot be asked: its key is not exactly one of its options." in out
    assert "It cannot be asked as it stands" in err
    (one,) = export.read_reviewed(Path("broken.json"))
    assert (one.item.key, one.decision) == (CHOICE.options[1], Decision.ACCEPTED)


def test_other_formats_have_no_place_for_decisions(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write(ALL, Path("bank.gift"))
    assert run("quiz", "edit", "bank.gift") == 2
    assert "tutor quiz export bank.gift bank.json" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["edit", "take", "lint"])
@pytest.mark.parametrize("name", ["notes.md", "notes.doc"])
def test_what_cannot_be_read_is_refused_with_what_can(
    run: Run, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    assert run("quiz", command, name) == 2
    err = capsys.readouterr().err
    assert ".json (JSON), .gift (Moodle GIFT) or .csv (CSV table)" in err
    assert "tutor quiz export" not in err


def test_a_gift_file_is_written_and_read_under_the_name_that_moodle_wants(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write([GAP], Path("bank.json"))
    assert run("quiz", "export", "bank.json", "week.gift", "week.gift.txt", "week.aiken.txt") == 0
    told = "Moodle opens this only under a name that ends in .txt, such as week.gift.txt."
    assert capsys.readouterr().err.count(told) == 1
    Path("week.gift.txt").rename("week.txt")
    assert [item.stem for item in export.read(Path("week.txt")).items] == [GAP.stem]
    with pytest.raises(SettingsError, match="written only"):
        export.read(Path("week.aiken.txt"))


def test_a_bank_on_other_notes_is_edited_without_the_gates(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write([GAP], Path("foreign.json"))
    assert run("quiz", "edit", "foreign.json", typed="a\n") == 0
    assert "! There is no course 'nlp'." in capsys.readouterr().out
    assert decisions("foreign.json") == ["accepted"]


@pytest.mark.parametrize(
    ("command", "asked", "told"),
    [("edit", "Enter later", "0 accepted, 0 rejected, 4 open."), ("take", "stops", "No question")],
)
def test_a_key_pressed_before_anything_is_asked_decides_nothing(
    folder: Path, tmp_path: Path, command: str, asked: str, told: str
) -> None:
    shutil.copy(folder / "made.json", tmp_path / "bank.json")
    bank = str(tmp_path / "bank.json")
    with Terminal(["-m", "tutor", "quiz", command, bank], folder / "home") as terminal:
        terminal.press("ar")
        terminal.wait_for(asked)
        terminal.press("q")
        assert told in terminal.wait_for(told)


def test_editing_in_a_terminal_is_one_key_each(folder: Path, tmp_path: Path) -> None:
    path = shutil.copy(folder / "made.json", tmp_path / "bank.json")
    arguments = ["-m", "tutor", "quiz", "edit", str(path)]
    with Terminal(arguments, folder / "home", columns=60) as terminal:
        terminal.wait_for("Item 1 of 4", "a accept")
        terminal.press("a")
        terminal.wait_for("Item 2 of 4", "Enter later")
        terminal.press("e")
        terminal.wait_for("s stem")
        terminal.press("s")
        terminal.press("\x15Is this new?\r")  # ctrl-U empties the line
        terminal.wait_for("Enter done")
        terminal.press("\r")
        terminal.wait_for("Is this new?", "Enter later")
        terminal.press("q")
        terminal.wait_for("1 accepted, 0 rejected, 3 open.")
        assert terminal.exit_code() == 0
        assert terminal.widest <= 60
    first, second, *_ = export.read_reviewed(Path(path))
    assert first.decision is Decision.ACCEPTED
    assert second.item.stem == "Is this new?"


# ------------------------------------------------------------------------- the parts of items


def test_an_option_takes_key_and_pairs_along() -> None:
    several = editing.with_option(SEVERAL, 2, "Group norm")
    assert several.keys == ("[html]Layer norm", "Group norm", "RMS = norm")
    pairs = editing.with_option(PAIRS, 1, "Seeks")
    assert pairs.keys == ("Seeks", "Writes {text}")
    assert pairs.pairs[0].match == "Seeks"
    assert not fault(several) + fault(pairs)


def test_options_are_added_and_removed() -> None:
    assert editing.with_option(CHOICE, 4, "More").options == (*CHOICE.options, "More")
    removed = editing.with_option(SEVERAL, 0, "")
    assert (len(removed.options), removed.keys) == (3, ("Batch norm", "RMS = norm"))


def test_a_new_key_of_pairs_is_their_new_match() -> None:
    swapped = editing.with_keys(PAIRS, PAIRS.keys[::-1])
    assert [pair.match for pair in swapped.pairs] == list(PAIRS.keys[::-1])
    assert fault(swapped) == ""


def test_a_prompt_left_empty_takes_its_pair_away() -> None:
    fewer = editing.with_prompt(PAIRS, 0, " ")
    assert (len(fewer.pairs), fewer.keys) == (1, ("Writes {text}",))


def test_typed_keys_and_other_spellings_stand_on_one_line() -> None:
    assert editing.typed_key(GAP) == "retrieval*; retrieving; search"
    changed = editing.with_typed_key(GAP, "retrieval ;  a search;")
    assert (changed.keys, changed.accepted) == (("retrieval",), ("a search",))
    assert editing.with_typed_key(SHORT, "It finds; it ranks.").keys == ("It finds; it ranks.",)


def test_points_are_changed_removed_and_added() -> None:
    changed = editing.with_point(LONG, 1, "Writing.")
    assert changed.rubric[1] == replace(LONG.rubric[1], text="Writing.")
    assert len(editing.with_point(LONG, 0, "").rubric) == 1
    added = editing.with_point(LONG, 2, "A third.")
    assert (added.rubric[2].text, added.rubric[2].evidence) == ("A third.", LONG.evidence)


@pytest.mark.parametrize(
    ("item", "typed", "keys"),
    [
        (CHOICE, "c", CHOICE.options[2:3]),
        (VERDICT, "t", ("True",)),
        (SEVERAL, "b c", SEVERAL.options[1:3]),
        (ORDER, "a b c", ORDER.options),
        (PAIRS, "1c 2b", ("Orders them", "Finds = passages")),
        (GAP, "search", ("search",)),
        (LONG, "Both.", ("Both.",)),
    ],
)
def test_every_kind_can_be_given_another_key(
    item: QuizItem, typed: str, keys: tuple[str, ...], run: Run
) -> None:
    export.write([item], Path("one.json"))
    run("quiz", "edit", "one.json", typed=f"e\nk\n{typed}\n\nq\n")
    (one,) = export.read_reviewed(Path("one.json"))
    assert one.item.keys == keys
    assert fault(one.item) == ""


def test_a_key_that_is_none_changes_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    export.write([ORDER], Path("one.json"))
    run("quiz", "edit", "one.json", typed="e\nk\nx y z\n\nq\n")
    assert "Nothing changed. The letters are a/b/c." in capsys.readouterr().err
    assert export.read(Path("one.json")).items == (ORDER,)


# --------------------------------------------------------------------- take, lint and export


def test_a_bank_is_taken_without_what_was_rejected(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewed = [
        Reviewed(VERDICT, Decision.ACCEPTED), Reviewed(GAP, Decision.REJECTED), Reviewed(ORDER),
    ]  # fmt: skip
    export.write_reviewed(reviewed, Path("mine.json"))
    assert run("quiz", "take", "mine.json", typed="f\nb c a\n") == 0
    out = capsys.readouterr().out
    assert "Question 2 of 2 \u00b7 put in order" in out
    assert "2 of 2 right." in out
    export.write_reviewed([Reviewed(GAP, Decision.REJECTED)], Path("mine.json"))
    assert run("quiz", "take", "mine.json") == 1
    assert "holds no item that was not rejected" in capsys.readouterr().err


def test_a_bank_that_was_left_is_gone_on_with(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("three.gift").write_text("Rain falls.{T}\n\nStones fly.{F}\n\nIce melts.{T}\n")
    assert run("quiz", "take", "three.gift", typed="t\n") == 0
    assert "Go on with: tutor quiz take three.gift --from 2" in capsys.readouterr().err
    assert run("quiz", "take", "three.gift", "--from", "2", typed="t\n") == 0
    out, err = capsys.readouterr()
    assert "Question 1 of 2 · true or false" in out
    assert "Go on with: tutor quiz take three.gift --from 3" in err
    assert run("quiz", "take", "three.gift", "--from", "3", typed="\n") == 0
    assert "Go on with" not in capsys.readouterr().err
    assert run("quiz", "take", "three.gift", "--from", "4") == 2
    assert "three.gift has 3 questions" in capsys.readouterr().err


def test_a_bank_of_another_program_is_taken(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("foreign.gift").write_text("Cells divide.{T}\n\nHow are you?{}\n", encoding="utf-8")
    assert run("quiz", "take", "foreign.gift", typed="t\n") == 0
    out, err = capsys.readouterr()
    assert "1 of 1 right." in out
    assert "line 3 of foreign.gift is left out: it is an essay" in err


def test_what_was_missed_in_a_bank_of_another_program_comes_back(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("Cells.gift").write_text("Stones divide.{F}\n", encoding="utf-8")
    assert run("quiz", "take", "Cells.gift", typed="t\n") == 0
    tutor = open_tutor(Settings(home=folder / "home"))
    queue = tutor.due(datetime.now(UTC) + timedelta(days=3))
    missed = [item for item in queue.due if item.stem == "Stones divide."]
    assert [item.topic for item in missed] == ["Cells"]
    assert queue.stale == ()


@pytest.mark.parametrize("ending", [".json", ".gift", ".csv"])
def test_our_own_items_pass_the_gates_in_every_format(
    run: Run, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    if ending != ".json":
        assert run("quiz", "export", "bank.json", f"bank{ending}") == 0
    assert run("quiz", "lint", f"bank{ending}") == 0
    out = capsys.readouterr().out
    assert "places of the key" in out
    assert out.endswith("4 of 4 items pass every gate.\n")


def test_lint_names_every_reason_and_fails(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    item = next(one for one in bank() if one.kind is ItemKind.MULTIPLE_CHOICE)
    wrong = next(option for option in item.options if option != item.key)
    unfounded = replace(item.evidence, quote="Nobody wrote this.")
    bad = [
        replace(item, id="1", evidence=unfounded),
        replace(item, id="2", options=(*item.options[:-1], wrong), keys=(wrong,)),
        replace(item, id="3", keys=("Nothing",)),
    ]
    export.write([*bank(), *bad], Path("bad.json"))
    assert run("quiz", "lint", "bad.json") == 1
    out = capsys.readouterr().out
    assert "quote is in the notes: " in out
    assert "can be asked: Its key is not exactly one of its options." in out
    assert out.endswith("4 of 7 items pass every gate.\n")
    assert run("quiz", "lint", "bad.json", "--json") == 1
    shape = json.loads(capsys.readouterr().out)
    assert (shape["type"], shape["items"], shape["passed"]) == ("lint", 7, 4)
    assert {one["id"] for one in shape["findings"]} == {"1", "2", "3"}
    export.write([bank()[0]] * 2, Path("twice.json"))
    assert run("quiz", "lint", "twice.json") == 1
    assert "not a repeat: " in capsys.readouterr().out
    assert shape["kinds"]["multiple-choice"] >= 1


def test_lint_fails_where_a_question_cannot_be_read(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("quiz", "export", "bank.json", "bank.gift")
    with Path("bank.gift").open("a", encoding="utf-8") as file:
        file.write("\nHow are you?{}\n")
    assert run("quiz", "lint", "bank.gift") == 1
    assert "1 question could not be read." in capsys.readouterr().out


def test_a_bank_goes_into_every_format_at_once(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    export.write(ALL, Path("all.json"))
    outs = [f"all{known.endings[0]}" for known in export.FORMATS if known.name != "JSON"]
    assert run("quiz", "export", "all.json", *outs) == 0
    assert all(Path(out).stat().st_size for out in outs)
    err = capsys.readouterr().err
    assert "8 questions written to all.apkg." in err
    assert "and 5 more are left out: Aiken holds only questions with one right option." in err


def test_an_unknown_format_is_told_before_anything_is_written(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("quiz", "export", "bank.json", "bank.csv", "bank.doc") == 2
    assert "bank.doc must end in" in capsys.readouterr().err
    assert not Path("bank.csv").exists()


# ----------------------------------------------------------------------- keys in the terminal


def test_letters_are_toggled_and_come_in_turn_for_an_order(folder: Path, tmp_path: Path) -> None:
    export.write([SEVERAL, ORDER, LONG], tmp_path / "bank.json")
    arguments = ["-m", "tutor", "quiz", "take", str(tmp_path / "bank.json")]
    with Terminal(arguments, folder / "home", columns=60, NO_COLOR="1") as terminal:
        terminal.wait_for("choose all that are right", "then Enter")
        terminal.press("dbac")
        terminal.wait_for("\u203a a b c d")
        terminal.press("b")
        terminal.wait_for("\u203a a c d")
        terminal.press("\r")
        terminal.wait_for("\u2713 Right.", "put in order", "then Enter")
        terminal.press("bca\r")
        terminal.wait_for("\u203a b c a", "Question 3 of 3", "an empty line ends it")
        terminal.press("q\r")
        terminal.wait_for("2 of 2 right. 1 question left.")
        assert terminal.exit_code() == 0
        assert terminal.widest <= 60
        assert not re.search(rb"\x1b\[(?:\d+;)*[39][0-7]m", terminal.received)
