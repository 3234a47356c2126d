"""``agents.yaml`` is checked when it is read, and every complaint names the file and the key."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tutor import bundled
from tutor.crew.roles import AGENTS, TASKS, TaskPrompt, load_roles
from tutor.errors import SettingsError


def test_the_bundled_file_is_valid_and_complete() -> None:
    roles = load_roles(bundled.agents_file())
    assert set(roles.agents) == set(AGENTS)
    assert set(roles.tasks) == set(TASKS)


def test_filling_takes_values_literally() -> None:
    prompt = TaskPrompt("explainer", "Answer {question} about {topic}.", "text")
    assert prompt.fill(question="{topic} {{x}}", topic="a {question}") == (
        "Answer {topic} {{x}} about a {question}."
    )


def test_examples_fill_the_description_as_a_student_of_it_would() -> None:
    examples = load_roles(bundled.agents_file()).tasks["ask_for_term"].examples
    assert examples
    for values, reply in examples:
        assert set(values) == TASKS["ask_for_term"]
        assert reply.endswith("?")
        assert values["term"] not in reply.lower()


def drop(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for key in keys[:-1]:
            document = document[key]
        del document[keys[-1]]

    return change


def put(value: Any, *keys: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (drop("agents", "retriever", "goal"), "agents.retriever lacks goal"),
        (drop("tasks", "explain"), "tasks lacks explain"),
        (put("x", "agents", "explainer", "gaol"), "agents.explainer has the unknown key gaol"),
        (put("", "agents", "explainer", "role"), "agents.explainer.role should be some text"),
        (put(7, "tasks", "search", "expected_output"), "tasks.search.expected_output should be"),
        (put("nobody", "tasks", "search", "agent"), "tasks.search.agent is 'nobody'"),
        (put("Ask {qestion}", "tasks", "explain", "description"), "uses {qestion}"),
        (put("Just talk", "tasks", "explain", "description"), "must use {question}"),
        (put([], "agents"), "agents should hold"),
        (put("x", "tasks", "tell_case", "examples"), "examples should be a list"),
        (
            put([{"term": "x"}], "tasks", "tell_case", "examples"),
            "[1] lacks meaning, reply",
        ),
    ],
)
def test_mistakes_are_named(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], complaint: str
) -> None:
    document = yaml.safe_load(bundled.agents_file().read_text(encoding="utf-8"))
    change(document)
    file = tmp_path / "agents.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_roles(file)
    assert complaint in str(error.value)
    assert str(file) in str(error.value)


def test_broken_yaml_and_missing_files_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "agents.yaml"
    with pytest.raises(SettingsError, match="cannot be read"):
        load_roles(file)
    file.write_text("agents: [")
    with pytest.raises(SettingsError) as error:
        load_roles(file)
    assert "\n" not in str(error.value)
