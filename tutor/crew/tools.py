"""The retriever's one tool: searching the notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crewai.tools import BaseTool
from pydantic import PrivateAttr

from tutor.crew.model_adapter import shield
from tutor.grounding.citations import number_passages
from tutor.schema import Passage


class SearchNotes(BaseTool):
    """Searches the notes; what it finds, numbered, is the retriever's answer.

    ``result_as_answer`` ends the retriever's turn with the passages themselves: a second model
    call could only spoil them.
    """

    name: str = "search_notes"
    description: str = "Search the course notes. Takes a query of a few words."
    result_as_answer: bool = True
    _search: Callable[[str], Sequence[Passage]] = PrivateAttr()
    _passages: tuple[Passage, ...] = PrivateAttr(default=())
    _failure: BaseException | None = PrivateAttr(default=None)

    def __init__(self, search: Callable[[str], Sequence[Passage]], **fields: Any) -> None:
        super().__init__(**fields)
        self._search = search

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What the last search found, best first."""
        return self._passages

    @property
    def failure(self) -> BaseException | None:
        """What ended the last search, if it failed: CrewAI passes on only its text."""
        return self._failure

    def _run(self, query: str) -> str:
        try:
            self._passages = tuple(self._search(query))
        except BaseException as error:
            self._failure = error
            raise
        return shield(number_passages(self._passages))
