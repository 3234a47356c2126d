"""The crew itself: agents and tasks from ``agents.yaml``, put to work by CrewAI."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from crewai import Agent, Crew, Process, Task
from crewai.tasks.conditional_task import ConditionalTask
from crewai.tools import BaseTool
from crewai.tools.tool_failure import ToolFailurePolicy
from crewai.utilities.i18n import I18N_DEFAULT

from tutor.crew.model_adapter import AgentModel, shield
from tutor.crew.prompts import SLICES
from tutor.crew.roles import Roles
from tutor.errors import TutorError, UnusableReply

# CrewAI logs every error that it also raises, on the user's screen.
logging.getLogger("crewai").setLevel(logging.CRITICAL)

# CrewAI offers no other way to say it: its prompt_file is not read for tasks.
I18N_DEFAULT._prompts["slices"] |= SLICES


class Workforce:
    """Builds agents and tasks by their names in ``agents.yaml``, and runs them in order."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles

    def agent(self, name: str, model: AgentModel, tools: Sequence[BaseTool] = ()) -> Agent:
        """Return the agent that does the task ``name``; one try, no delegation, no chatter."""
        who = self.roles.agents[self.roles.tasks[name].agent]
        return Agent(
            role=who.role,
            goal=who.goal,
            backstory=who.backstory,
            llm=model,
            tools=list(tools),
            allow_delegation=False,
            cache=False,
            max_iter=1,
            max_retry_limit=0,
            verbose=False,
        )

    def task(
        self,
        name: str,
        agent: Agent,
        *,
        only_if: Callable[[], bool] | None = None,
        context: list[Task] | None = None,
        **values: str,
    ) -> Task:
        """Return the task ``name`` with its placeholders filled in.

        ``only_if`` is asked when the task's turn comes; a no skips it.
        """
        prompt = self.roles.tasks[name]
        fields: dict[str, Any] = {
            "description": shield(prompt.fill(**values)),
            "expected_output": prompt.expected_output,
            "agent": agent,
        }
        if context is not None:
            fields["context"] = context
        if only_if is None:
            return Task(**fields)
        return ConditionalTask(condition=lambda _output: only_if(), **fields)

    def run(self, tasks: Sequence[Task], failures: Callable[[], Sequence[BaseException]]) -> None:
        """Do the tasks one after the other.

        ``failures`` tells what went wrong inside models and tools, whose errors CrewAI wraps.

        Raises:
            TutorError: what a model or a tool raised, as it was.
        """
        agents = list({id(task.agent): task.agent for task in tasks if task.agent}.values())
        crew = Crew(
            agents=agents,
            tasks=list(tasks),
            process=Process.sequential,
            cache=False,
            memory=False,
            tool_failure_policy=ToolFailurePolicy.RAISE,
            tracing=False,
            verbose=False,
        )
        try:
            crew.kickoff()
        except Exception as error:
            for failure in failures():
                raise failure from error
            if isinstance(error, TutorError):
                raise
            raise UnusableReply(
                f"The crew stopped: {' '.join(str(error).split())}. Try again, or use --debug."
            ) from error
