"""How the explainer's model reads the passages: all in one prompt, or each in one of its own.

Both readers are chat models. They take the explainer's messages, in which CrewAI put all of the
passages, and see to it that what the model gets fits into its context.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tutor.crew.budget import fit, passage_versions
from tutor.grounding.citations import number_passages, with_marker
from tutor.grounding.sentences import split_sentences
from tutor.llm.chat_model import (
    ChatModel,
    Completion,
    Decoding,
    MarginalCompletion,
    MarginalModel,
    Message,
    Reading,
    Relay,
    gives_probabilities,
)
from tutor.llm.marginal import posterior
from tutor.schema import Passage, RagMode

TEMPERATURE = 0.1
"""Of the softmax that makes p(passage | question) of the retriever's scores: with it, the passages
that hold the answers to two sets of questions are the most probable (benchmarks/rag_modes.py)."""

Passages = Callable[[], Sequence[Passage]]
"""The passages that stand in the messages, numbered; known when the explainer's turn comes."""


class InOnePrompt(Relay):
    """Reads all the passages that fit in one prompt, best first."""

    def __init__(self, model: ChatModel, passages: Passages) -> None:
        super().__init__(model)
        self._passages = passages
        self.read = 0

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply to ``messages``; see ``ChatModel.complete``. ``read`` passages were in them."""
        passages = self._passages()
        shorter, left_out = fit(
            messages, passage_versions(passages), self._model, decoding.max_tokens
        )
        self.read = max(1, len(passages) - left_out)
        return self._model.complete(
            shorter, decoding, agent=agent, on_token=on_token, cancelled=cancelled
        )


class OneByOne(InOnePrompt):
    """Has each passage read by itself, and one reply written from all of them.

    In its own prompt every passage has the number 1; which one a sentence rests on is decided
    here, by Bayes' rule.
    """

    def __init__(self, model: MarginalModel, mode: RagMode, passages: Passages) -> None:
        super().__init__(model, passages)
        self._marginal = model
        self._mode = mode

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply to ``messages``; see ``ChatModel.complete``. ``read`` passages were read."""
        passages = self._passages()
        probable = sorted(range(len(passages)), key=lambda i: -passages[i].score)
        reply = self._marginal.complete_from(
            [self._reading(messages, passages, i, decoding.max_tokens) for i in probable],
            self._mode,
            decoding,
            on_token=on_token,
            cancelled=cancelled,
        )
        self.read = len(reply.log_prior)
        return replace(reply.completion, text=cite(reply, [i + 1 for i in probable]))

    def _reading(
        self, messages: Sequence[Message], passages: Sequence[Passage], index: int, reply: int
    ) -> Reading:
        """Return the messages with only one of the passages, cut if it is too long."""
        passage = passages[index]
        whole, alone = number_passages(passages), number_passages([passage])
        single = [replace(m, content=m.content.replace(whole, alone)) for m in messages]
        fitting, _ = fit(single, passage_versions([passage]), self._model, reply)
        return Reading(tuple(fitting), passage.score / TEMPERATURE)


def cite(reply: MarginalCompletion, numbers: Sequence[int]) -> str:
    """Return the reply's text, each marker in it naming the passage most probable for its sentence.

    ``numbers`` are the passages' own, by reading. What counts for a sentence is
    p(passage | question, the tokens of the sentence).
    """
    text, ends = reply.completion.text, np.array(reply.ends)
    cited, at = "", 0
    for sentence in split_sentences(text):
        start = text.index(sentence, at)
        end = start + len(sentence)
        likelihoods = reply.likelihoods[(ends > start) & (ends <= end)]
        best = int(posterior(likelihoods, reply.log_prior).argmax())
        cited += text[at:start] + with_marker(sentence, numbers[best])
        at = end
    return cited + text[at:]


def open_reader(model: ChatModel, mode: RagMode, passages: Passages) -> InOnePrompt:
    """Return what reads the passages; ``mode`` is for models that give their probabilities."""
    if mode is not RagMode.PROMPT and gives_probabilities(model):
        return OneByOne(model, mode, passages)
    return InOnePrompt(model, passages)
