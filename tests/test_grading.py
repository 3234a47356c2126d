"""Marking responses: letters, words, slips that are forgiven and slips that are not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quiz_notes import all_chunks
from scripted_tutor import ITEMS

from tutor.errors import NotesError, SettingsError, StoreUnavailable
from tutor.quiz import export
from tutor.quiz.formats.json_bank import to_json
from tutor.quiz.formats.markdown import to_markdown
from tutor.quiz.grading import chosen_option, grade
from tutor.quiz.items import evidence
from tutor.schema import ItemKind, Pair, QuizItem, Verdict

_CHUNK = all_chunks()[0]


def choice(*options: str, key: str) -> QuizItem:
    return QuizItem(
        "1", ItemKind.MULTIPLE_CHOICE, "Which of these is it?", options, (key,), (), "", "t", 1,
        evidence(_CHUNK, _CHUNK.text),
    )  # fmt: skip


def gap(key: str, *accepted: str) -> QuizItem:
    item = choice(key=key)
    return replace(item, kind=ItemKind.CLOZE, stem="It is ____.", accepted=accepted)


VERDICT = replace(
    choice("True", "False", key="False"), kind=ItemKind.TRUE_FALSE, stem="A router is a rock."
)
DEVICES = choice("Router", "Switch", "Firewall", "Repeater", key="Firewall")


@pytest.mark.parametrize(
    "response",
    ["c", "C", "(c)", "c)", "C.", "[c]", "3", "3.", "firewall", " FireWall ", "fire-wall"],
)
def test_a_choice_is_right_by_letter_number_or_words(response: str) -> None:
    assert grade(DEVICES, response).correct


@pytest.mark.parametrize("response", ["a", "1", "router", "b)", "Repeater"])
def test_another_choice_is_wrong_and_the_answer_is_told(response: str) -> None:
    verdict = grade(DEVICES, response)
    assert (verdict.correct, verdict.score) == (False, 0.0)
    assert verdict.feedback == "Not quite. The answer is “Firewall”."


@pytest.mark.parametrize("response", ["e", "0", "9", "x", "modem", "a or c", "router, firewall"])
def test_what_is_no_option_is_said_to_be_none(response: str) -> None:
    assert chosen_option(DEVICES, response) is None
    assert grade(DEVICES, response).feedback.startswith("That is none of the options.")


def test_a_slip_in_an_option_is_understood_if_only_one_is_near() -> None:
    assert chosen_option(DEVICES, "Firewal") == "Firewall"
    twins = choice("Early fusion", "Early fission", "Late fusion", key="Early fusion")
    assert chosen_option(twins, "Early fussion") is None


def test_an_option_that_is_a_number_wins_over_the_place() -> None:
    item = choice("4", "2", "8", key="4")
    assert chosen_option(item, "2") == "2"
    assert chosen_option(item, "a") == "4"


@pytest.mark.parametrize("response", ["false", "F", "f", "no", "N", "wrong", "b", "2"])
def test_a_verdict_of_false_has_many_words(response: str) -> None:
    assert grade(VERDICT, response).correct


@pytest.mark.parametrize("response", ["true", "T", "yes", "y", "right", "a", "1"])
def test_a_verdict_of_true_has_many_words(response: str) -> None:
    assert not grade(VERDICT, response).correct


SEVERAL = replace(
    choice("Router", "Switch", "Firewall", "Repeater", key="Router"),
    kind=ItemKind.MULTIPLE_RESPONSE, keys=("Router", "Firewall"),
)  # fmt: skip
STEPS = replace(
    choice("Wash it", "Peel it", "Cook it", "Eat it", key="Wash it"),
    kind=ItemKind.ORDERING, options=("Cook it", "Eat it", "Wash it", "Peel it"),
    keys=("Wash it", "Peel it", "Cook it", "Eat it"),
)  # fmt: skip
MATCHING = replace(
    choice("Amplifies signals", "Blocks traffic", "Forwards packets", key="Forwards packets"),
    kind=ItemKind.MATCHING, keys=("Forwards packets", "Blocks traffic"),
    pairs=tuple(
        Pair(prompt, match, evidence(_CHUNK, _CHUNK.text))
        for prompt, match in (("Router", "Forwards packets"), ("Firewall", "Blocks traffic"))
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "response",
    [
        "A, C",
        "a c",
        "ac",
        "CA",
        "1 and 3",
        "(a) (c)",
        "Router; Firewall",
        "firewal, router",
        "c,a,c",
    ],
)
def test_several_options_are_named_in_many_ways(response: str) -> None:
    assert grade(SEVERAL, response).verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    ("response", "score"),
    [("a", 0.5), ("a, b", 0.0), ("a, b, c", 0.5), ("a, b, c, d", 0.0), ("b", 0.0), ("none", 0.0)],
)
def test_wrong_options_cost_as_much_as_right_ones_earn(response: str, score: float) -> None:
    verdict = grade(SEVERAL, response)
    assert verdict.score == score
    assert verdict.verdict is (Verdict.PARTLY if score else Verdict.WRONG)


def test_what_was_left_out_and_what_is_too_much_is_told() -> None:
    assert grade(SEVERAL, "a, b, c").feedback == (
        "Partly right: 2 of 2 found. Not among them: “Switch”."
    )
    assert grade(SEVERAL, "a").feedback == ("Partly right: 1 of 2 found. You left out “Firewall”.")


@pytest.mark.parametrize(
    "response", ["c d a b", "cdab", "C > D > A > B", "3 4 1 2", "Wash it; Peel it; Cook it; Eat it"]
)
def test_an_order_is_given_in_many_ways(response: str) -> None:
    assert grade(STEPS, response).verdict is Verdict.RIGHT


@pytest.mark.parametrize(
    ("response", "score", "verdict"),
    [
        ("d c a b", 5 / 6, Verdict.PARTLY),
        ("c d a", 3 / 6, Verdict.WRONG),  # one left out is out of order with all
        ("b a d c", 0.0, Verdict.WRONG),
    ],
)
def test_an_order_scores_by_the_pairs_that_stand_right(
    response: str, score: float, verdict: Verdict
) -> None:
    graded = grade(STEPS, response)
    assert (graded.score, graded.verdict) == (pytest.approx(score), verdict)


@pytest.mark.parametrize("response", ["c c a b", "x", "c d a b e"])
def test_what_is_no_order_is_said_to_be_none(response: str) -> None:
    assert grade(STEPS, response).feedback.startswith("That is not an order")


@pytest.mark.parametrize(
    "response",
    ["1-c 2-b", "1c, 2b", "2: b; 1: c", "c b", "cb", "Router = Forwards packets; Firewall = b"],
)
def test_pairs_are_matched_in_many_ways(response: str) -> None:
    assert grade(MATCHING, response).verdict is Verdict.RIGHT


def test_each_pair_counts_and_the_wrong_ones_are_told() -> None:
    verdict = grade(MATCHING, "1-c 2-a")
    assert (verdict.verdict, verdict.score) == (Verdict.PARTLY, 0.5)
    assert verdict.feedback == (
        "Partly right: 1 of 2 pairs. “Firewall” goes with “Blocks traffic”."
    )
    assert grade(MATCHING, "1-c").score == 0.5
    assert grade(MATCHING, "b c").verdict is Verdict.WRONG
    assert grade(MATCHING, "3-a").feedback.startswith("Some of that is no pair")


@pytest.mark.parametrize(
    ("item", "response"),
    [
        (gap("gradient descent"), "Gradient Descent"),
        (gap("gradient descent"), "the gradient-descent"),
        (gap("gradient descent"), "gradient decent"),
        (gap("gradient descent"), "gradeint descent"),
        (gap("fine-tuning"), "finetuning"),
        (gap("fine-tuning"), "fine tuning"),
        (gap("word embeddings"), "word embedding"),
        (gap("layer"), "layers"),
        (gap("GPUs"), "gpu"),
        (gap("GANs", "generative adversarial networks"), "generative adversarial network"),
        (gap("CNN", "convolutional neural network"), "cnn"),
        (gap("GPT-2"), "gpt 2"),
        (gap("naïve Bayes"), "naïve bayes"),
    ],
)
def test_a_gap_forgives_case_hyphens_plurals_and_slips(item: QuizItem, response: str) -> None:
    assert grade(item, response).correct


@pytest.mark.parametrize(
    ("item", "response"),
    [
        (gap("supervised learning"), "unsupervised learning"),
        (gap("unsupervised learning"), "supervised learning"),
        (gap("encoder"), "decoder"),
        (gap("GPT-2"), "GPT-3"),
        (gap("SGD"), "SGB"),
        (gap("loss"), "lass"),
        (gap("recall"), "precision"),
        (gap("dropout"), "not dropout"),
        (gap("dropout"), "dropout, padding and pooling"),
        (gap("underfitting"), "overfitting"),
        (gap("bias"), "bia"),
        (gap("inductive reasoning"), "deductive reasoning"),
    ],
)
def test_a_gap_does_not_forgive_what_means_something_else(item: QuizItem, response: str) -> None:
    assert not grade(item, response).correct


def test_a_slip_that_makes_another_term_of_the_notes_is_wrong() -> None:
    item = gap("stemming")
    assert grade(item, "steaming").correct
    assert not grade(item, "steaming", other_terms=["Steaming"]).correct


def test_a_forgiven_slip_is_told() -> None:
    assert grade(gap("backpropagation"), "backpropogation").feedback == (
        "Right; it is spelled “backpropagation”."
    )


@pytest.mark.parametrize("item", [DEVICES, VERDICT, gap("router")])
@pytest.mark.parametrize("response", ["", "   ", "\n"])
def test_no_answer_is_wrong_and_says_so(item: QuizItem, response: str) -> None:
    verdict = grade(item, response)
    assert not verdict.correct
    assert verdict.feedback.startswith("No answer. The answer is")


@given(st.text(max_size=60))
def test_any_response_gets_a_verdict(response: str) -> None:
    for item in (DEVICES, VERDICT, gap("gradient descent"), SEVERAL, STEPS, MATCHING):
        verdict = grade(item, response)
        assert (verdict.score == 1) is verdict.correct


def test_json_brings_the_same_items_back(tmp_path: Path) -> None:
    export.write(ITEMS, tmp_path / "quiz.json")
    assert list(export.read(tmp_path / "quiz.json").items) == list(ITEMS)


def test_the_json_has_its_documented_shape() -> None:
    document = json.loads(to_json(ITEMS[:1]))
    assert (document["format"], document["version"]) == ("tutor-quiz", 2)
    assert set(document["items"][0]) == {
        "id", "kind", "level", "topic", "stem", "options", "keys", "accepted", "explanation",
        "evidence", "pairs", "rubric",
    }  # fmt: skip
    assert set(document["items"][0]["evidence"]) == {
        "source", "course", "heading", "start_line", "end_line", "page", "chunk_id", "quote",
    }  # fmt: skip


def test_markdown_has_questions_then_key_and_evidence() -> None:
    text = to_markdown([DEVICES], "Networks *and* more")
    questions, key = text.split("## Key")
    assert questions.startswith("# Networks \\*and\\* more\n")
    assert "- C) Firewall" in questions
    assert "**1.** C) Firewall" in key
    assert "> Router:" in key or "> - Router:" in key  # without the marks of the notes
    assert "*Router" not in key
    assert "networks.md" in key


def test_a_gap_is_a_line_to_write_on_and_a_verdict_is_asked_for() -> None:
    text = to_markdown([gap("router"), VERDICT])
    assert "It is \\_\\_\\_\\_\\_\\_\\_\\_." in text
    assert "True or false? A router is a rock." in text


def test_the_suffix_says_the_format_and_others_are_refused(tmp_path: Path) -> None:
    export.write([DEVICES], tmp_path / "quiz.md")
    assert (tmp_path / "quiz.md").read_text(encoding="utf-8").startswith("# Quiz")
    with pytest.raises(SettingsError, match=r"\.json .*\.md "):
        export.write([DEVICES], tmp_path / "quiz.docx")


def test_a_failed_export_leaves_the_old_file_whole(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        export.write([DEVICES], tmp_path / "missing" / "quiz.json")
    (tmp_path / "quiz.json").mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        export.write([DEVICES], tmp_path / "quiz.json")
    assert [path.name for path in tmp_path.iterdir()] == ["quiz.json"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "holds no quiz"),
        ('{"format": "tutor-quiz", "version": 9, "items": []}', "version 9"),
        ('{"format": "tutor-quiz", "version": 2, "items": [{"id": 3}]}', "Item 1"),
    ],
)
def test_a_file_that_is_no_quiz_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "bank.json").write_text(content, encoding="utf-8")
    with pytest.raises(NotesError, match=complaint):
        export.read(tmp_path / "bank.json")
