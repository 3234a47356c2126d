"""Read ``agents.yaml``: who is in the crew, and what each member is asked to do.

Everything is checked when the file is read, before a model is loaded, and every complaint names
the file and the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tutor.errors import SettingsError

AGENTS = ("retriever", "explainer", "quiz_maker")
TASKS = {
    "search": frozenset({"question", "conversation"}),
    "explain": frozenset({"question"}),
    "think": frozenset({"question"}),
    "explain_section": frozenset({"topic", "level", "section", "passages"}),
    "write_item": frozenset({"passage", "kind", "level", "form"}),
    "ask_for_term": frozenset({"term", "meaning"}),
    "tell_case": frozenset({"term", "meaning"}),
}
"""The tasks, and the placeholders that each one's description may use."""

_NEEDED = {
    "search": {"question"},
    "explain": {"question"},
    "think": {"question"},
    "explain_section": {"topic", "section", "passages"},
    "write_item": {"passage"},
    "ask_for_term": {"term", "meaning"},
    "tell_case": {"term", "meaning"},
}
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True, slots=True)
class AgentRole:
    """Who an agent is; ``key`` is its name in the file."""

    key: str
    role: str
    goal: str
    backstory: str


@dataclass(frozen=True, slots=True)
class TaskPrompt:
    """What an agent is asked to do; ``description`` may hold placeholders in braces.

    ``examples`` are values for these, each with the reply that they should bring; the model reads
    them as earlier turns.
    """

    agent: str
    description: str
    expected_output: str
    examples: tuple[tuple[Mapping[str, str], str], ...] = ()

    def fill(self, **values: str) -> str:
        """Return the description with its placeholders replaced, each value taken literally."""
        filled = _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), self.description)
        return filled.strip()


@dataclass(frozen=True, slots=True)
class Roles:
    """The whole of ``agents.yaml``."""

    agents: Mapping[str, AgentRole]
    tasks: Mapping[str, TaskPrompt]


def load_roles(path: Path) -> Roles:
    """Read and check the crew's roles and prompts.

    Raises:
        SettingsError: the file cannot be read, or a key is missing, unknown, empty or uses a
            placeholder that its task does not have.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. Check --agents.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid YAML: {_one_line(error)}.") from error
    reader = _Reader(path)
    top = reader.section(document, "the file", {"agents", "tasks"})
    agents = reader.section(top["agents"], "agents", set(AGENTS))
    tasks = reader.section(top["tasks"], "tasks", set(TASKS))
    return Roles(
        agents={key: reader.agent(key, agents[key]) for key in AGENTS},
        tasks={key: reader.task(key, tasks[key]) for key in TASKS},
    )


class _Reader:
    """Takes the YAML apart; holds the path so that every complaint can name it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def section(
        self, value: Any, key: str, names: set[str], optional: Set[str] = frozenset()
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise SettingsError(f"{self.path}: {key} should hold {', '.join(sorted(names))}.")
        if unknown := set(map(str, value)) - names - optional:
            raise SettingsError(
                f"{self.path}: {key} has the unknown key {', '.join(sorted(unknown))}; "
                f"it may hold {', '.join(sorted(names | optional))}."
            )
        if missing := names - set(value):
            raise SettingsError(f"{self.path}: {key} lacks {', '.join(sorted(missing))}.")
        return value

    def text(self, fields: dict[str, Any], key: str, name: str) -> str:
        value = fields[name]
        if not isinstance(value, str) or not value.strip():
            raise SettingsError(f"{self.path}: {key}.{name} should be some text.")
        return value.strip()

    def agent(self, name: str, value: Any) -> AgentRole:
        key = f"agents.{name}"
        fields = self.section(value, key, {"role", "goal", "backstory"})
        role, goal, backstory = (self.text(fields, key, f) for f in ("role", "goal", "backstory"))
        return AgentRole(name, role, goal, backstory)

    def task(self, name: str, value: Any) -> TaskPrompt:
        key = f"tasks.{name}"
        fields = self.section(
            value, key, {"agent", "description", "expected_output"}, optional={"examples"}
        )
        agent = self.text(fields, key, "agent")
        if agent not in AGENTS:
            raise SettingsError(
                f"{self.path}: {key}.agent is {agent!r}; it should be one of {', '.join(AGENTS)}."
            )
        description = self.text(fields, key, "description")
        used = set(_PLACEHOLDER.findall(description))
        if unknown := used - TASKS[name]:
            raise SettingsError(
                f"{self.path}: {key}.description uses {{{', '.join(sorted(unknown))}}}; "
                f"it may use {', '.join('{' + p + '}' for p in sorted(TASKS[name]))}."
            )
        if missing := _NEEDED[name] - used:
            raise SettingsError(
                f"{self.path}: {key}.description must use {{{', '.join(sorted(missing))}}}."
            )
        expected = self.text(fields, key, "expected_output")
        return TaskPrompt(agent, description, expected, self.examples(fields, key, TASKS[name]))

    def examples(
        self, fields: dict[str, Any], key: str, placeholders: Set[str]
    ) -> tuple[tuple[Mapping[str, str], str], ...]:
        found = fields.get("examples", [])
        if not isinstance(found, list):
            raise SettingsError(f"{self.path}: {key}.examples should be a list.")
        read = []
        for number, one in enumerate(found, 1):
            name = f"{key}.examples[{number}]"
            values = self.section(one, name, {*placeholders, "reply"})
            texts = {field: self.text(values, name, field) for field in values}
            reply = texts.pop("reply")
            read.append((texts, reply))
        return tuple(read)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
