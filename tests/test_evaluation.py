"""Question sets read, predictions judged, and the same figures as the reference scorer."""

import importlib.util
import json
import random
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from tutor.errors import SettingsError
from tutor.evaluation.dataset import (
    Item,
    Prediction,
    load_items,
    load_predictions,
    write_predictions,
)
from tutor.evaluation.matching import has_every_phrase, shows
from tutor.evaluation.metrics import (
    CUTOFFS,
    Figures,
    by,
    judge,
    judge_all,
    summarise,
)
from tutor.evaluation.run import evaluate
from tutor.schema import Progress

SHARED = Path(__file__).parents[2] / "shared" / "eval"
OWN_QUESTIONS = Path(__file__).parents[1] / "benchmarks" / "questions.jsonl"


def item(identity: str = "q1", **fields: object) -> dict[str, object]:
    return {
        "id": identity,
        "question": "What do cells do?",
        "kind": "fact",
        "doc": "cells.md",
        "gold": ["Cells divide in two and grow again."],
        "answer": "They divide.",
        "must": [["divide"]],
        "difficulty": 1,
        **fields,
    }


def load(tmp_path: Path, *entries: dict[str, object]) -> tuple[Item, ...]:
    file = tmp_path / "items.jsonl"
    file.write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")
    return load_items(file)


# ----------------------------------------------------------------------------- reading


def test_gold_spans_form_one_group_unless_the_item_says_otherwise(tmp_path: Path) -> None:
    spans = ["one", "two", "three"]
    plain, every, grouped, none = load(
        tmp_path,
        item("a", gold=spans),
        item("b", gold=spans, gold_all=True),
        item("c", gold=spans, gold_all=True, gold_groups=[[0], [1, 2]]),
        item("d", gold=[]),
    )
    assert plain.groups == (("one", "two", "three"),)
    assert every.groups == (("one",), ("two",), ("three",))
    assert grouped.groups == (("one",), ("two", "three"))
    assert not none.answerable


def test_the_conversation_of_a_follow_up_is_read(tmp_path: Path) -> None:
    [loaded] = load(tmp_path, item(history=[{"role": "user", "text": "What is a cell?"}]))
    assert [(turn.role, turn.text) for turn in loaded.history] == [("user", "What is a cell?")]


@pytest.mark.parametrize(
    ("line", "complaint", "cure"),
    [
        ("{", "not JSON", "one {...} on each line"),
        ("[]", "not a JSON object", "one {...} on each line"),
        ('{"id": "x"}', '"question" is missing', "text in quotes"),
        (json.dumps(item(question=" ")), '"question"', "text in quotes"),
        (json.dumps(item(difficulty="hard")), '"difficulty" is "hard"', "a whole number"),
        (json.dumps(item(gold="a span")), '"gold" is no list', '["...", "..."]'),
        (json.dumps(item(must=["mode"])), '"must" is no list of lists', "brackets included"),
        (json.dumps(item(gold_groups=[[1]])), "counts the 1 spans", "from 0"),
        (json.dumps(item(history=["What?"])), '"history" is no list', '"role": "user"'),
        (json.dumps(item("q1")), 'the id "q1" stands on line 1', "its own"),
    ],
)
def test_a_broken_line_is_named_with_its_cure(
    tmp_path: Path, line: str, complaint: str, cure: str
) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text(json.dumps(item()) + "\n" + line, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_items(file)
    assert str(caught.value).startswith(f"{file}:2: ")
    assert complaint in str(caught.value)
    assert cure in str(caught.value)


def test_several_broken_lines_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text("{\n\n[]\n{}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"jsonl:1: .*More bad lines: 2"):
        load_items(file)


def test_a_file_without_questions_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "items.jsonl"
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no questions"):
        load_items(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.jsonl"):
        load_items(tmp_path / "nowhere.jsonl")


def test_predictions_survive_a_round_trip(tmp_path: Path) -> None:
    made = [Prediction("a", ("x \u2028 y", "z"), "caf\u00e9", False), Prediction("b", (), "", True)]
    write_predictions(tmp_path / "p.jsonl", made)
    assert list(load_predictions(tmp_path / "p.jsonl")) == made


# ----------------------------------------------------------------------------- judging


@pytest.mark.parametrize(
    ("passage", "shown"),
    [
        ("**Cells divide** in two\nand grow again.", True),  # markup and line breaks
        ("Before. Cells divide in two and", True),  # 60 % in one run
        ("cells divide in", False),  # too little
        ("divide Cells two in grow and again", False),  # another order
    ],
)
def test_a_span_is_shown_by_most_of_its_words_in_one_run(passage: str, shown: bool) -> None:
    assert shows("Cells divide in two and grow again.", passage) is shown


@pytest.mark.parametrize(
    ("phrases", "answer", "right"),
    [
        ([["divide"]], "The cell divides.", True),  # a simple ending
        ([["divide"]], "It is indivisible.", False),
        ([["5"]], "It takes 2.5 hours.", False),  # part of another number
        ([["1500"]], "1,500 of them", True),
        ([["long-term"]], "long term memory", True),
        ([["a"], ["b", "c"]], "a and c", True),
        ([["a"], ["b"]], "only a", False),
        ([["fr\u00e9chet"]], "the Frechet distance", True),
    ],
)
def test_an_answer_needs_one_phrase_of_every_list(
    phrases: list[list[str]], answer: str, right: bool
) -> None:
    assert has_every_phrase(phrases, answer) is right


def test_an_item_counts_at_the_rank_where_all_its_groups_are_shown(tmp_path: Path) -> None:
    [both] = load(tmp_path, item(gold=["first span here it is", "second span here it is"],
                                 gold_all=True))  # fmt: skip
    outcome = judge(
        both, Prediction("q1", ("no", "first span here it is", "x", "second span here it is"))
    )
    assert outcome.ranks == (2, 4)
    assert not outcome.hit(3)
    assert outcome.hit(5)
    assert outcome.reciprocal_rank == pytest.approx(1 / 4)


def test_declining_is_right_exactly_where_there_is_nothing_to_find(tmp_path: Path) -> None:
    answerable, beyond = load(tmp_path, item("a"), item("b", gold=[]))
    assert not judge(answerable, Prediction("a", (), "They divide.", abstained=True)).right
    assert judge(beyond, Prediction("b", abstained=True)).right
    assert not judge(beyond, Prediction("b", (), "They divide.")).right


def test_an_item_without_a_prediction_counts_as_failed(tmp_path: Path) -> None:
    items = load(tmp_path, item("a"), item("b"))
    good = Prediction("a", ("Cells divide in two and grow again.",), "They divide.")
    figures = summarise(judge_all(items, [good]))
    assert figures.answer == pytest.approx(0.5)
    assert figures.recall[1] == pytest.approx(0.5)


def test_what_nothing_was_measured_of_is_none() -> None:
    figures = summarise([])
    assert (figures.mrr, figures.answer, figures.abstention_precision) == (None, None, None)


# ------------------------------------------------------------------------------ running


def test_a_run_reports_progress_and_lists_its_misses(tmp_path: Path) -> None:
    items = load(tmp_path, item("a"), item("b"))
    heard: list[Progress] = []
    done = evaluate(
        items, lambda one: Prediction(one.id, (), "divide" if one.id == "a" else ""), heard.append
    )
    assert [(p.done, p.total) for p in heard] == [(0, 2), (1, 2), (2, 2)]
    assert [miss.item.id for miss in done.misses] == ["b"]
    assert done.kinds["fact"].items == 2


def test_a_stopped_run_sums_up_what_was_answered_before(tmp_path: Path) -> None:
    items = load(tmp_path, item("a"), item("b"), item("c"))
    stopped = threading.Event()

    def answer(one: Item) -> Prediction:
        if one.id == "b":
            stopped.set()  # as ctrl-C does: this answer may be half of one
        return Prediction(one.id, (), "They divide.")

    done = evaluate(items, answer, stopped=stopped)
    assert [outcome.item.id for outcome in done.outcomes] == ["a"]
    assert not done.complete
    assert done.overall.answer == 1.0


# ------------------------------------------------- agreement with the reference scorer


def reference() -> ModuleType:
    file = SHARED / "score.py"
    if not file.is_file():
        pytest.skip(f"the reference scorer is not there: {file}")
    spec = importlib.util.spec_from_file_location("reference_score", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def as_reference_names(figures: Figures) -> dict[str, float | None]:
    return {
        "n": figures.items,
        **{f"r@{k}": figures.recall[k] for k in CUTOFFS},
        "mrr@10": figures.mrr,
        "cov@5": figures.coverage,
        "answer": figures.answer,
        "abst_P": figures.abstention_precision,
        "abst_R": figures.abstention_recall,
        "false_abst": figures.false_abstention,
        "words": figures.words,
    }


def made_up_predictions(items: list[dict[str, object]], seed: int) -> list[dict[str, object]]:
    """Right, wrong, cut, missing and declined answers, in all mixtures."""
    chance = random.Random(seed)
    spans = [span for one in items for span in one["gold"]]  # type: ignore[attr-defined]
    made = []
    for one in items:
        own = list(one["gold"])  # type: ignore[call-overload]
        passages = [
            f"Some words. {chance.choice(spans)} More." for _ in range(chance.randint(0, 12))
        ]
        for span in own:
            if chance.random() < 0.7:
                words = str(span).split()
                keep = max(1, int(len(words) * chance.uniform(0.4, 1.0)))
                passages.insert(
                    chance.randint(0, len(passages)), "**" + " ".join(words[:keep]) + "**"
                )
        answer = str(one["answer"]) if chance.random() < 0.6 else "Something else, 3.5 of it."
        made.append({"id": one["id"], "passages": passages, "answer": answer,
                     "abstained": chance.random() < 0.2})  # fmt: skip
    return made[: -2 if seed % 2 else None]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["dev.jsonl", "own"])
def test_figures_equal_those_of_the_reference_to_the_last_digit(
    tmp_path: Path, name: str, seed: int
) -> None:
    score = reference()
    file = OWN_QUESTIONS if name == "own" else SHARED / name
    raw = score.read_jsonl(file)
    made = made_up_predictions(raw, seed)
    rows = [score.score_item(one, {p["id"]: p for p in made}.get(one["id"])) for one in raw]
    for one, row in zip(raw, rows, strict=True):
        row["group"] = one["kind"]

    written = tmp_path / "predictions.jsonl"
    written.write_text("\n".join(json.dumps(one) for one in made), encoding="utf-8")
    outcomes = judge_all(load_items(file), load_predictions(written))

    assert as_reference_names(summarise(outcomes)) == score.summarise(rows)
    for kind, figures in by(outcomes, lambda one: one.kind).items():
        expected = score.summarise([row for row in rows if row["group"] == kind])
        assert as_reference_names(figures) == expected
