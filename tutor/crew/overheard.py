"""A chat model that reports each of its replies, with the prompt as it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence

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
from tutor.schema import ModelCalled, RagMode, Usage

Report = Callable[[ModelCalled], None]


class _Overheard(Relay):
    """Passes everything on to ``model``, and tells ``report`` of its replies."""

    def __init__(self, model: ChatModel, report: Report) -> None:
        super().__init__(model)
        self._report = report

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply to ``messages``; see ``ChatModel.complete``."""
        reply = self._model.complete(
            messages, decoding, agent=agent, on_token=on_token, cancelled=cancelled
        )
        self._tell(agent, messages, decoding, reply)
        return reply

    def _tell(
        self, agent: str, messages: Sequence[Message], decoding: Decoding, reply: Completion
    ) -> None:
        schema = json.dumps(decoding.json_schema) if decoding.json_schema else ""
        self._report(
            ModelCalled(
                agent=agent,
                model=self.name,
                messages=tuple((message.role, message.content) for message in messages),
                grammar=decoding.grammar or schema,
                reply=reply.text,
                finish=reply.finish,
                usage=Usage(
                    reply.prompt_tokens,
                    reply.completion_tokens,
                    reply.reused_tokens,
                    reply.seconds,
                ),
            )
        )


class _OverheardMarginal(_Overheard):
    """The same for a model that reads passages apart; the prompts are told one after the other."""

    def __init__(self, model: MarginalModel, report: Report) -> None:
        super().__init__(model, report)
        self._marginal = model

    def complete_from(
        self,
        readings: Sequence[Reading],
        mode: RagMode,
        decoding: Decoding,
        *,
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> MarginalCompletion:
        """Reply to what ``readings`` say together; see ``MarginalModel.complete_from``."""
        reply = self._marginal.complete_from(
            readings, mode, decoding, on_token=on_token, cancelled=cancelled
        )
        read = readings[: len(reply.log_prior)]
        messages = [message for reading in read for message in reading.messages]
        self._tell("explainer", messages, decoding, reply.completion)
        return reply


def overheard(model: ChatModel, report: Report) -> ChatModel:
    """Return ``model`` with ``report`` being told of each reply; it can do all that it could."""
    if gives_probabilities(model):
        return _OverheardMarginal(model, report)
    return _Overheard(model, report)
