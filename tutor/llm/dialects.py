"""How servers that speak the OpenAI protocol differ in what the protocol leaves open.

A server is known by the ``owned_by`` of its model list. Grammars, exact token counts and the
sampling that goes on behind one's back are each server's own; the rest is common ground.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutor.llm import grammar
from tutor.llm.chat_model import Decoding, Message

_BYTES_PER_TOKEN = 3.5  # English runs to 4 and more; other scripts take 2 to 4 bytes a character
_TOKENS_PER_MESSAGE = 8  # role and turn markers of the usual templates take 4 to 7

# These servers sample from the likeliest 40 tokens and punish repetition unless told otherwise.
_PLAIN_SAMPLING = {"top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}


Ask = Callable[..., Any]
"""``ask(path, body=None)`` uses a path of the server outside ``/v1`` and returns its answer."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Any server: JSON Schema as OpenAI has it, GBNF in the field that llama.cpp introduced."""

    extra: dict[str, Any] = field(default_factory=dict)

    def structure(self, decoding: Decoding) -> dict[str, Any]:
        """Return the fields of a request that force the reply into a grammar or schema."""
        if decoding.json_schema is not None:
            schema = {"name": "reply", "strict": True, "schema": decoding.json_schema}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        return {} if decoding.grammar is None else {"grammar": decoding.grammar}

    def context_size(self, model: dict[str, Any], ask: Ask) -> int | None:
        """Return the tokens that fit, from the model's entry in the list or by asking."""
        return None

    def count_tokens(self, model: str, messages: Sequence[Message], ask: Ask) -> int:
        """Return the length of a prompt; without a tokenizer an estimate, rather too high."""
        size = sum(len(m.content.encode("utf-8", "replace")) for m in messages)
        return int(size / _BYTES_PER_TOKEN) + _TOKENS_PER_MESSAGE * (len(messages) + 1)


class LlamaServer(Dialect):
    """``llama-server``, the one that comes with llama.cpp."""

    def context_size(self, model: dict[str, Any], ask: Ask) -> int | None:
        """Return the context of one slot, from ``/props``."""
        size: int | None = ask("/props").get("default_generation_settings", {}).get("n_ctx")
        return size

    def count_tokens(self, model: str, messages: Sequence[Message], ask: Ask) -> int:
        """Return the exact length: the server renders its template and tokenises the outcome."""
        body = [{"role": m.role, "content": m.content} for m in messages]
        prompt = ask("/apply-template", {"messages": body})["prompt"]
        tokens = ask("/tokenize", {"content": prompt, "add_special": True, "parse_special": True})
        return len(tokens["tokens"])


class LlamaCppPython(Dialect):
    """``python -m llama_cpp.server``."""

    def structure(self, decoding: Decoding) -> dict[str, Any]:
        """Return a grammar even for a schema: this server lets control characters into JSON."""
        if decoding.json_schema is not None:
            return {"grammar": grammar.from_schema(decoding.json_schema)}
        return super().structure(decoding)

    def count_tokens(self, model: str, messages: Sequence[Message], ask: Ask) -> int:
        """Return the length of the contents, plus an estimate for the template around them."""
        text = "\n".join(f"{m.role}\n{m.content}" for m in messages)
        count = int(ask("/extras/tokenize/count", {"model": model, "input": text})["count"])
        return count + _TOKENS_PER_MESSAGE * (len(messages) + 1)


class Vllm(Dialect):
    """``vllm serve``."""

    def structure(self, decoding: Decoding) -> dict[str, Any]:
        """Return grammars in vLLM's own field."""
        if decoding.grammar is not None and decoding.json_schema is None:
            return {"structured_outputs": {"grammar": decoding.grammar}}
        return super().structure(decoding)

    def context_size(self, model: dict[str, Any], ask: Ask) -> int | None:
        """Return ``max_model_len``, which stands in the model list."""
        return model.get("max_model_len")

    def count_tokens(self, model: str, messages: Sequence[Message], ask: Ask) -> int:
        """Return the exact length: the server renders its template and tokenises the outcome."""
        body = [{"role": m.role, "content": m.content} for m in messages]
        return int(ask("/tokenize", {"model": model, "messages": body})["count"])


def dialect_of(owner: str) -> Dialect:
    """Return the dialect of the server whose models are ``owned_by`` this."""
    known: dict[str, Dialect] = {
        "llamacpp": LlamaServer(_PLAIN_SAMPLING),
        "me": LlamaCppPython(_PLAIN_SAMPLING),
        "vllm": Vllm(),
    }
    return known.get(owner, Dialect())
