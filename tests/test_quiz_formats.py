"""Item banks in other programs' formats, each opened by something that is not ours."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tutor.errors import NotesError, SettingsError, StoreUnavailable
from tutor.quiz import export
from tutor.quiz.formats import fonts
from tutor.quiz.formats.gift import unfit_for_gift, unfit_for_moodle
from tutor.quiz.formats.record import NO_EVIDENCE, ItemBank, cleaned, fault
from tutor.quiz.items import CLOSED
from tutor.schema import Evidence, ItemKind, Pair, QuizItem, RubricPoint

DATA = Path(__file__).parent / "data"

EVIDENCE = Evidence(
    source="/home/someone/notes/attention.md",
    course="nlp",
    heading=("Transformers", "Attention {x}"),
    start_line=12,
    end_line=13,
    page=None,
    chunk_id="c0ffee",
    quote="Self-attention weighs every token\nby all the others & <itself>.",
)
CHOICE = QuizItem(
    id="a1",
    kind=ItemKind.MULTIPLE_CHOICE,
    stem="Which of these weighs every token: {a=b} ~50% #1?",
    options=("Pooling: max", "Self-attention <b>", r"Drop\out", "[html]Batch norm"),
    keys=("Self-attention <b>",),
    accepted=("SA",),
    explanation="weights = softmax(QK)\nfor every pair.",
    topic="Attention",
    level=1,
    evidence=EVIDENCE,
)
VERDICT = QuizItem(
    id="b2",
    kind=ItemKind.TRUE_FALSE,
    stem="A GAN has one network.",
    options=("True", "False"),
    keys=("False",),
    accepted=(),
    explanation="It has two.",
    topic="GANs",
    level=2,
    evidence=replace(EVIDENCE, source="slides.pdf", page=4, quote="A GAN has two networks."),
)
GAP = QuizItem(
    id="c3",
    kind=ItemKind.CLOZE,
    stem="Before writing, ____ finds passages.",
    options=(),
    keys=("retrieval*",),
    accepted=("retrieving", "search"),
    explanation="",
    topic="RAG",
    level=3,
    evidence=replace(EVIDENCE, quote="=cmd|'/c calc'!A1 finds passages"),
)
SEVERAL = QuizItem(
    id="d4",
    kind=ItemKind.MULTIPLE_RESPONSE,
    stem="Which of these are norms? Select all that apply.",
    options=("[html]Layer norm", "%50%Dropout", "Batch norm", "RMS = norm"),
    keys=("[html]Layer norm", "Batch norm", "RMS = norm"),
    accepted=(),
    explanation="Three are.",
    topic="Norms",
    level=1,
    evidence=replace(EVIDENCE, quote="Norms: layer, batch, RMS."),
)
PAIRS = QuizItem(
    id="e5",
    kind=ItemKind.MATCHING,
    stem="Match each term with its description.",
    options=("Writes {text}", "Finds = passages", "Orders them"),
    keys=("Finds = passages", "Writes {text}"),
    accepted=(),
    explanation="",
    topic="RAG",
    level=2,
    evidence=replace(EVIDENCE, quote="Retriever: finds passages."),
    pairs=(
        Pair("Retriever", "Finds = passages", replace(EVIDENCE, quote="It finds & returns them.")),
        Pair("[1] Generator", "Writes {text}", replace(EVIDENCE, quote="It writes.", page=7)),
    ),
)
ORDER = QuizItem(
    id="f6",
    kind=ItemKind.ORDERING,
    stem="Put the steps of \u201cRAG\u201d in their right order.",
    options=("Answer", "Split: lines", "Search"),
    keys=("Split: lines", "Search", "Answer"),
    accepted=(),
    explanation="The notes have: split; search; answer.",
    topic="RAG",
    level=1,
    evidence=replace(EVIDENCE, quote="1. Split 2. Search 3. Answer"),
)
SHORT = QuizItem(
    id="g7",
    kind=ItemKind.SHORT_ANSWER,
    stem="What does a retriever do?",
    options=(),
    keys=("It finds passages.",),
    accepted=(),
    explanation="",
    topic="Search",
    level=1,
    evidence=replace(EVIDENCE, quote="A retriever finds passages."),
    rubric=(RubricPoint("It finds.", replace(EVIDENCE, quote="A retriever finds passages.")),),
)
LONG = QuizItem(
    id="h8",
    kind=ItemKind.LONG_ANSWER,
    stem="What is the difference between a retriever and a generator?",
    options=(),
    keys=("One finds {passages}. The other ~ writes.",),
    accepted=(),
    explanation="They share the work.",
    topic="Work",
    level=2,
    evidence=replace(EVIDENCE, quote="They share the work."),
    rubric=(
        RubricPoint("One finds {passages}.", replace(EVIDENCE, quote="Finding is one thing.")),
        RubricPoint("The other ~ writes.", replace(EVIDENCE, quote="Writing is another.", page=3)),
    ),
)
ITEMS = [CHOICE, VERDICT, GAP]
ALL = [*ITEMS, SEVERAL, PAIRS, ORDER, SHORT, LONG]
PLACE = "attention.md \u00b7 Transformers \u00b7 Attention {x} \u00b7 lines 12-13"


def texts(notices: object) -> str:
    return " ".join(notice.text for notice in notices)  # type: ignore[attr-defined]


# ---------------------------------------------------------------------- any format


def test_an_unknown_ending_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"quiz\.doc must end in .*\.json.*\.apkg.*\.csv.*\.pdf"
    ):
        export.write(ITEMS, tmp_path / "quiz.doc")


def test_the_ending_counts_in_capitals_too(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "QUIZ.CSV")
    assert len(export.read(tmp_path / "QUIZ.CSV").items) == 3


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        export.write(ITEMS, tmp_path / "nowhere" / "quiz.csv")


@pytest.mark.parametrize("ending", [ending for known in export.FORMATS for ending in known.endings])
def test_every_format_leaves_its_file_and_nothing_else(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"quiz{ending}"
    export.write(ALL, path, "A quiz")
    export.write(ALL, path, "A quiz")
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size > 100


def test_a_failure_leaves_the_older_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "quiz.csv"
    export.write(ITEMS, path)
    before = path.read_bytes()
    monkeypatch.setattr(csv.DictWriter, "writerows", _fail_after_a_row)
    with pytest.raises(StoreUnavailable, match="No space left on device"):
        export.write(ITEMS, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def _fail_after_a_row(table: csv.DictWriter[str], rows: list[dict[str, str]]) -> None:
    table.writerow(rows[0])
    raise OSError(28, "No space left on device")


def test_items_that_cannot_be_asked_are_left_out_and_named(tmp_path: Path) -> None:
    broken = [
        replace(CHOICE, id="no key", stem="Has no key?", keys=("Something else",)),
        replace(CHOICE, id="one", stem="Has one option?", options=(CHOICE.key,)),
        replace(VERDICT, id="maybe", stem="Is neither.", keys=("Maybe",)),
        replace(GAP, id="no gap", stem="Nothing is missing."),
        replace(GAP, id="empty", stem="Nothing fills ____.", keys=(" ",)),
        replace(CHOICE, id="blank", stem=" \x00"),
        replace(CHOICE, stem="Repeats an identity?"),
    ]
    notices = export.write([*ITEMS, *broken], tmp_path / "quiz.gift.txt").notices
    assert [notice.text.split("\u201d")[0][1:] for notice in notices] == [
        item.stem.strip(" \x00") for item in broken
    ]
    assert list(export.read(tmp_path / "quiz.gift.txt").items) == ITEMS


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotesError, match="No such file"):
        export.read(tmp_path / "quiz.gift")


def test_a_format_that_is_only_written_says_which_are_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ends in \.json .*, \.gift .* or \.csv"):
        export.read(tmp_path / "quiz.apkg")


@pytest.mark.parametrize("ending", [".gift", ".csv"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"quiz{ending}"
    path.write_bytes(b"PK\x03\x04\xff\xfe\x00" * 50)
    with pytest.raises(NotesError, match="ZIP or Office"):
        export.read(path)


@pytest.mark.parametrize("ending", [".json", ".gift", ".csv"])
def test_every_kind_comes_back_as_it_was(tmp_path: Path, ending: str) -> None:
    export.write(ALL, tmp_path / f"quiz{ending}")
    found = export.read(tmp_path / f"quiz{ending}")
    assert list(found.items) == ALL
    assert found.notices == ()


def test_items_left_out_for_one_reason_are_told_in_one_line(tmp_path: Path) -> None:
    told = export.write(ALL, tmp_path / "quiz.aiken").notices[0].text
    assert told == (
        "\u201cBefore writing, ____ finds passages.\u201d and 5 more are left out: "
        "Aiken holds only questions with one right option."
    )


def all_evidence(items: list[QuizItem]) -> list[Evidence]:
    parts = [part.evidence for item in items for part in (*item.pairs, *item.rubric)]
    return [*parts, *(item.evidence for item in items)]


@pytest.mark.parametrize("ending", [".md", ".apkg", ".gift", ".xml", ".zip", ".pdf"])
def test_every_quote_of_every_kind_is_in_the_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"quiz{ending}"
    plain = [
        replace(item, evidence=replace(item.evidence, quote=f"Evidence of {item.id}."))
        for item in (SEVERAL, PAIRS, ORDER, SHORT, LONG)
    ]
    export.write(plain, path)
    whole = " ".join(whole_text(path).split())
    for evidence in all_evidence(plain):
        assert evidence.quote in whole
        assert (f"page {evidence.page}" if evidence.page else "lines 12-13") in whole


@pytest.mark.parametrize("ending", [".md", ".apkg", ".gift", ".xml", ".zip", ".pdf"])
def test_quotes_are_shown_as_they_are_read_and_come_back_as_they_were(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"quiz{ending}"
    marked = "## Heads\n**Head**: one of (2**3 and 4**5) heads."
    item = replace(CHOICE, evidence=replace(EVIDENCE, quote=marked))
    export.write([item], path)
    shown = " ".join(whole_text(path).replace("<br>", " ").replace("\\", "").split())
    if ending == ".gift":
        assert list(export.read(path).items) == [item]
        shown = shown[shown.index("####") :]  # the comment before has the quote as it stands
    else:
        assert "**Head**" not in shown
    assert "Head: one of (2**3 and 4**5) heads." in shown.replace("\n", " ")


def whole_text(path: Path) -> str:
    """The text of an export as its reader would see it."""
    if path.suffix == ".pdf":
        return " ".join(pages(path))
    if path.suffix == ".apkg":
        return html.unescape(
            " ".join(field for _, fields, _ in anki_notes(path) for field in fields)
        )
    if path.suffix == ".zip":
        return " ".join("".join(root.itertext()) for root in qti(path).values())
    return html.unescape(html.unescape(path.read_text(encoding="utf-8-sig")))


def test_a_quote_that_is_made_up_of_those_of_the_parts_is_not_told_twice(tmp_path: Path) -> None:
    quotes = [pair.evidence.quote for pair in PAIRS.pairs]
    whole = replace(PAIRS, evidence=replace(EVIDENCE, quote=" - ".join(quotes)))
    export.write([whole], tmp_path / "quiz.md")
    told = (tmp_path / "quiz.md").read_text(encoding="utf-8")
    assert [told.count(quote) for quote in quotes] == [1, 1]


@pytest.mark.parametrize("ending", [".gift", ".xml", ".zip"])
def test_no_title_names_the_answer(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"quiz{ending}"
    told = [
        replace(item, topic="The secret", keys=("Secret",), options=options, accepted=())
        for item, options in ((CHOICE, ("Secret", "Other")), (SEVERAL, ("Other", "Secret")))
    ]
    export.write([*told, replace(SHORT, topic="Not secret")], path)
    if ending == ".zip":
        titles = [root.get("title", "") for root in qti(path).values()]
    elif ending == ".xml":
        titles = [said(question, "name") for question in moodle_questions(path)]
    else:
        titles = re.findall("^::(.*?)(?<!\\\\)::", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert any("Not secret" in title for title in titles)
    assert not any("The secret" in title for title in titles)


def test_markdown_shows_every_option_however_many(tmp_path: Path) -> None:
    options = tuple(f"option {number}" for number in range(30))
    item = replace(CHOICE, options=options, keys=("option 29",), explanation="")
    export.write([item], tmp_path / "quiz.md", "Week 1")
    questions, key = (tmp_path / "quiz.md").read_text(encoding="utf-8").split("## Key")
    assert [line[2:] for line in questions.split("\n") if line.startswith("- ")] == [
        f"{number}) option {number - 1}" for number in range(1, 31)
    ]
    assert "**1.** 30) option 29\n\n> Self-attention" in key


# ---------------------------------------------------------------------------- Anki


def anki_notes(path: Path) -> list[tuple[str, list[str], str]]:
    with zipfile.ZipFile(path) as package:
        assert sorted(package.namelist()) == ["collection.anki2", "media"]
        assert json.loads(package.read("media")) == {}
        package.extract("collection.anki2", path.parent / "opened")
    with closing(sqlite3.connect(path.parent / "opened" / "collection.anki2")) as collection:
        rows = collection.execute("SELECT guid, flds, tags FROM notes ORDER BY id").fetchall()
    return [(guid, fields.split("\x1f"), tags) for guid, fields, tags in rows]


def anki_column(path: Path, column: str) -> dict[str, dict[str, object]]:
    anki_notes(path)
    with closing(sqlite3.connect(path.parent / "opened" / "collection.anki2")) as collection:
        found: dict[str, dict[str, object]] = json.loads(
            collection.execute(f"SELECT {column} FROM col").fetchone()[0]
        )
    return found


def test_anki_gets_a_note_for_each_item_with_the_evidence_on_the_back(tmp_path: Path) -> None:
    path = tmp_path / "quiz.apkg"
    assert export.write(ITEMS, path, "My <quiz>").notices == ()
    choice, verdict, gap = anki_notes(path)
    question, options, answer, explanation, quote, source = choice[1]
    assert question == "Which of these weighs every token: {a=b} ~50% #1?"
    assert re.findall("<li>(.*?)</li>", options)[1] == answer == "Self-attention &lt;b&gt;"
    assert explanation == "weights = softmax(QK)<br>for every pair."
    assert "others &amp; &lt;itself&gt;." in quote
    assert source == PLACE
    assert choice[2].split() == ["tutor::Attention", "tutor::level-1"]
    assert verdict[1][0] == "True or false? A GAN has one network."
    assert verdict[1][5].endswith("page 4")
    assert gap[1][2] == "retrieval* <i>(also: retrieving, search)</i>"
    (model,) = [m for m in anki_column(path, "models").values() if m["name"] == "Tutor question"]
    (template,) = model["tmpls"]  # type: ignore[misc]
    assert "Quote" not in template["qfmt"]
    assert "{{Quote}}" in template["afmt"]
    assert "{{Source}}" in template["afmt"]


def test_cards_of_every_kind_ask_on_the_front_and_prove_on_the_back(tmp_path: Path) -> None:
    export.write([SEVERAL, PAIRS, ORDER, LONG], tmp_path / "quiz.apkg")
    several, pairs, order, long = (fields for _, fields, _ in anki_notes(tmp_path / "quiz.apkg"))
    assert several[1].count("<li>") == 4
    assert several[2] == "A) [html]Layer norm<br>C) Batch norm<br>D) RMS = norm"
    assert pairs[1].startswith("<ol><li>Retriever</li><li>[1] Generator</li></ol><ol type=A><li>")
    assert pairs[2] == (
        "1. Retriever \u2192 B) Finds = passages<br>2. [1] Generator \u2192 A) Writes {text}"
    )
    assert "It finds &amp; returns them." in pairs[4]
    assert "page 7" in pairs[4]
    assert order[2] == "1. B) Split: lines<br>2. C) Search<br>3. A) Answer"
    assert (long[1], long[2]) == ("", "One finds {passages}. The other ~ writes.")
    assert "<b>The other ~ writes.</b><br>\u201cWriting is another.\u201d" in long[4]


def test_anki_itself_imports_the_deck_and_updates_it(tmp_path: Path) -> None:
    path = tmp_path / "quiz.apkg"
    request = ImportAnkiPackageRequest(
        package_path=str(path),
        options=ImportAnkiPackageOptions(merge_notetypes=True, update_notes=1),
    )
    collection = Collection(str(tmp_path / "collection.anki2"))
    try:
        for explanation in ("First.", "Better said."):
            export.write([replace(item, explanation=explanation) for item in ALL], path, "Week 1")
            collection.import_anki_package(request)
            assert collection.note_count() == len(ALL)
        backs = [collection.get_card(card).answer() for card in collection.find_cards("deck:Week*")]
    finally:
        collection.close()
    assert len(backs) == len(ALL)
    assert all("lines 12-13" in back or "page " in back for back in backs)


def test_a_second_anki_export_is_of_the_same_deck_and_notes(tmp_path: Path) -> None:
    first, second = tmp_path / "1" / "quiz.apkg", tmp_path / "2" / "quiz.apkg"
    for path in (first, second):
        path.parent.mkdir()
    export.write(ITEMS, first, "Week 1")
    export.write([replace(CHOICE, explanation="Better said."), VERDICT], second, "Week 1")
    assert [guid for guid, _, _ in anki_notes(first)][:2] == [g for g, _, _ in anki_notes(second)]
    for column in ("decks", "models"):
        assert anki_column(first, column).keys() == anki_column(second, column).keys()


def test_another_title_is_another_anki_deck(tmp_path: Path) -> None:
    decks = []
    for title in ("Week 1", "Week 2"):
        export.write(ITEMS, tmp_path / "quiz.apkg", title)
        decks.append(anki_column(tmp_path / "quiz.apkg", "decks").keys() - {"1"})
    assert not decks[0] & decks[1]


def test_notes_cannot_order_anki_to_play_or_typeset(tmp_path: Path) -> None:
    stem = "[sound:http://example.org/x.mp3] and [latex]\\input{x}[/latex], yet [1]?"
    export.write([replace(CHOICE, stem=stem)], tmp_path / "quiz.apkg")
    ((_, fields, _),) = anki_notes(tmp_path / "quiz.apkg")
    assert "[sound" not in fields[0]
    assert "[latex" not in fields[0]
    assert fields[0].endswith("yet [1]?")


# ---------------------------------------------------------------------- Moodle XML


def moodle_questions(path: Path) -> list[ET.Element]:
    root = ET.parse(path).getroot()
    assert root.tag == "quiz"
    return root.findall("question")


def said(question: ET.Element, path: str) -> str:
    return question.findtext(f"{path}/text") or ""


def test_moodle_xml_holds_every_item_in_moodles_structure(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "quiz.xml", "Units 1/2")
    category, choice, verdict, gap = moodle_questions(tmp_path / "quiz.xml")
    assert said(category, "category") == "$course$/top/Units 1//2"
    kinds = [question.get("type") for question in (choice, verdict, gap)]
    assert kinds == ["multichoice", "truefalse", "shortanswer"]
    assert [a.get("fraction") for a in choice.findall("answer")] == ["0", "100", "0", "0"]
    assert choice.findtext("single") == "true"
    assert {a.findtext("text"): a.get("fraction") for a in verdict.findall("answer")} == {
        "true": "0",
        "false": "100",
    }
    assert said(gap, "questiontext") == "<p>Before writing, _____ finds passages.</p>"
    answers = [a.findtext("text") for a in gap.findall("answer")]
    assert answers == [r"retrieval\*", "retrieving", "search"]
    assert [q.findtext("idnumber") for q in (choice, verdict, gap)] == ["a1", "b2", "c3"]
    assert [tag.findtext("text") for tag in choice.iter("tag")] == ["Attention", "level 1"]


def test_moodle_xml_asks_the_other_kinds_in_its_own_way(tmp_path: Path) -> None:
    notices = export.write([SEVERAL, PAIRS, ORDER, LONG], tmp_path / "quiz.xml").notices
    assert [notice.text for notice in notices] == [
        "Moodle asks for an order by matching places to steps.",
        "Moodle leaves it to the teacher to mark short and long answers.",
    ]
    _, several, pairs, order, long = moodle_questions(tmp_path / "quiz.xml")
    kinds = [question.get("type") for question in (several, pairs, order, long)]
    assert kinds == ["multichoice", "matching", "matching", "essay"]
    assert several.findtext("single") == "false"
    fractions = [answer.get("fraction") for answer in several.findall("answer")]
    assert fractions == ["33.33333", "-33.33333", "33.33333", "33.33333"]
    matches = [(said(sub, "."), said(sub, "answer")) for sub in pairs.findall("subquestion")]
    assert matches == [
        ("<p>Retriever</p>", "Finds = passages"),
        ("<p>[1] Generator</p>", "Writes {text}"),
        ("", "Orders them"),
    ]
    steps = [(said(sub, "."), said(sub, "answer")) for sub in order.findall("subquestion")]
    assert steps == [
        ("<p>1</p>", "Split: lines"),
        ("<p>2</p>", "Search"),
        ("<p>3</p>", "Answer"),
    ]
    assert "The other ~ writes." in said(long, "graderinfo")
    assert "Writing is another." in said(long, "graderinfo")
    assert said(long, "responsetemplate") == ""


MOODLE_FRACTIONS = {
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25",
    "20", "16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0",
}  # fmt: skip
"""The shares of a mark that Moodle allows."""


def test_moodle_knows_every_share_of_a_mark(tmp_path: Path) -> None:
    keys = tuple(f"right {number}" for number in range(10))
    many = [
        replace(SEVERAL, id=str(n), options=(*keys, "wrong"), keys=keys[:n]) for n in range(1, 11)
    ]
    export.write([*ALL, *many], tmp_path / "quiz.xml")
    _, *questions = moodle_questions(tmp_path / "quiz.xml")
    for question in questions:
        for answer in question.iter("answer"):
            assert answer.get("fraction", "0").lstrip("-") in MOODLE_FRACTIONS
    assert len(questions) == len(ALL) + 10


def schema_faults(schema: str, document: bytes) -> str:
    """What a RELAX NG schema of tests/data has against an XML document; empty if nothing."""
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    grammar = etree.RelaxNG(etree.parse(str(DATA / schema)))
    return "" if grammar.validate(etree.fromstring(document)) else str(grammar.error_log)


def test_moodle_xml_is_as_its_schema_has_it(tmp_path: Path) -> None:
    bare = [replace(item, id=f"{item.id} bare", topic="", explanation="") for item in ALL]
    export.write([*ALL, *bare], tmp_path / "quiz.xml")
    assert schema_faults("moodle_quiz.rng", (tmp_path / "quiz.xml").read_bytes()) == ""


def test_the_schema_of_moodle_finds_faults(tmp_path: Path) -> None:
    export.write(ALL, tmp_path / "quiz.xml")
    damaged = (tmp_path / "quiz.xml").read_bytes().replace(b"<single>true", b"<single>maybe")
    assert "single" in schema_faults("moodle_quiz.rng", damaged)


def test_what_moodles_database_cannot_hold_is_told(tmp_path: Path) -> None:
    keys = tuple(f"right {number}" for number in range(11))
    eleven = replace(SEVERAL, id="11", options=(*keys, "wrong"), keys=keys)
    long = "x" * 256
    pair = replace(
        PAIRS,
        id="256",
        options=(long, "b"),
        keys=(long, "b"),
        pairs=(Pair("one", long, EVIDENCE), Pair("two", "b", EVIDENCE)),
    )
    told = texts(export.write([*ALL, eleven, pair], tmp_path / "quiz.xml").notices)
    assert "10 right options at most" in told
    assert "up to 255 characters" in told


def test_moodle_shows_hostile_text_as_it_is(tmp_path: Path) -> None:
    stem = "<script>alert(1)</script> & \x07 ]]> ?"
    export.write([replace(CHOICE, stem=stem)], tmp_path / "quiz.xml")
    _, question = moodle_questions(tmp_path / "quiz.xml")
    assert said(question, "questiontext") == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;  ]]&gt; ?</p>"
    )


def test_moodle_tells_the_evidence_after_the_answer(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "quiz.xml")
    told = said(moodle_questions(tmp_path / "quiz.xml")[1], "generalfeedback")
    assert told == (
        "<p>weights = softmax(QK)<br>for every pair.</p>"
        "<blockquote><p>\u201cSelf-attention weighs every token<br>"
        "by all the others &amp; &lt;itself&gt;.\u201d</p></blockquote>"
        f"<p><small>{PLACE}</small></p>"
    )


# ----------------------------------------------------------------------------- QTI

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
ITEM_PARTS = [
    "responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback",
]  # fmt: skip
REQUIRED = {
    "manifest": {"identifier"},
    "resource": {"identifier", "type", "href"},
    "file": {"href"},
    "dependency": {"identifierref"},
    "assessmentTest": {"identifier", "title"},
    "testPart": {"identifier", "navigationMode", "submissionMode"},
    "assessmentSection": {"identifier", "title", "visible"},
    "assessmentItemRef": {"identifier", "href"},
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality", "baseType"},
    "outcomeDeclaration": {"identifier", "cardinality", "baseType"},
    "mapping": {"defaultValue"},
    "mapEntry": {"mapKey", "mappedValue"},
    "choiceInteraction": {"responseIdentifier", "shuffle", "maxChoices"},
    "orderInteraction": {"responseIdentifier", "shuffle"},
    "matchInteraction": {"responseIdentifier", "shuffle", "maxAssociations"},
    "extendedTextInteraction": {"responseIdentifier"},
    "simpleAssociableChoice": {"identifier", "matchMax"},
    "rubricBlock": {"view"},
    "simpleChoice": {"identifier"},
    "textEntryInteraction": {"responseIdentifier"},
    "responseProcessing": {"template"},
    "variable": {"identifier"},
    "correct": {"identifier"},
    "mapResponse": {"identifier"},
    "setOutcomeValue": {"identifier"},
    "baseValue": {"baseType"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"},
}
"""The attributes that QTI 2.1 and IMS Content Packaging demand."""
PLAIN = {
    "metadata", "schema", "schemaversion", "organizations", "resources", "correctResponse",
    "defaultValue", "value", "itemBody", "prompt", "p", "br", "blockquote", "simpleMatchSet",
    "responseCondition", "responseIf", "responseElse", "match", "isNull",
}  # fmt: skip


def qti(path: Path) -> dict[str, ET.Element]:
    with zipfile.ZipFile(path) as package:
        return {name: ET.fromstring(package.read(name)) for name in package.namelist()}


def test_a_qti_package_lists_exactly_what_it_holds(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "quiz.zip")
    files = qti(tmp_path / "quiz.zip")
    manifest = files["imsmanifest.xml"]
    assert manifest.findtext(f"{CP}metadata/{CP}schema") == "QTIv2.1 Package"
    resources = manifest.findall(f"{CP}resources/{CP}resource")
    assert {r.get("href") for r in resources} == files.keys() - {"imsmanifest.xml"}
    assert [r.get("href") for r in resources] == [
        r.find(f"{CP}file").get("href")  # type: ignore[union-attr]
        for r in resources
    ]
    by_name = {r.get("identifier"): r for r in resources}
    assert len(by_name) == len(resources)
    for name, resource in by_name.items():
        root = files[resource.get("href") or ""]
        assert root.get("identifier") == name
    assert {d.get("identifierref") for d in manifest.iter(f"{CP}dependency")} == (
        by_name.keys() - {"test"}
    )


def test_every_qti_element_is_known_and_has_what_it_needs(tmp_path: Path) -> None:
    export.write(ALL, tmp_path / "quiz.zip")
    for name, root in qti(tmp_path / "quiz.zip").items():
        namespace = CP if name == "imsmanifest.xml" else QTI
        for element in root.iter():
            tag = element.tag.removeprefix(namespace)
            assert tag in PLAIN or REQUIRED[tag] <= set(element.keys()), f"{tag} in {name}"
            assert re.fullmatch(r"[A-Za-z_][\w.-]*", element.get("identifier", "x"))
        if root.tag == f"{QTI}assessmentItem":
            order = [ITEM_PARTS.index(part.tag.removeprefix(QTI)) for part in root]
            assert order == sorted(order)


def test_every_qti_item_is_as_its_schema_has_it(tmp_path: Path) -> None:
    bare = [
        replace(item, id=f"{item.id}-bare", topic="", explanation="", evidence=NO_EVIDENCE)
        for item in ALL
    ]
    export.write([*ALL, *bare], tmp_path / "quiz.zip")
    with zipfile.ZipFile(tmp_path / "quiz.zip") as package:
        items = {n: package.read(n) for n in package.namelist() if n.startswith("items/")}
    assert len(items) == 2 * len(ALL)
    assert {
        n: why for n, item in items.items() if (why := schema_faults("qti_item.rng", item))
    } == {}


def test_qti_items_ask_what_ours_ask(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "quiz.zip")
    files = qti(tmp_path / "quiz.zip")
    hrefs = [ref.get("href") or "" for ref in files["test.xml"].iter(f"{QTI}assessmentItemRef")]
    choice, verdict, gap = (files[href] for href in hrefs)
    for root, item in ((choice, CHOICE), (verdict, VERDICT)):
        options = {c.get("identifier"): c.text for c in root.iter(f"{QTI}simpleChoice")}
        assert tuple(options.values()) == item.options
        assert options[root.findtext(f".//{QTI}correctResponse/{QTI}value")] == item.key
        assert root.findtext(f".//{QTI}prompt") == item.stem
    keys = [(e.get("mapKey"), e.get("mappedValue")) for e in gap.iter(f"{QTI}mapEntry")]
    assert keys == [("retrieval*", "1"), ("retrieving", "1"), ("search", "1")]
    paragraph = gap.find(f"{QTI}itemBody/{QTI}p")
    assert paragraph is not None
    assert "".join(paragraph.itertext()) == "Before writing,  finds passages."
    assert paragraph[0].tag == f"{QTI}textEntryInteraction"
    feedback = choice.find(f"{QTI}modalFeedback")
    assert feedback is not None
    told = " ".join(" ".join(feedback.itertext()).split())
    assert "by all the others & <itself>." in told
    assert told.endswith(PLACE)


def responses(root: ET.Element) -> tuple[str, str, list[str]]:
    declared = root.find(f"{QTI}responseDeclaration")
    assert declared is not None
    values = [value.text or "" for value in declared.iterfind(f"{QTI}correctResponse/{QTI}value")]
    return declared.get("cardinality", ""), declared.get("baseType", ""), values


def test_qti_asks_every_kind_by_an_interaction_of_its_own(tmp_path: Path) -> None:
    export.write(ALL, tmp_path / "quiz.zip")
    files = qti(tmp_path / "quiz.zip")
    hrefs = [ref.get("href") or "" for ref in files["test.xml"].iter(f"{QTI}assessmentItemRef")]
    *_, several, pairs, order, short, long = (files[href] for href in hrefs)
    (choices,) = several.iter(f"{QTI}choiceInteraction")
    assert choices.get("maxChoices") == "0"
    named = ["choice-1", "choice-3", "choice-4"]
    assert responses(several) == ("multiple", "identifier", named)
    worth = {e.get("mapKey"): e.get("mappedValue") for e in several.iter(f"{QTI}mapEntry")}
    assert worth == dict.fromkeys(named, "0.333334") | {"choice-2": "-0.333334"}
    expected = ["prompt-1 choice-2", "prompt-2 choice-1"]
    assert responses(pairs) == ("multiple", "directedPair", expected)
    sides = [[one.text for one in side] for side in pairs.iter(f"{QTI}simpleMatchSet")]
    assert sides == [["Retriever", "[1] Generator"], list(PAIRS.options)]
    assert responses(order) == ("ordered", "identifier", ["choice-2", "choice-3", "choice-1"])
    assert [one.text for one in order.iter(f"{QTI}simpleChoice")] == list(ORDER.options)
    for root, item in ((short, SHORT), (long, LONG)):
        assert responses(root) == ("single", "string", [item.key])
        assert root.find(f"{QTI}responseProcessing") is None
        (rubric,) = root.iter(f"{QTI}rubricBlock")
        assert rubric.get("view") == "scorer"
        assert all(point.text in "".join(rubric.itertext()) for point in item.rubric)


def test_a_hostile_identity_names_no_file_outside_the_package(tmp_path: Path) -> None:
    export.write([replace(CHOICE, id="../../etc/x y\u00e9")], tmp_path / "quiz.zip")
    names = qti(tmp_path / "quiz.zip").keys() - {"imsmanifest.xml", "test.xml"}
    assert all(re.fullmatch(r"items/item-[a-f0-9]{32}\.xml", name) for name in names)


# --------------------------------------------------------------------------- Aiken


def test_aiken_holds_choices_and_verdicts_and_tells_what_it_does_not(tmp_path: Path) -> None:
    odd = replace(CHOICE, id="odd", stem="U.S. notes spell it how?")
    longer = replace(CHOICE, id="long", options=(CHOICE.key, *map(str, range(26))))
    notices = export.write([CHOICE, GAP, VERDICT, odd, longer], tmp_path / "quiz.aiken").notices
    blocks = (tmp_path / "quiz.aiken").read_text(encoding="utf-8").strip().split("\n\n")
    assert [block.split("\n") for block in blocks] == [
        [
            CHOICE.stem,
            "A) Pooling: max",
            "B) Self-attention <b>",
            r"C) Drop\out",
            "D) [html]Batch norm",
            "ANSWER: B",
        ],
        [VERDICT.stem, "A) True", "B) False", "ANSWER: B"],
    ]
    said = texts(notices)
    for reason in ("no explanations", "one right option", "\u201cU.S. notes\u201d", "26 options"):
        assert reason in said


def test_aiken_keeps_a_question_on_one_line(tmp_path: Path) -> None:
    item = replace(CHOICE, stem="One line\n\nANSWER: A\nor more?")
    export.write([item], tmp_path / "quiz.aiken.txt")
    first, *_ = (tmp_path / "quiz.aiken.txt").read_text(encoding="utf-8").split("\n")
    assert first == "One line ANSWER: A or more?"


# ---------------------------------------------------------------------------- GIFT


def gift(tmp_path: Path, text: str) -> ItemBank:
    path = tmp_path / "foreign.gift.txt"
    path.write_text(text, encoding="utf-8")
    return export.read(path)


def only(found: ItemBank) -> QuizItem:
    (item,) = found.items
    return item


def test_gift_is_written_in_moodles_syntax(tmp_path: Path) -> None:
    export.write([replace(GAP, explanation="Why: {so}")], tmp_path / "quiz.gift", "A quiz")
    lines = (tmp_path / "quiz.gift").read_text(encoding="utf-8").split("\n")
    assert lines[:3] == ["// A quiz", "", "// [id:c3] [tag:RAG] [tag:level 3]"]
    assert lines[4:] == [
        r"::RAG\: Before writing, ____ finds passages.::"
        "[plain]Before writing, _____ finds passages.{",
        "\t=retrieval\\\\*",
        "\t=retrieving",
        "\t=search",
        r"""	####Why\: \{so\}\n\n“\=cmd|'/c calc'!A1 finds passages”\n"""
        r"attention.md · Transformers · Attention \{x\} · lines 12-13",
        "}",
        "",
    ]


def test_an_edited_explanation_comes_back_edited(tmp_path: Path) -> None:
    path = tmp_path / "quiz.gift"
    export.write([VERDICT], path)
    path.write_text(path.read_text(encoding="utf-8").replace("It has two.", "It has 2\\: G, D."))
    assert only(export.read(path)) == replace(VERDICT, explanation="It has 2: G, D.")


def test_gift_cannot_hold_an_arrow_in_a_gap_and_says_so(tmp_path: Path) -> None:
    arrow = replace(GAP, id="d4", accepted=("A -> B",))
    notices = export.write([GAP, arrow], tmp_path / "quiz.gift").notices
    assert "cannot hold \u201c->\u201d" in texts(notices)
    assert only(export.read(tmp_path / "quiz.gift")) == GAP


def test_notes_cannot_tag_questions_in_moodle(tmp_path: Path) -> None:
    quote = "As [tag:spam] and [id:stolen] say"
    item = replace(VERDICT, evidence=replace(EVIDENCE, quote=quote))
    export.write([item], tmp_path / "quiz.gift")
    comments = [
        line
        for line in (tmp_path / "quiz.gift").read_text(encoding="utf-8").split("\n")
        if line.startswith("//")
    ]
    assert re.findall(r"\[(?:tag|id):[^\]]*\]", " ".join(comments)) == [
        "[id:b2]",
        "[tag:GANs]",
        "[tag:level 2]",
    ]
    assert only(export.read(tmp_path / "quiz.gift")) == item


def test_a_multiple_choice_of_moodles_documentation(tmp_path: Path) -> None:
    found = gift(
        tmp_path,
        "// who is buried\n"
        "::Grant::Who's buried in Grant's tomb?{~Grant#No, it is a joke.\n"
        " ~%0%Jefferson =no one#Nobody is buried above ground.}\n",
    )
    item = only(found)
    assert item.kind is ItemKind.MULTIPLE_CHOICE
    assert item.stem == "Who's buried in Grant's tomb?"
    assert item.options == ("Grant", "Jefferson", "no one")
    assert item.key == "no one"
    assert item.explanation == "Nobody is buried above ground."
    assert item.topic == ""
    assert item.evidence.quote == ""
    assert fault(item) == ""


def test_several_right_answers_share_the_mark(tmp_path: Path) -> None:
    item = only(gift(tmp_path, "Which two?{~%50%this ~%50%that ~%-100%neither}"))
    assert item.kind is ItemKind.MULTIPLE_RESPONSE
    assert (item.options, item.keys) == (("this", "that", "neither"), ("this", "that"))


def test_pairs_of_moodle_are_matched(tmp_path: Path) -> None:
    item = only(gift(tmp_path, "Match.{=Canada -> Ottawa =Italy -> Rome = -> Cairo}"))
    assert item.kind is ItemKind.MATCHING
    assert [(pair.prompt, pair.match) for pair in item.pairs] == [
        ("Canada", "Ottawa"),
        ("Italy", "Rome"),
    ]
    assert set(item.options) == {"Ottawa", "Rome", "Cairo"}
    assert fault(item) == ""


def test_a_pair_taken_out_in_gift_leaves_the_evidence_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "quiz.gift"
    third = Pair("Third", "Orders them", replace(EVIDENCE, quote="It orders."))
    keys = (*PAIRS.keys, third.match)
    export.write([replace(PAIRS, pairs=(*PAIRS.pairs, third), keys=keys)], path)
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if "=Retriever" not in line))
    item = only(export.read(path))
    assert item.pairs == (PAIRS.pairs[1], third)


def test_a_step_edited_in_gift_comes_back_edited(tmp_path: Path) -> None:
    path = tmp_path / "quiz.gift"
    export.write([ORDER], path)
    path.write_text(path.read_text(encoding="utf-8").replace("-> Answer", "-> Write"))
    item = only(export.read(path))
    assert item.keys == ("Split: lines", "Search", "Write")
    assert sorted(item.options) == sorted(item.keys)
    assert item.options != item.keys


def test_a_missing_word_becomes_a_gap(tmp_path: Path) -> None:
    choice, gap, at_end = gift(
        tmp_path,
        "Grant is {~buried =entombed ~living} in Grant's tomb.\n\n"
        "Two plus {=two =2} equals four.\n\n"
        "Who wrote Hamlet?{=Shakespeare}",
    ).items
    assert choice.stem == "Grant is ____ in Grant's tomb."
    assert choice.key == "entombed"
    assert (gap.kind, gap.stem) == (ItemKind.CLOZE, "Two plus ____ equals four.")
    assert (gap.key, gap.accepted) == ("two", ("2",))
    assert at_end.stem == "Who wrote Hamlet? ____"


@pytest.mark.parametrize(
    ("answer", "key"), [("T", "True"), ("TRUE", "True"), ("F", "False"), ("FALSE", "False")]
)
def test_true_and_false_in_every_spelling(tmp_path: Path, answer: str, key: str) -> None:
    item = only(gift(tmp_path, f"::Q::The sun rises in the east.{{{answer}#No!#Yes!}}"))
    assert (item.kind, item.key, item.options) == (ItemKind.TRUE_FALSE, key, ("True", "False"))
    assert item.explanation == "Yes!"


def test_general_feedback_explains(tmp_path: Path) -> None:
    item = only(gift(tmp_path, "42 is the answer.{\nFALSE#Wrong.#Right.\n####It is a joke.\n}"))
    assert item.explanation == "It is a joke."


def test_escapes_are_undone_and_only_they(tmp_path: Path) -> None:
    item = only(gift(tmp_path, r"Is \{a\=b\} \~ \# \: \\n or\na \d?{=yes \= ja ~no}"))
    assert item.stem == "Is {a=b} ~ # : \\n or\na \\d?"
    assert item.key == "yes = ja"


def test_html_is_read_as_its_text(tmp_path: Path) -> None:
    item = only(
        gift(
            tmp_path,
            "[html]<p>Is 1 &lt; <b>2</b>?</p>{=<i>yes</i> ~[plain]<no>\n####Mind<br>the gap}",
        )
    )
    assert (item.stem, item.options) == ("Is 1 < 2?", ("yes", "<no>"))
    assert item.explanation == "Mind\nthe gap"


def test_the_category_is_the_topic(tmp_path: Path) -> None:
    first, second = gift(
        tmp_path,
        "$CATEGORY: $course$/top/Biology/Cells\n\nCells divide.{T}\n\nCells are alive.{T}",
    ).items
    assert (first.topic, second.topic) == ("Cells", "Cells")
    assert first.id != second.id


def test_questions_that_no_item_holds_are_told_with_their_lines(tmp_path: Path) -> None:
    found = gift(
        tmp_path,
        "Good.{T}\n\n"
        "\n"
        "How are you? {}\n\n"
        "When was Grant born?{#1822:5}\n\n"
        "Match.{=Canada -> Ottawa}\n\n"
        "Which two?{~%50%this ~%25%that ~%-100%neither}\n\n"
        "Just a text.\n\n"
        "Broken { =a ~b\n\n"
        "Which animal?{=*}\n\n"
        '// tutor {"id": 3}\nDamaged.{T}\n',
    )
    assert [item.stem for item in found.items] == ["Good."]
    assert [
        re.sub(r"The question at (line \d+) of foreign.gift.txt is left out: ", r"\1: ", n.text)
        for n in found.notices
    ] == [
        "line 4: it is an essay, which has no key.",
        "line 6: it asks for a number within a margin.",
        "line 8: it has fewer than two pairs, or an empty one.",
        "line 10: its right answers do not earn the full mark together.",
        "line 12: it has no answers in braces.",
        "line 14: its braces do not match.",
        "line 16: none of its answers is one text that earns the full mark.",
        "line 19: the comment before it is damaged ('topic'); mend or remove it.",
    ]


def test_a_file_without_questions_is_no_quiz(tmp_path: Path) -> None:
    with pytest.raises(NotesError, match="It holds no questions"):
        gift(tmp_path, "// only a comment\n\n\n")


# ----------------------------------------------------------------------------- CSV


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def foreign_csv(tmp_path: Path, text: str, encoding: str = "utf-8") -> ItemBank:
    path = tmp_path / "foreign.csv"
    path.write_text(text, encoding=encoding)
    return export.read(path)


def test_a_key_in_csv_may_be_the_letter_of_its_option(tmp_path: Path) -> None:
    table = """\
Stem;Key;Key 2;Option 1;Option 2;Option 3
What is a kernel?;b;;a loss;a matrix;a layer
Which are letters?;A;C;x;12;y
Which grade is best?;A;;B;A;C
Which is none?;D;;x;y;z
"""
    (tmp_path / "quiz.csv").write_text(table)
    bank = export.read(tmp_path / "quiz.csv")
    assert [item.keys for item in bank.items] == [("a matrix",), ("x", "y"), ("A",)]
    assert ["Line 5" in notice.text for notice in bank.notices] == [True]


def test_csv_has_a_column_for_everything(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "quiz.csv")
    choice, verdict, gap = table(tmp_path / "quiz.csv")
    assert choice["option_4"] == "[html]Batch norm"
    assert choice["quote"] == EVIDENCE.quote
    assert (choice["heading_1"], choice["heading_2"]) == EVIDENCE.heading
    assert verdict["page"] == "4"
    assert (gap["accepted_1"], gap["option_1"]) == ("retrieving", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1", "'=1", "''-1"])
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    item = replace(VERDICT, explanation=text, evidence=replace(EVIDENCE, quote=text))
    export.write([item], tmp_path / "quiz.csv")
    (row,) = table(tmp_path / "quiz.csv")
    assert row["quote"] == f"'{text}"
    assert row["explanation"].startswith("'")
    assert only(export.read(tmp_path / "quiz.csv")) == cleaned(item)


def test_two_columns_are_enough(tmp_path: Path) -> None:
    gap, verdict, choice = foreign_csv(
        tmp_path,
        "Key,Stem,Option 1,Option 2\n"
        "mitosis,Cells divide by ____.,,\n"
        "TRUE,Cells are alive.,,\n"
        "a cell,What is alive?,a stone,a cell\n",
    ).items
    assert [gap.kind, verdict.kind, choice.kind] == [
        ItemKind.CLOZE,
        ItemKind.TRUE_FALSE,
        ItemKind.MULTIPLE_CHOICE,
    ]
    assert (verdict.key, verdict.options) == ("True", ("True", "False"))
    assert choice.options == ("a stone", "a cell")
    assert (gap.level, gap.topic, gap.evidence.source) == (1, "", "")


def test_other_kinds_need_few_columns_too(tmp_path: Path) -> None:
    several, pairs, order, short = foreign_csv(
        tmp_path,
        "kind,stem,key,key_2,option_1,option_2,option_3,prompt_1,match_1,prompt_2,match_2,point_1\n"
        ",Which are alive?,a cell,a tree,a stone,a cell,a tree,,,,,\n"
        ",Match.,,,,,,sun,day,moon,night,\n"
        "ordering,Sort by size.,,,ant,dog,whale,,,,,\n"
        ",What is a cell?,A unit of life.,,,,,,,,,It is a unit of life.\n",
    ).items
    assert (several.kind, several.keys) == (ItemKind.MULTIPLE_RESPONSE, ("a cell", "a tree"))
    assert (pairs.kind, pairs.keys) == (ItemKind.MATCHING, ("day", "night"))
    assert (order.keys, order.options) == (("ant", "dog", "whale"), ("whale", "dog", "ant"))
    assert (short.kind, short.rubric[0].text) == (ItemKind.SHORT_ANSWER, "It is a unit of life.")


def test_semicolons_and_the_encoding_of_old_spreadsheets(tmp_path: Path) -> None:
    text = "stem;key;level\r\nWas ist größer, 1,5 oder ____?;2,5;2\r\n"
    item = only(foreign_csv(tmp_path, text, "cp1252"))
    assert (item.stem, item.key, item.level) == ("Was ist größer, 1,5 oder ____?", "2,5", 2)


def test_a_copied_row_that_was_varied_is_an_item_of_its_own(tmp_path: Path) -> None:
    found = foreign_csv(
        tmp_path, "id,stem,key\nx,Cells are alive.,true\nx,Stones are alive.,false\n"
    )
    ids = [item.id for item in found.items]
    assert ids[0] == "x"
    assert len(set(ids)) == 2


def test_a_row_that_is_no_item_is_told_with_its_line(tmp_path: Path) -> None:
    found = foreign_csv(
        tmp_path,
        "stem,key,kind,level,option_1,option_2\n"
        "Cells are alive.,true,true-false,1,,\n"
        "Which?,c,multiple-choice,1,a,b\n"
        "Explain cells.,x,essay,1,,\n"
        '"Cells\nare ____.",alive,cloze,high,,\n',
    )
    assert len(found.items) == 1
    assert [notice.text for notice in found.notices] == [
        "Line 3 of foreign.csv is left out: its key is not exactly one of its options.",
        "Line 4 of foreign.csv is left out: \u201cessay\u201d is no kind; the kinds are "
        "multiple-choice, multiple-response, true-false, cloze, matching, ordering, short-answer, "
        "long-answer.",
        "Line 6 of foreign.csv is left out: its level is \u201chigh\u201d, not a number.",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "lacks the column key and stem"),
        ("question,key\nx,y\n", "lacks the column stem"),
        ("stem,key\n", "It has no rows"),
        ("stem,key\n,\n , \n", "It has no rows"),
        ('stem,key\n"' + "x" * 140_000 + '",y\n', "is not CSV"),
    ],
)
def test_a_table_that_is_no_quiz_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(NotesError, match=complaint):
        foreign_csv(tmp_path, text)


# ----------------------------------------------------------------------------- PDF


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def test_the_worksheet_asks_on_its_first_page_and_answers_on_another(tmp_path: Path) -> None:
    assert export.write(ITEMS, tmp_path / "quiz.pdf", "Week 1: \u2207f").notices == ()
    asked, answered = pages(tmp_path / "quiz.pdf")
    assert asked.startswith("Week 1: \u2207f")
    for option in CHOICE.options:
        assert option in asked
    assert "Before writing, ______" in asked
    for secret in ("Key", "retrieval", "It has two", "attention.md", "A GAN has two networks"):
        assert secret not in asked
    assert answered.startswith("Key")
    assert "1.  B)  Self-attention <b>" in answered
    assert "2.  False" in answered
    assert "3.  retrieval* (also: retrieving, search)" in answered
    assert "by all the others & <itself>.\u201d" in answered
    assert PLACE in answered
    assert PdfReader(tmp_path / "quiz.pdf").metadata.title == "Week 1: \u2207f"


def test_the_worksheet_has_room_for_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "quiz.pdf"
    assert export.write([SEVERAL, PAIRS, ORDER, LONG], path).notices == ()
    asked, answered = poppler(path)
    for shown in ("1. ___ Retriever", "___ B) Split: lines", "C) Orders them", "_" * 72):
        assert shown in asked
    assert "Writing is another" not in asked
    for told in ("1. Retriever \u2192 B) Finds = passages", "3. A) Answer", "Writing is another."):
        assert told in answered


def poppler(path: Path) -> list[str]:
    """The pages of a PDF as poppler reads them, every run of white space as one space."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler's pdftotext is not installed")
    text = subprocess.check_output(["pdftotext", "-layout", str(path), "-"], text=True)
    return [" ".join(page.split()) for page in text.split("\f") if page.strip()]


def test_a_question_is_not_cut_by_the_end_of_a_page(tmp_path: Path) -> None:
    items = [
        replace(CHOICE, id=str(number), stem=f"Question <{number}> first " + "and more " * 40 + "?")
        for number in range(12)
    ]
    export.write(items, tmp_path / "quiz.pdf")
    asked = [page for page in pages(tmp_path / "quiz.pdf") if "Question <" in page]
    assert len(asked) > 1
    for page in asked:
        assert page.count("Question <") == page.count(CHOICE.options[-1])


def test_text_longer_than_a_page_is_all_there(tmp_path: Path) -> None:
    item = replace(CHOICE, explanation=" ".join(f"w{number}" for number in range(3000)))
    export.write([item], tmp_path / "quiz.pdf")
    words = " ".join(pages(tmp_path / "quiz.pdf")).split()
    assert {f"w{number}" for number in range(3000)} <= set(words)


def test_greek_russian_hebrew_and_mathematics_are_shown(tmp_path: Path) -> None:
    item = replace(CHOICE, stem="\u0394\u03ad\u03bb\u03c4\u03b1 \u041c\u0438\u0440 \u2211 \u2192?")
    hebrew = replace(VERDICT, stem="\u05e9\u05dc\u05d5\u05dd")
    assert export.write([item, hebrew], tmp_path / "quiz.pdf").notices == ()
    asked = pages(tmp_path / "quiz.pdf")[0]
    assert item.stem in asked
    assert set(hebrew.stem) <= set(asked)


def test_what_no_font_shows_is_told_and_printed_as_squares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_system_folders", lambda: [tmp_path])
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    notices = export.write(
        [replace(CHOICE, stem="What is \u6f22\u5b57?")], tmp_path / "quiz.pdf"
    ).notices
    assert "No font on this machine shows \u5b57 \u6f22" in texts(notices)
    assert "What is \u25a1\u25a1?" in pages(tmp_path / "quiz.pdf")[0]


def test_a_font_of_the_system_steps_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_font(tmp_path / "somewhere" / "noto-made-up.ttf", "\u6f22\u5b57")
    monkeypatch.setattr(fonts, "_system_folders", lambda: [tmp_path])
    item = replace(CHOICE, options=("x", "\u6f22"), keys=("\u6f22",), stem="What is \u6f22\u5b57?")
    assert export.write([item], tmp_path / "quiz.pdf").notices == ()
    asked, answered = pages(tmp_path / "quiz.pdf")
    assert "What is \u6f22\u5b57?" in asked
    assert "1.  B)  \u6f22" in answered


def write_font(path: Path, characters: str) -> None:
    """Write a TrueType font that shows each character as a box."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    box = pen.glyph()
    names = [".notdef", *(f"uni{ord(char):04X}" for char in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"uni{ord(c):04X}" for c in characters})
    builder.setupGlyf(dict.fromkeys(names, box))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost()
    path.parent.mkdir()
    builder.save(path)


def test_the_key_can_have_more_options_than_letters(tmp_path: Path) -> None:
    options = tuple(f"option {number}" for number in range(30))
    export.write([replace(CHOICE, options=options, keys=("option 29",))], tmp_path / "quiz.pdf")
    assert "1.  30)  option 29" in pages(tmp_path / "quiz.pdf")[-1]


# ------------------------------------------------------------------- arbitrary text

anything = st.text(st.characters(exclude_categories=()), max_size=30)
word = st.text(
    st.sampled_from("a\\:#={}~*%50[]n_-> \n\t'\"<>&,;|@+\u2028\x85"), min_size=1, max_size=12
)
filled = (anything | word).filter(lambda text: bool(text.strip()))
evidences = st.builds(
    Evidence,
    source=anything | word,
    course=anything,
    heading=st.lists(anything | word, max_size=3).map(tuple),
    start_line=st.integers(0, 10**6),
    end_line=st.integers(0, 10**6),
    page=st.none() | st.integers(1, 999),
    chunk_id=anything,
    quote=anything | word,
)


@st.composite
def quiz_items(draw: st.DrawFn) -> QuizItem:
    kind = draw(st.sampled_from(ItemKind))
    options: tuple[str, ...] = ()
    stem, key = draw(filled), draw(filled)
    keys: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    rubric: tuple[RubricPoint, ...] = ()
    if kind is ItemKind.TRUE_FALSE:
        options, key = ("True", "False"), draw(st.sampled_from(["True", "False"]))
    elif kind is ItemKind.MULTIPLE_CHOICE:
        options = tuple(draw(st.permutations([key, *draw(st.lists(filled, min_size=1))])))
    elif kind is ItemKind.CLOZE:
        stem = f"{stem}____{draw(anything)}"
    elif kind in CLOSED:
        keys = tuple(draw(st.lists(filled, min_size=1, max_size=4, unique_by=str.strip)))
        spare = [] if kind is ItemKind.ORDERING else draw(st.lists(filled, max_size=2))
        options = tuple(draw(st.permutations([*keys, *spare])))
    else:
        rubric = tuple(draw(st.lists(st.builds(RubricPoint, filled, evidences), max_size=3)))
    if kind is ItemKind.MATCHING:
        pairs = tuple(Pair(draw(filled), key, draw(evidences)) for key in keys)
    return QuizItem(
        id=draw(filled),
        kind=kind,
        stem=stem,
        options=options,
        keys=keys or (key,),
        accepted=tuple(draw(st.lists(anything | word, max_size=3))),
        explanation=draw(anything | word),
        topic=draw(anything | word),
        level=draw(st.integers(1, 3)),
        evidence=draw(evidences),
        pairs=pairs,
        rubric=rubric,
    )


def whole(items: list[QuizItem]) -> list[QuizItem]:
    """The items that a file can hold, as it holds them."""
    kept = {}
    for item in map(cleaned, items):
        if not fault(item) and item.id:
            kept.setdefault(item.id, item)
    return list(kept.values())


@settings(max_examples=150, deadline=None)
@given(items=st.lists(quiz_items(), min_size=1, max_size=3))
def test_csv_loses_nothing_of_any_item(
    items: list[QuizItem], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    expected = whole(items)
    export.write(expected, path)
    if expected:
        assert list(export.read(path).items) == expected


@settings(max_examples=200, deadline=None)
@given(items=st.lists(quiz_items(), min_size=1, max_size=3))
def test_gift_loses_nothing_of_any_item_that_it_can_hold(
    items: list[QuizItem], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.gift"
    expected = [item for item in whole(items) if not unfit_for_gift(item)]
    export.write(expected, path)
    if expected:
        assert list(export.read(path).items) == expected


@settings(max_examples=25, deadline=None)
@given(items=st.lists(quiz_items(), min_size=1, max_size=3), title=anything)
def test_any_item_gives_well_formed_xml_and_decks(
    items: list[QuizItem], title: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    kept = [cleaned(item) for item in items]
    count = len({item.id: item for item in kept if not fault(item)})
    for ending in (".xml", ".zip", ".apkg", ".aiken", ".md"):
        export.write(items, folder / f"any{ending}", title)
    unfit = [item for item in whole(kept) if unfit_for_moodle(item)]
    assert len(moodle_questions(folder / "any.xml")) == count + 1 - len(unfit)
    assert len(qti(folder / "any.zip")) == count + 2
    assert len(anki_notes(folder / "any.apkg")) == count


def test_knowing_the_formats_loads_none_of_their_packages() -> None:
    probe = (
        "import sys, tutor.quiz.export;"
        "print(*{'genanki', 'fpdf', 'fontTools', 'bs4', 'uharfbuzz'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == ""
