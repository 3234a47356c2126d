"""Question sets read, predictions judged, and the same figures as the reference scorer."""

import importlib.util
import json
import random
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from tutor.errors import ModelUnavailable, SettingsError, UnusableReply
from tutor.evaluation.citations import check_citations
from tutor.evaluation.compare import compare, sign_test
from tutor.evaluation.curve import Decision, Point, at, average_precision, curve
from tutor.evaluation.dataset import (
    Cost,
    Item,
    Prediction,
    Sentence,
    load_items,
    write_predictions,
)
from tutor.evaluation.matching import has_every_phrase, shows
from tutor.evaluation.metrics import (
    AXES,
    CUTOFFS,
    Figures,
    by,
    judge,
    judge_all,
    summarise,
)
from tutor.evaluation.misses import faults
from tutor.evaluation.results import Result, document, is_result, save
from tutor.evaluation.results import load as load_result
from tutor.evaluation.run import Evaluation, evaluate
from tutor.grounding.support import Grounds
from tutor.schema import Answer, AnswerKind, Citation, Claim, Passage, Progress

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


def test_predictions_are_written_a_line_each_as_other_scorers_read_them(tmp_path: Path) -> None:
    made = [Prediction("a", ("x \u2028 y", "z"), "caf\u00e9", False), Prediction("b", (), "", True)]
    write_predictions(tmp_path / "p.jsonl", made)
    lines = (tmp_path / "p.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    assert [json.loads(line) for line in lines] == [
        {"id": "a", "passages": ["x \u2028 y", "z"], "answer": "caf\u00e9", "abstained": False},
        {"id": "b", "passages": [], "answer": "", "abstained": True},
    ]


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


def test_an_unusable_reply_is_a_wrong_answer_and_the_run_goes_on(tmp_path: Path) -> None:
    def answer(one: Item) -> Prediction:
        if one.id == "a":
            raise UnusableReply("The model wrote nothing.")
        return Prediction(one.id, (), "They divide.")

    done = evaluate(load(tmp_path, item("a"), item("b")), answer)
    assert [outcome.right for outcome in done.outcomes] == [False, True]
    assert done.complete


def test_an_error_ends_the_run_and_keeps_what_was_done(tmp_path: Path) -> None:
    def answer(one: Item) -> Prediction:
        if one.id == "b":
            raise ModelUnavailable("The server went away.")
        return Prediction(one.id, (), "They divide.")

    done = evaluate(load(tmp_path, item("a"), item("b")), answer)
    assert [outcome.item.id for outcome in done.outcomes] == ["a"]
    assert isinstance(done.failure, ModelUnavailable)


# --------------------------------------------------------------------------- citations

RAIN = Passage("rain.md", "notes", ("Weather",), "Rain falls when clouds grow cold and heavy. "
               "Hail forms in 9 of 10 summer storms.", 1, 1, None, ("r",), 1.0, 0.9)  # fmt: skip
SNOW = Passage("snow.md", "notes", (), "Snow is made of ice crystals.\n\n| Month | Days |\n"
               "|---|---|\n| January | 12 |\n", 1, 5, None, ("s",), 1.0, 0.9)  # fmt: skip


def said(*claims: Claim, text: str = "") -> Answer:
    cited = (Citation(1, RAIN, RAIN.text), Citation(2, SNOW, SNOW.text))
    whole = text or " ".join(claim.text for claim in claims)
    return Answer("q", "q", AnswerKind.WRITTEN, whole, claims, cited, (RAIN, SNOW))


def checked(claim: Claim, text: str = "") -> tuple[int, int, bool, bool]:
    [sentence] = check_citations(said(claim, text=text), Grounds)
    return sentence.citations, sentence.apt, sentence.supported, sentence.unmarked


@pytest.mark.parametrize(
    ("text", "cited", "expected"),
    [
        ("Rain falls when clouds grow cold and heavy. [1]", (1,), (1, 1, True, False)),
        # A citation beside the point costs precision, not recall.
        ("Rain falls when clouds grow cold and heavy. [1] [2]", (1, 2), (2, 1, True, False)),
        # The wrong citation: the notes hold the sentence, so it is no invention.
        ("Rain falls when clouds grow cold and heavy. [2]", (2,), (1, 0, False, False)),
        ("Rain falls when clouds grow cold and heavy.", (), (0, 0, False, False)),
        # Words of one row and of the head of its table.
        ("January: Days: 12 [2]", (2,), (1, 1, True, False)),
        # Nothing in the notes says so, and the answer pretends that it does.
        ("Hail forms in 3 of 10 summer storms. [1]", (1,), (1, 0, False, True)),
    ],
)
def test_citations_are_held_against_the_passages_themselves(
    text: str, cited: tuple[int, ...], expected: tuple[int, int, bool, bool]
) -> None:
    assert checked(Claim(text, cited, 1.0, True)) == expected


def test_a_mark_on_a_sentence_without_support_counts_only_where_it_is_shown() -> None:
    invented = Claim("Fog is the breath of dragons.", (), 0.0, False)
    assert checked(invented, text="Fog is the breath of dragons. [?]") == (0, 0, False, False)
    assert checked(invented, text="Fog is the breath of dragons.") == (0, 0, False, True)


def test_citation_figures_are_means_over_answers(tmp_path: Path) -> None:
    items = load(tmp_path, item("a"), item("b"), item("c"))
    good, bad = Sentence("x", 2, 1, True, False), Sentence("y", 1, 0, False, True)
    figures = summarise(
        judge_all(
            items,
            [
                Prediction("a", answer="x y", sentences=(good, bad)),
                Prediction("b", answer="x", sentences=(good,)),
                Prediction("c", abstained=True),  # says nothing, so there is nothing to cite
            ],
        )
    )
    assert figures.citation_precision == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert figures.citation_recall == pytest.approx((1 / 2 + 1) / 2)
    assert figures.unmarked == 1


def test_costs_are_averaged_over_the_questions_that_have_them(tmp_path: Path) -> None:
    items = load(tmp_path, *(item(name) for name in "abcd"))
    costs = [Cost(1.0, 100, 10), Cost(2.0, 200, 20), Cost(6.0, 600, 60), None]
    made = [Prediction(one.id, cost=cost) for one, cost in zip(items, costs, strict=True)]
    figures = summarise(judge_all(items, made))
    assert (figures.seconds, figures.median_seconds) == (3.0, 2.0)
    assert (figures.tokens_read, figures.tokens_written) == (300, 30)


# ------------------------------------------------------------------- results and misses


def result(tmp_path: Path, *right: bool, name: str = "tutor-gpt2") -> Result:
    items = load(tmp_path, *(item(f"q{n}", question=f"What {n}?") for n in range(len(right))))
    predictions = [
        Prediction(one.id, ("Cells divide in two and grow again.",) if good else (),
                   "They divide." if good else "No idea.", False, ("cells.md:1-2",),
                   (Sentence("They divide.", 1, 1, True, False),), Cost(0.5, 10, 3))
        for one, good in zip(items, right, strict=True)
    ]  # fmt: skip
    evaluation = Evaluation(judge_all(items, predictions), len(items) + 1)
    return Result(evaluation, "items.jsonl", name, "0.1", {"passages": 5})


def test_a_saved_result_says_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    made = result(tmp_path, True, False, True)
    file = tmp_path / "result.json"
    save(file, made)
    assert is_result(file)
    again = load_result(file)
    assert document(again) == document(made)
    assert again.evaluation.overall == made.evaluation.overall
    assert not again.evaluation.complete


def test_a_result_can_be_split_by_what_the_items_have(tmp_path: Path) -> None:
    made = document(result(tmp_path, True, False), "doc")
    assert list(made["by_doc"]) == ["cells.md"]
    assert made["by_doc"]["cells.md"] == made["overall"]


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "evaluation"}', '{"type": "quiz"}'])
def test_what_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "result.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"result\.json is no result.*--out"):
        load_result(file)


@pytest.mark.parametrize(
    ("made", "fields", "expected"),
    [
        (Prediction("q1", ("x",), "They divide."), {}, ["was not found among the first 10"]),
        (Prediction("q1", (), "", True), {}, ["declined, though the notes hold", "not found"]),
        (Prediction("q1", ("Cells divide in two and grow again.",), "They grow."),
         {"must": [["divide", "split"]]}, ["lacks \u201cdivide\u201d or \u201csplit\u201d"]),
        (Prediction("q1", (), "They divide."), {"gold": []}, ["answered, though"]),
        (Prediction("q1", (), "", True), {"gold": []}, []),
    ],
)  # fmt: skip
def test_a_miss_says_what_is_wrong(
    tmp_path: Path, made: Prediction, fields: dict[str, object], expected: list[str]
) -> None:
    [one] = load(tmp_path, item(**fields))
    found = faults(judge(one, made))
    assert len(found) == len(expected)
    for fault, part in zip(found, expected, strict=True):
        assert part in fault


# --------------------------------------------------------------------------- comparing


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (8, 2, 0.109375), (3, 3, 1.0)],
)
def test_the_sign_test_gives_the_tabled_values(won: int, lost: int, p: float) -> None:
    assert sign_test(won, lost) == pytest.approx(p)
    assert sign_test(lost, won) == pytest.approx(p)


def test_the_sign_test_bears_large_numbers() -> None:
    assert 0 < sign_test(700, 600) < 0.01


def test_a_comparison_names_what_was_won_and_lost(tmp_path: Path) -> None:
    before = result(tmp_path, True, False, False, True).evaluation
    after = result(tmp_path, False, True, True, True, True).evaluation
    made = compare(before, after)
    assert [pair.after.item.id for pair in made.answers.won] == ["q1", "q2"]
    assert [pair.after.item.id for pair in made.answers.lost] == ["q0"]
    assert made.answers.p == 1.0
    assert made.left_out == 1
    assert (made.before.answer, made.after.answer) == (0.5, 0.75)


def test_results_of_different_questions_are_not_compared(tmp_path: Path) -> None:
    one = result(tmp_path, True).evaluation
    [other] = load(tmp_path, item("q0", question="Another question of the same name?"))
    with pytest.raises(SettingsError, match="no question in common"):
        compare(one, Evaluation((judge(other, Prediction("q0")),), 1))


# ------------------------------------------------------------------ the abstention curve


def test_the_curve_of_abstention_is_that_of_the_scores() -> None:
    scores = [(0.1, False), (0.2, False), (0.3, True), (0.4, False), (0.9, True)]
    decisions = [Decision(f"q{n}", "?", score, ok) for n, (score, ok) in enumerate(scores)]
    points = curve(decisions)
    assert [(one.precision, one.recall, one.false_alarms) for one in points] == [
        (1.0, pytest.approx(1 / 3), 0),
        (1.0, pytest.approx(2 / 3), 0),
        (pytest.approx(2 / 3), pytest.approx(2 / 3), 1),
        (0.75, 1.0, 1),
        (0.6, 1.0, 2),
    ]
    assert average_precision(points) == pytest.approx(1 / 3 + 1 / 3 + 0.75 / 3)


def test_a_threshold_that_declines_nothing_has_no_precision() -> None:
    decisions = [Decision("q", "?", 0.5, True)]
    assert at(decisions, 0.5) == Point(0.5, None, None, 0)  # what reaches it is answered


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
    predictions = [
        Prediction(p["id"], tuple(p["passages"]), p["answer"], p["abstained"]) for p in made
    ]
    outcomes = judge_all(load_items(file), predictions)

    assert as_reference_names(summarise(outcomes)) == score.summarise(rows)
    for axis, key in AXES.items():
        for one, row in zip(raw, rows, strict=True):
            row["group"] = str(one.get(axis) or "none")
        for group, figures in by(outcomes, key).items():
            expected = score.summarise([row for row in rows if row["group"] == group])
            assert as_reference_names(figures) == expected
