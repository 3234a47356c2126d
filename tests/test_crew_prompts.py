"""What the model reads is what ``crew.prompts`` says: training examples are rendered by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import ScriptedModel

from tutor import bundled
from tutor.app import open_tutor
from tutor.crew.crew import Workforce
from tutor.crew.explaining import LEVELS
from tutor.crew.model_adapter import AgentModel, Wire
from tutor.crew.prompts import conversation, messages
from tutor.crew.quizmaking import KIND_NAMES
from tutor.crew.quizmaking import LEVELS as QUIZ_LEVELS
from tutor.crew.roles import load_roles
from tutor.grounding.citations import number_passages
from tutor.llm.chat_model import Decoding
from tutor.quiz.by_model.drafts import FORMS
from tutor.schema import ItemKind, Level, Passage, Turn
from tutor.settings import Settings

ROLES = load_roles(bundled.agents_file())
NOTES = (
    "# Rivers\n\n## Delta\n\nA delta is a landform that a river builds where it meets a lake. In "
    "the {notes} of our class it has {{ braces }}.\n\n## Meander\n\nA meander is a bend of a river."
)
HISTORY = [Turn("user", "What is a meander?"), Turn("tutor", "A meander is a bend [1].")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "rivers.md").write_text(NOTES, encoding="utf-8")
    open_tutor(Settings(home=folder / "home")).ingest([folder / "rivers.md"], course="rivers")
    return folder / "home"


@pytest.mark.parametrize("think", [False, True])
def test_the_crew_sends_these_words_for_a_question(home: Path, think: bool) -> None:
    tutor = open_tutor(Settings(home=home))
    model = ScriptedModel("Thought: Deltas.\nQuery: river delta", "A delta is a landform [1].")
    tutor.parts.model = model
    given = tutor.ask("What are deltas good for?", history=HISTORY, think=think)
    (_, searched, _), (_, explained, _) = model.calls
    assert list(searched) == messages(
        ROLES, "search", question=given.query, conversation=conversation(HISTORY, 600)
    )
    assert "{notes}" in explained[1].content
    assert list(explained) == messages(
        ROLES,
        "think" if think else "explain",
        context=number_passages(given.passages),
        question=given.query,
    )


PASSAGE = Passage("", "", ("Rivers",), "A delta {is} flat.", 1, 1, None, (), 0.0, 0.0)


@pytest.mark.parametrize(
    ("task", "values"),
    [
        (
            "explain_section",
            {
                "passages": number_passages([PASSAGE]),
                "topic": "deltas",
                "section": "What it is",
                "level": LEVELS[Level.BEGINNER],
            },
        ),
        (
            "write_item",
            {
                "passage": "1. A delta {is} flat.",
                "kind": KIND_NAMES[ItemKind.CLOZE],
                "level": QUIZ_LEVELS[1],
                "form": FORMS[ItemKind.CLOZE],
            },
        ),
    ],
)
def test_the_crew_sends_these_words_for_its_other_tasks(task: str, values: dict[str, str]) -> None:
    model = ScriptedModel("Well.")
    adapter = AgentModel(model, Wire("someone", Decoding()))
    workforce = Workforce(ROLES)
    workforce.run([workforce.task(task, workforce.agent(task, adapter), **values)], list)
    assert list(model.calls[0][1]) == messages(ROLES, task, **values)
