"""The eval command from questions to figures: real notes, real index, the bundled model."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import quiz_notes
import rock_notes

from tutor import cli
from tutor.app import Tutor
from tutor.evaluation import run
from tutor.evaluation.dataset import Item, Prediction, load_items
from tutor.evaluation.metrics import judge_all, summarise
from tutor.evaluation.results import load

QUESTIONS: list[dict[str, object]] = [
    {"id": "q1", "kind": "fact", "question": "Who described the rock cycle in 1830?",
     "gold": ["Charles Lyell described it in 1830."], "must": [["lyell"]]},
    {"id": "q2", "kind": "list", "question": "What are the types of rock?",
     "gold": ["There are three types of rock: 1. Igneous rock"],
     "must": [["igneous"], ["sedimentary"], ["metamorphic"]]},
    {"id": "q3", "kind": "followup", "question": "What forms it?", "difficulty": 2,
     "history": [{"role": "user", "text": "What is igneous rock?"},
                 {"role": "tutor", "text": "Igneous rock is one of three types of rock."}],
     "gold": ["Forms when magma cools. Granite is an example."], "must": [["magma"]]},
    {"id": "q4", "kind": "fact", "question": "How long does the rock cycle take?",
     "gold": ["The cycle takes about 200 million years."], "must": [["a phrase of no answer"]]},
    {"id": "q5", "kind": "unanswerable", "question": "How do I train a GPT-4 transformer?"},
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two small courses."""
    folder = tmp_path_factory.mktemp("home")
    notes = folder / "notes"
    notes.mkdir()
    (notes / "rocks.md").write_text(rock_notes.ROCKS, encoding="utf-8")
    (notes / "volcanoes.txt").write_text(rock_notes.VOLCANOES, encoding="utf-8")
    networks = folder / "networks.md"
    networks.write_text(quiz_notes.NETWORKS, encoding="utf-8")
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUTOR_HOME", str(folder / "data"))
        assert cli.run(["ingest", str(notes), "--course", "rocks"]) == 0
        assert cli.run(["ingest", str(networks), "--course", "networks"]) == 0
    return folder


@pytest.fixture(autouse=True)
def _use_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_HOME", str(home / "data"))


@pytest.fixture(scope="module")
def measured(home: Path) -> Path:
    """The result of the questions, saved; the predictions stand beside it."""
    out = home / "result.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUTOR_HOME", str(home / "data"))
        questions, predictions = str(home / "questions.jsonl"), str(home / "predictions.jsonl")
        arguments = ["eval", questions, "-c", "rocks", "--out", str(out)]
        assert cli.run([*arguments, "--predictions", predictions]) == 0
    return out


def test_the_real_pipeline_is_measured(home: Path, measured: Path) -> None:
    evaluation = load(measured).evaluation
    right = {outcome.item.id: outcome.right for outcome in evaluation.outcomes}
    assert right == {"q1": True, "q2": True, "q3": True, "q4": False, "q5": True}
    assert evaluation.overall.recall[5] == 1.0
    assert evaluation.overall.unmarked == 0
    assert evaluation.overall.citation_recall == 1.0
    assert evaluation.overall.median_seconds
    assert evaluation.overall.tokens_written
    # Scored from the predictions alone, as another program would, the figures are the same.
    lines = (home / "predictions.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    made = [
        Prediction(p["id"], tuple(p["passages"]), p["answer"], p["abstained"])
        for p in map(json.loads, lines)
    ]
    again = summarise(judge_all(load_items(home / "questions.jsonl"), made))
    assert (again.mrr, again.answer, again.words) == (
        evaluation.overall.mrr,
        evaluation.overall.answer,
        evaluation.overall.words,
    )


def test_a_saved_result_is_read_again_with_its_misses(
    measured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["eval", str(measured), "--misses", "--by", "difficulty"]) == 0
    out = capsys.readouterr().out
    assert "5 questions of questions.jsonl, answered by " in out
    assert "Difficulty" in out
    assert "Asked     How long does the rock cycle take?" in out
    assert "at rank 1, rocks.md:" in out
    assert "Wrong     the answer lacks \u201ca phrase of no answer\u201d" in out
    assert "Who described" not in out  # what went right is not among the misses
    assert max(map(len, out.split("Declining")[0].splitlines())) <= 80


def test_the_whole_result_is_printed_as_json(
    measured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["eval", str(measured), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole == json.loads(measured.read_text())
    assert set(whole["by_kind"]) == {"fact", "list", "followup", "unanswerable"}
    assert whole["settings"]["course"] == "rocks"
    assert whole["items"][0]["found"]
    assert (whole["asked"], whole["of"]) == (5, 5)


def test_two_results_are_shown_side_by_side(
    measured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    whole = json.loads(measured.read_text())
    whole["items"][3]["right"] = True
    other.write_text(json.dumps(whole))
    assert cli.run(["eval", "--compare", str(measured), str(other)]) == 0
    out = capsys.readouterr().out
    assert "A is result.json, B other.json" in out
    assert "Answered rightly: B won 1 and lost 0 (p = 1.000" in out
    assert "+ q4 How long does the rock cycle take?" in out
    assert "Found within 5 passages: the same questions in both." in out


def test_ctrl_c_keeps_what_was_measured(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real = run.answerer_of

    def interrupted(tutor: Tutor, *rest: object) -> Callable[[Item], Prediction]:
        answer = real(tutor, *rest)  # type: ignore[arg-type]

        def pressing(item: Item) -> Prediction:
            if item.id == "q3":
                signal.raise_signal(signal.SIGINT)
            return answer(item)

        return pressing

    monkeypatch.setattr(run, "answerer_of", interrupted)
    out = tmp_path / "part.json"
    questions = str(home / "questions.jsonl")
    assert cli.run(["eval", questions, "-c", "rocks", "--out", str(out)]) == 130
    assert "2 of 5 questions of questions.jsonl" in capsys.readouterr().out
    assert [one.item.id for one in load(out).evaluation.outcomes] == ["q1", "q2"]
    assert cli.run(["eval", str(out)]) == 0  # to be read like any other


def test_a_drafted_set_can_be_measured_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "draft.jsonl"
    make = ["eval", "--make", "6", "-c", "networks", "--out", str(out), "--seed", "3"]
    assert cli.run(make) == 0
    assert "6 questions written to" in capsys.readouterr().err
    assert cli.run(make) == 2  # it may hold corrections by now
    assert "may hold corrections" in capsys.readouterr().err
    assert cli.run([*make[:5], "--seed", "3"]) == 0
    assert capsys.readouterr().out == out.read_text()
    assert cli.run(["eval", str(out), "-c", "networks", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["recall@5"] >= 0.8


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Name a file of questions"),
        (["a.jsonl", "--make", "3"], "Name a file of questions"),
        (["nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["--compare", "a.json", "b.json"], "a.json cannot be read"),
        (["--make", "0"], "between 1 and 1000"),
        (["a.jsonl", "--by", "mood"], "mood"),
    ],
)
def test_wrong_usage_is_said_in_one_line(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["eval", *arguments]) == 2
    err = capsys.readouterr().err
    assert complaint in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("target", ["questions.jsonl", "nowhere/result.json", "."])
def test_a_result_that_could_not_be_written_is_refused_before_the_work(
    home: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = home / "questions.jsonl"
    before = questions.read_text()
    assert cli.run(["eval", str(questions), "--out", str(home / target)]) == 2
    assert "Name a new file" in capsys.readouterr().err
    assert questions.read_text() == before


def test_predictions_cannot_be_written_from_a_saved_result(
    measured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.jsonl"
    assert cli.run(["eval", str(measured), "--predictions", str(file)]) == 2
    assert "Name the questions" in capsys.readouterr().err
    assert not file.exists()
