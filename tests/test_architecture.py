"""The rules of the house: imports run one way, and each heavy package has one home."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "tutor"

LAYERS: list[set[str]] = [
    {"errors", "schema", "settings", "bundled", "__init__"},
    {"llm"},
    {"ingestion", "grounding", "progress"},
    {"index", "conversations"},
    {"retrieval"},
    {"quiz"},
    {"study"},
    {"crew"},
    {"parts"},
    {"notes"},
    {"topic_search", "learner"},
    {"app"},
    {"doctor"},
    {"terminal", "cli", "__main__"},
]
LEAVES = {"training", "evaluation"}

QUIZ_LAYERS: list[set[str]] = [
    {"english", "items"},
    {"knowledge"},
    {"topics", "formats", "wording", "questions", "distractors", "verdict_cues"},
    {"contrasts", "levels", "grading"},
    {"gates"},
    {"desk", "trust"},
    {"makers", "selection"},
    {"repertoire"},
    {"drafting", "lint", "editing", "export"},
    {"by_model", "rings"},
]

HOMES = {
    "chromadb": {"index/vector_store.py"},
    "llama_cpp": {"llm", "index/query_encoder.py", "training"},
    "torch": {"index/embedder.py", "index/cross_encoder.py", "training"},
    "sentence_transformers": {"index/embedder.py", "index/cross_encoder.py"},
    "crewai": {"crew"},
    "langchain_text_splitters": {"ingestion"},
    "markitdown": {"ingestion"},
    "fpdf": {"quiz/formats"},
    "fontTools": {"quiz/formats"},
    "genanki": {"quiz/formats"},
    "fsrs": {"progress/scheduler.py"},
    "rich": {"terminal", "cli.py"},
    "prompt_toolkit": {"terminal"},
    "typer": {"cli.py", "terminal"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


def layer(room: str) -> int:
    return next(i for i, rooms in enumerate(LAYERS) if room in rooms)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path.relative_to(PACKAGE).parts)
    for name in imported(path):
        if not name.startswith("tutor."):
            continue
        target = name.split(".")[1]
        if target in {"__version__", room}:
            continue
        if target in LEAVES:
            # A leaf is opened only by the command line, for the command that it serves.
            assert room in {"cli", "terminal"}, f"{path} imports the leaf {target}"
        elif room not in LEAVES:
            assert layer(target) < layer(room) or {room, target} <= LAYERS[-1] | LAYERS[0], (
                f"{path} imports {target}, which comes after it"
            )


@pytest.mark.parametrize(
    "path",
    sorted((PACKAGE / "quiz").rglob("[!_]*.py")),
    ids=lambda p: str(p.relative_to(PACKAGE / "quiz")),
)
def test_the_steps_to_a_quiz_run_one_way(path: Path) -> None:
    def step(part: str) -> int:
        return next(i for i, parts in enumerate(QUIZ_LAYERS) if part in parts)

    part = room_of(path.relative_to(PACKAGE / "quiz").parts)
    for name in imported(path):
        if name.startswith("tutor.quiz."):
            target = name.split(".")[2]
            assert target == part or step(target) <= step(part), (
                f"{path} imports {target}, which comes after it"
            )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_packages_stay_in_their_homes(path: Path) -> None:
    relative = path.relative_to(PACKAGE).as_posix()
    for name in imported(path):
        homes = HOMES.get(name.split(".")[0])
        if homes is not None:
            at_home = any(relative == home or relative.startswith(home + "/") for home in homes)
            assert at_home, f"{relative} imports {name}, which belongs in {sorted(homes)}"


def test_help_loads_nothing_heavy() -> None:
    heavy = set(HOMES) - {"rich", "prompt_toolkit", "typer"} | {"transformers", "bm25s", "numpy"}
    probe = f"import sys, tutor.cli; print(*({heavy!r} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == ""


def test_one_question_does_not_wait_for_the_prompt_of_the_chat() -> None:
    probe = (
        "import sys, tutor.terminal.actions, tutor.terminal.live, tutor.terminal.greeting,"
        " tutor.terminal.small_talk; print('prompt_toolkit' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == "False"
