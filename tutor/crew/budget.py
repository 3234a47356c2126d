"""Making prompts fit the model's context: what can be spared goes first, the question never."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tutor.errors import ModelUnavailable
from tutor.grounding.citations import number_passages
from tutor.llm.chat_model import ChatModel, Message
from tutor.schema import Passage

_SHORTEST_CUT = 200  # characters of the best passage that are still worth reading


def fit(
    messages: Sequence[Message], versions: Sequence[str], model: ChatModel, reply_tokens: int
) -> tuple[list[Message], int]:
    """Return ``messages`` with the longest of ``versions`` that leaves room for the reply.

    ``versions[0]`` is the text that the messages hold now; the others are ever shorter. The index
    of the version used is returned as well.

    Raises:
        ModelUnavailable: not even the shortest version fits.
    """
    for index, version in enumerate(versions):
        shorter = [replace(m, content=m.content.replace(versions[0], version)) for m in messages]
        if model.count_tokens(shorter) + reply_tokens <= model.context_size:
            return shorter, index
    raise ModelUnavailable(
        f"The question does not fit into the {model.context_size} tokens that {model.name} reads. "
        "Ask a shorter question, or choose a model with a longer context (`tutor model list`)."
    )


def passage_versions(passages: Sequence[Passage]) -> list[str]:
    """Return the numbered passages, then without the weakest, and so on, at last the best cut."""
    return list(_shorter_and_shorter(passages))


def _shorter_and_shorter(passages: Sequence[Passage]) -> Iterator[str]:
    for keep in range(len(passages), 0, -1):
        yield number_passages(passages[:keep])
    if passages:
        text = passages[0].text
        while len(text) > _SHORTEST_CUT:
            text = text[: len(text) // 2].rsplit(None, 1)[0]
            yield number_passages([replace(passages[0], text=text)])
