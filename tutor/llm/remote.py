"""A chat model behind a server that speaks the OpenAI protocol: llama.cpp, vLLM, Ollama, ..."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
from openai.types.chat import ChatCompletionChunk
from openai.types.completion_usage import CompletionUsage

from tutor.errors import ModelUnavailable, SettingsError, UnusableReply
from tutor.llm.background import turn, until_cancelled
from tutor.llm.chat_model import Completion, Decoding, Message
from tutor.llm.dialects import Dialect, dialect_of
from tutor.llm.reply import ReplyText

DEFAULT_CONTEXT = 4096
"""Tokens of context assumed of a server that does not tell."""

_ANSWERING = httpx.Timeout(600.0, connect=5.0)  # a slow server may read a prompt for minutes
_ASKING = httpx.Timeout(30.0, connect=5.0)

# What templates steer models with. Servers heed it in contents too, so that a note could end its
# turn; a word joiner in the middle makes ordinary text of it.
_CONTROL = re.compile(
    r"([<\[])(?=\|[^<>|\n]{1,64}\|>|/?s>|(?:start|end)_of_turn>|</?SYS>>|/?INST\])"
)
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class _Served:
    """What the server tells about the model."""

    model: str
    dialect: Dialect
    context_size: int


class RemoteModel:
    """A served model as a ``ChatModel``. Nothing is sent before something is needed."""

    def __init__(
        self,
        base_url: str,
        model: str | None = None,
        api_key: str = "none",
        *,
        context_size: int = 0,
    ) -> None:
        """Use ``model`` of the server at ``base_url``; ``None`` is the only one it has.

        ``context_size`` 0 is what the server tells, or 4096 tokens where it does not.

        Raises:
            SettingsError: the address is no URL.
        """
        address = urlsplit(base_url)
        if address.scheme not in {"http", "https"} or not address.netloc:
            raise SettingsError(
                f"The server {base_url!r} is not a URL. Give one such as http://localhost:8080/v1."
            )
        base_url = base_url.rstrip("/")
        self._url = base_url if address.path.strip("/") else f"{base_url}/v1"
        self._wanted_model = model
        self._wanted_context = context_size
        self._lock = threading.Lock()  # llama_cpp.server drops a reply when another is asked for
        self._client = openai.OpenAI(
            base_url=self._url, api_key=api_key or "none", max_retries=0, timeout=_ANSWERING
        )

    @property
    def name(self) -> str:
        """The model's name on the server."""
        return self._wanted_model or self._served.model

    @property
    def context_size(self) -> int:
        """Tokens that prompt and reply may take together."""
        return self._wanted_context or self._served.context_size

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Return the length of the prompt in tokens; rather too high where it is an estimate.

        Raises:
            ModelUnavailable: the server cannot be reached.
        """
        with self._lock:
            return self._count(messages)

    def _count(self, messages: Sequence[Message]) -> int:
        served = self._served
        return served.dialect.count_tokens(served.model, _harmless(messages), self._ask)

    def complete(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        *,
        agent: str = "",
        on_token: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Completion:
        """Reply to ``messages``; see ``ChatModel.complete``. Caching is left to the server.

        Raises:
            ModelUnavailable: the server cannot be reached, refuses, or the prompt does not fit.
            UnusableReply: the reply broke off.
        """
        started = time.perf_counter()
        text = ReplyText(decoding.stop, on_token)
        finish, usage, size, pieces = "cancelled", None, 0, 0
        with turn(self._lock, cancelled) as ours:
            if ours:
                size = self._count(messages)
                if size >= self.context_size:
                    raise ModelUnavailable(
                        f"The prompt takes {size} tokens and {self.name} reads "
                        f"{self.context_size}. Ask with fewer passages or raise context_size."
                    )
                finish, usage, pieces = self._read(messages, decoding, text, cancelled)
        return Completion(
            text.close(),
            prompt_tokens=usage.prompt_tokens if usage else size,
            completion_tokens=usage.completion_tokens if usage else pieces,
            seconds=time.perf_counter() - started,
            finish=finish,
            reused_tokens=_reused(usage),
        )

    def _read(
        self,
        messages: Sequence[Message],
        decoding: Decoding,
        text: ReplyText,
        cancelled: threading.Event | None,
    ) -> tuple[str, CompletionUsage | None, int]:
        """Read the reply into ``text``; return why it ended, what it cost, and its pieces."""
        finish: str | None = None
        usage: CompletionUsage | None = None
        pieces = 0
        for chunk in until_cancelled(lambda: self._chunks(messages, decoding), cancelled):
            usage = chunk.usage or usage
            for choice in (chunk.choices or ())[:1]:
                finish = choice.finish_reason or finish
                content = choice.delta.content or ""
                pieces += bool(content)
                text.add(content.encode("utf-8", "replace"))
            if text.stopped:
                return "stop", usage, pieces
        if finish is not None:
            return "length" if finish == "length" else "stop", usage, pieces
        if cancelled is not None and cancelled.is_set():
            return "cancelled", usage, pieces
        raise self._broke_off()

    def _chunks(
        self, messages: Sequence[Message], decoding: Decoding
    ) -> Generator[ChatCompletionChunk, None, None]:
        served = self._served
        body: list[Any] = [{"role": m.role, "content": m.content} for m in _harmless(messages)]
        try:
            with self._client.chat.completions.create(
                model=served.model,
                messages=body,
                max_tokens=decoding.max_tokens,
                temperature=decoding.temperature,
                top_p=decoding.top_p,
                seed=decoding.seed,
                stop=list(decoding.stop) or openai.omit,
                stream=True,
                stream_options={"include_usage": True},
                extra_body={**served.dialect.extra, **served.dialect.structure(decoding)},
            ) as chunks:
                yield from chunks
        except httpx.HTTPError as error:  # once the reply has begun, these come as they are
            raise self._broke_off() from error
        except (openai.OpenAIError, json.JSONDecodeError) as error:
            raise self._translated(error) from error

    # -------------------------------------------------------------------- the server

    @cached_property
    def _served(self) -> _Served:
        entries = {str(entry["id"]): entry for entry in self._models()}
        model = self._wanted_model or next(iter(entries), "")
        if (self._wanted_model is None and len(entries) != 1) or (entries and model not in entries):
            raise ModelUnavailable(
                f"The server {self._url} has {f'no model {model}' if model else 'no models'}: it "
                f"offers {', '.join(entries) or 'none'}. Name one that it has (server_model, "
                "TUTOR_SERVER_MODEL)."
            )
        entry = entries.get(model, {})
        dialect = dialect_of(str(entry.get("owned_by", "")))
        size = self._wanted_context or dialect.context_size(entry, self._ask)
        return _Served(model, dialect, size or DEFAULT_CONTEXT)

    def _models(self) -> list[dict[str, Any]]:
        """Return the server's list of models, empty where it keeps none."""
        try:
            answer = self._client.get("/models", cast_to=object, options={"timeout": _ASKING})
        except openai.NotFoundError:
            return []
        except (openai.OpenAIError, json.JSONDecodeError) as error:
            raise self._translated(error) from error
        models = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(models, list):  # a web page, for one
            raise self._translated(TypeError("its list of models is none"))
        return [model for model in models if isinstance(model, dict) and "id" in model]

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Use an address of the server outside the protocol."""
        url = self._url.removesuffix("/v1") + path
        key = {"Authorization": f"Bearer {self._client.api_key}"}
        try:
            answer = httpx.request(
                "POST" if body else "GET", url, json=body, headers=key, timeout=_ASKING
            )
            return answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ModelUnavailable(
                f"The server does not answer {url} as it should ({error}). See its log."
            ) from error

    def _broke_off(self) -> UnusableReply:
        return UnusableReply(
            f"The reply of the server {self._url} broke off. Try again; if it stays so, see the "
            "server's log."
        )

    def _translated(self, error: Exception) -> ModelUnavailable:
        """Return our own error for one of the client library."""
        match error:
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                text = "refuses the key. Give the right one (api_key, TUTOR_API_KEY)."
            case openai.NotFoundError():
                text = (
                    f"knows no model {self._wanted_model!r} or no chat ({_reason(error)}). Check "
                    "its address and the model's name (server_model)."
                )
            case openai.APIStatusError() if error.status_code < 500:
                text = f"refuses the request ({_reason(error)}). See its documentation."
            case openai.APIStatusError():
                text = f"failed ({error.status_code}: {_reason(error)}). See its log."
            case openai.APIConnectionError():
                text = "cannot be reached. Start it, or leave out the setting server."
            case openai.APIError():
                text = f"failed while it replied ({error.message}). See its log."
            case _:
                text = f"does not speak the OpenAI protocol ({error}). Check its address."
        return ModelUnavailable(f"The server {self._url} {text}")


def _reason(error: openai.APIStatusError) -> str:
    """Return what the server said, in one line."""
    body = error.body
    said = body.get("message") or body.get("detail") if isinstance(body, dict) else None
    return " ".join(str(said or error.message).split())[:300]


def _reused(usage: CompletionUsage | None) -> int:
    details = usage.prompt_tokens_details if usage else None
    return (details.cached_tokens or 0) if details else 0


def _harmless(messages: Sequence[Message]) -> list[Message]:
    """Return ``messages`` without anything that a server would take for the end of a turn."""
    return [Message(m.role, _CONTROL.sub(rf"\1{_JOINER}", m.content)) for m in messages]
