"""The retriever's query: written by the model under a grammar, or the question itself."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence

from tutor.errors import UnusableReply
from tutor.llm import grammar
from tutor.llm.chat_model import ChatModel, Completion, Decoding, Message, Relay

_QUERY = re.compile(r"^Query: (.+)$", re.MULTILINE)
_GRAMMAR = grammar.rules(
    root=grammar.sequence(
        grammar.literal("Thought: "), "thought", grammar.literal("\nQuery: "), "query"
    ),
    thought=grammar.text(120),
    query=grammar.text(80, least=3),
)

DECODING = Decoding(max_tokens=240, grammar=_GRAMMAR)
"""How a query is written: one line of thought, then the query. The grammar ends it sooner."""


class AsAsked(Relay):
    """Stands in for a model where the question itself is the query, and costs nothing."""

    def __init__(self, model: ChatModel, question: str) -> None:
        super().__init__(model)
        self._question = question

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply with the question as query."""
        return Completion(f"Query: {self._question}", 0, 0, 0.0, "stop")


def read_query(reply: str) -> dict[str, str]:
    """Return the arguments of the search tool.

    A server that knows no grammars may write something else; its last line is then the query.

    Raises:
        UnusableReply: there is no query.
    """
    found = _QUERY.search(reply)
    query = found[1] if found else " ".join(reply.strip().splitlines()[-1:])[:200]
    if not query.strip():
        raise UnusableReply(
            "The model wrote no search query. Ask again, or choose another model (`tutor model`)."
        )
    return {"query": query.strip()}
