"""Our exports, read and scored by programs that know nothing of ours.

``pyslet`` is an implementation of IMS QTI 2.1 and content packaging by another hand. It executes
the rules of an item, so a learner's response is scored here as a learning platform scores it, but
for upper and lower case, which it always tells apart. ``moodle-xml-parser`` reads the choices of
Moodle XML, ``pygiftparser`` all of GIFT (it leaves escapes to whoever shows the text).
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moodle_xml_parser import parser as moodle
from pygiftparser import parser as gift
from pyslet.imscpv1p2 import ContentPackage
from pyslet.qtiv2.interactions import (
    ChoiceInteraction,
    ExtendedTextInteraction,
    MatchInteraction,
    OrderInteraction,
    TextEntryInteraction,
)
from pyslet.qtiv2.variables import ItemSessionState
from pyslet.qtiv2.xml import QTIDocument
from test_quiz_formats import ALL, CHOICE, GAP, LONG, ORDER, PAIRS, SEVERAL, SHORT, VERDICT

from tutor.quiz import export
from tutor.schema import Pair, QuizItem


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("qti") / "quiz.zip"
    export.write(ALL, path)
    return path


@pytest.fixture(scope="module")
def read(package: Path) -> dict[str, Any]:
    """The items as pyslet reads them, by the name of ours."""
    items = {}
    with zipfile.ZipFile(package) as files:
        for item in ALL:
            document = QTIDocument()
            document.read(src=io.BytesIO(files.read(f"items/item-{item.id}.xml")))
            items[item.id] = document.root
    return items


def score(item: Any, response: object) -> float:
    """Answer as a learner does, and let the item's own rules score it."""
    session = ItemSessionState(item)
    session.begin_session()
    session["RESPONSE"].set_value(response)
    session.end_attempt()
    points: float = session["SCORE"].value
    return points


def right(item: Any) -> Any:
    return item.declarations["RESPONSE"].get_correct_value().value


def test_a_package_is_unpacked_with_the_test_and_every_item(package: Path) -> None:
    opened = ContentPackage(str(package))
    try:
        resources = opened.manifest.root.Resources.Resource
        found = {str(one.href): [str(file.href) for file in one.File] for one in resources}
        needed = [one.identifierref for one in resources[0].Dependency]
    finally:
        opened.Close()
    items = [f"items/item-{item.id}.xml" for item in ALL]
    assert found == {name: [name] for name in ["test.xml", *items]}
    assert needed == [f"item-{item.id}" for item in ALL]


def test_the_test_asks_the_items_in_order(package: Path) -> None:
    document = QTIDocument()
    with zipfile.ZipFile(package) as files:
        document.read(src=io.BytesIO(files.read("test.xml")))
    (section,) = document.root.TestPart[0].AssessmentSection
    asked = [str(child.href) for child in section.get_children() if hasattr(child, "href")]
    assert asked == [f"items/item-{item.id}.xml" for item in ALL]


@pytest.mark.parametrize(
    ("item", "interaction"),
    [
        (CHOICE, ChoiceInteraction),
        (VERDICT, ChoiceInteraction),
        (GAP, TextEntryInteraction),
        (SEVERAL, ChoiceInteraction),
        (PAIRS, MatchInteraction),
        (ORDER, OrderInteraction),
        (SHORT, ExtendedTextInteraction),
        (LONG, ExtendedTextInteraction),
    ],
    ids=lambda value: value.kind.value if isinstance(value, QuizItem) else "",
)
def test_every_kind_is_read_as_its_own_interaction(
    item: QuizItem, interaction: type, read: dict[str, Any]
) -> None:
    body = read[item.id].ItemBody
    assert len(list(body.find_children_depth_first(interaction))) == 1


@pytest.mark.parametrize(
    ("item", "wanted", "wrong"),
    [
        (CHOICE, "choice-2", "choice-1"),
        (VERDICT, "choice-2", "choice-1"),
        (GAP, "retrieval*", "ranking"),
        (SEVERAL, {"choice-1": 1, "choice-3": 1, "choice-4": 1}, {"choice-2": 1}),
        (
            PAIRS,
            {("prompt-1", "choice-2"): 1, ("prompt-2", "choice-1"): 1},
            {("prompt-1", "choice-1"): 1, ("prompt-2", "choice-3"): 1},
        ),
        (ORDER, ["choice-2", "choice-3", "choice-1"], ["choice-1", "choice-2", "choice-3"]),
    ],
    ids=lambda value: value.kind.value if isinstance(value, QuizItem) else "",
)
def test_the_rules_of_a_closed_item_tell_right_from_wrong(
    item: QuizItem, wanted: object, wrong: object, read: dict[str, Any]
) -> None:
    found = read[item.id]
    assert right(found) == wanted
    assert [score(found, response) for response in (wanted, wrong, None)] == [1, 0, 0]


def test_part_of_an_answer_earns_part_of_the_mark(read: dict[str, Any]) -> None:
    assert score(read[SEVERAL.id], {"choice-1": 1, "choice-3": 1}) == pytest.approx(2 / 3, abs=1e-4)
    every = {f"choice-{place}": 1 for place in range(1, 5)}
    assert score(read[SEVERAL.id], every) == pytest.approx(2 / 3, abs=1e-4)
    assert score(read[PAIRS.id], {("prompt-1", "choice-2"): 1}) == pytest.approx(1 / 2)


@pytest.mark.parametrize("typed", ["retrieval*", "retrieving", "search"])
def test_every_accepted_spelling_is_right(typed: str, read: dict[str, Any]) -> None:
    assert score(read[GAP.id], typed) == 1


@pytest.mark.parametrize("item", [SHORT, LONG], ids=["short-answer", "long-answer"])
def test_an_open_item_is_left_to_a_person_who_finds_the_model_answer(
    item: QuizItem, read: dict[str, Any]
) -> None:
    assert right(read[item.id]) == item.key
    assert score(read[item.id], item.key) == 0


# -------------------------------------------------------------------------- Moodle XML


def test_moodle_choices_are_read_with_what_each_is_worth(tmp_path: Path) -> None:
    export.write(ALL, tmp_path / "quiz.xml")
    choice, several = moodle.parse_file(str(tmp_path / "quiz.xml"))["multichoice"]
    assert (choice.single, several.single) == (True, False)
    assert [option.score_fraction for option in choice.options] == [0, 100, 0, 0]
    shares = [option.score_fraction for option in several.options]
    assert shares == pytest.approx([100 / 3, -100 / 3, 100 / 3, 100 / 3], abs=1e-4)
    written = [f"<p>{option}</p>" for option in SEVERAL.options]
    assert [option.answer for option in several.options] == written
    assert SEVERAL.evidence.quote in several.general_feedback


# -------------------------------------------------------------------------- GIFT

MATCHING = replace(
    PAIRS,
    options=("Writes text", "Finds = passages", "Orders them"),
    keys=("Finds = passages", "Writes text"),
    pairs=(PAIRS.pairs[0], Pair("Generator", "Writes text", PAIRS.evidence)),
)
"""Closing braces inside of pairs, escaped as they are, end the question for this reader."""


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The items as pygiftparser reads them, by the name of ours."""
    items = [MATCHING if item is PAIRS else item for item in ALL]
    path = tmp_path_factory.mktemp("gift") / "quiz.gift"
    export.write(items, path)
    with path.open(encoding="utf-8") as file:
        found = gift.parseFile(file)
    return {item.id: question for item, question in zip(items, found, strict=True)}


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def worth(question: Any) -> dict[str, float]:
    """The answers of a question, each with its share of the mark in percent."""
    return {unescaped(one.answer).strip(): one.fraction for one in question.answers.answers}


def test_every_gift_question_is_valid_and_of_its_kind(questions: dict[str, Any]) -> None:
    assert all(question.valid for question in questions.values())
    kinds = {item.id: type(questions[item.id].answers).__name__ for item in ALL}
    assert kinds == {
        CHOICE.id: "SelectSet",
        VERDICT.id: "TrueFalseSet",
        GAP.id: "ShortSet",
        SEVERAL.id: "MultipleChoicesSet",
        PAIRS.id: "MatchingSet",
        ORDER.id: "MatchingSet",
        SHORT.id: "Essay",
        LONG.id: "Essay",
    }


@pytest.mark.parametrize("item", [CHOICE, VERDICT, SHORT, LONG], ids=lambda item: item.kind.value)
def test_a_gift_stem_is_read_as_it_was_written(item: QuizItem, questions: dict[str, Any]) -> None:
    assert unescaped(questions[item.id].text) == item.stem


def test_gift_answers_are_worth_what_they_should_be(questions: dict[str, Any]) -> None:
    single = worth(questions[CHOICE.id])
    assert [share for share in single.values() if share] == [100]
    assert single[CHOICE.key] == 100
    assert questions[VERDICT.id].answers.answer is False
    assert set(worth(questions[GAP.id]).values()) == {100}
    assert len(worth(questions[GAP.id])) == 1 + len(GAP.accepted)
    several = worth(questions[SEVERAL.id]).values()
    assert list(several) == pytest.approx([100 / 3, -100 / 3, 100 / 3, 100 / 3], abs=1e-4)


def test_gift_pairs_and_places_are_read_as_they_belong_together(questions: dict[str, Any]) -> None:
    pairs = {
        item: {one.question.strip(): unescaped(one.answer).strip() for one in answers.answers}
        for item, answers in ((item, questions[item].answers) for item in (PAIRS.id, ORDER.id))
    }
    assert pairs[PAIRS.id].items() >= {pair.prompt: pair.match for pair in MATCHING.pairs}.items()
    assert list(pairs[ORDER.id].values()) == list(ORDER.keys)


def test_the_evidence_is_the_feedback_of_a_gift_question(questions: dict[str, Any]) -> None:
    told = [item for item in ALL if item is not PAIRS]
    for item in told:
        assert item.evidence.quote in unescaped(questions[item.id].generalFeedback)
