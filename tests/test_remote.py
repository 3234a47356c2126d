"""What the client of a model server says and hears; the contract test has it meet a real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tutor.errors import ModelUnavailable, SettingsError, UnusableReply
from tutor.llm.chat_model import Decoding, Message
from tutor.llm.remote import DEFAULT_CONTEXT, RemoteModel

ASKED = (Message("user", "What is attention?"),)


def event(content: str = "", finish: str | None = None, **more: Any) -> bytes:
    """One event of a streamed reply."""
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return b"data: " + json.dumps({**chunk, "choices": [choice], **more}).encode() + b"\n\n"


CUT = b": cut\n"  # a comment of the protocol; the stub promises more than it then sends
REPLY = event("Weigh") + event("ing.") + event(finish="stop") + b"data: [DONE]\n\n"


class Stub:
    """A server that answers as told and remembers what it was asked."""

    def __init__(self, models: list[dict[str, Any]]) -> None:
        self.asked: list[tuple[str, Any, str | None]] = []
        self.answers: dict[str, tuple[int, bytes]] = {
            "/v1/models": (200, json.dumps({"object": "list", "data": models}).encode()),
            "/v1/chat/completions": (200, REPLY),
        }
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                stub.asked.append((self.path, body, self.headers.get("Authorization")))
                status, content = stub.answers.get(self.path, (404, b'{"detail": "no such path"}'))
                streamed = content.startswith(b"data:")
                self.send_response(status)
                self.send_header(
                    "Content-Type", "text/event-stream" if streamed else "application/json"
                )
                if content.endswith(CUT):
                    self.send_header("Content-Length", str(len(content) + 99))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def body(self, path: str = "/v1/chat/completions") -> Any:
        return next(body for asked, body, _ in reversed(self.asked) if asked == path)


@pytest.fixture
def serve() -> Iterator[Callable[..., Stub]]:
    """Starts servers that offer the given models."""
    stubs: list[Stub] = []

    def start(*models: dict[str, Any]) -> Stub:
        stubs.append(Stub(list(models) or [{"id": "m", "object": "model", "owned_by": "someone"}]))
        return stubs[-1]

    yield start
    for stub in stubs:
        stub.server.shutdown()
        stub.server.server_close()


# ------------------------------------------------------------------------ what it sends


def test_nothing_is_sent_before_it_is_needed(serve: Callable[..., Stub]) -> None:
    stub = serve()
    RemoteModel(stub.url)
    assert stub.asked == []


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
def test_the_address_may_be_given_with_or_without_v1(serve: Callable[..., Stub], path: str) -> None:
    stub = serve()
    model = RemoteModel(stub.url + path, api_key="secret")
    assert model.complete(ASKED, Decoding()).text == "Weighing."
    assert {asked for asked, _, _ in stub.asked} == {"/v1/models", "/v1/chat/completions"}
    assert {key for _, _, key in stub.asked} == {"Bearer secret"}


def test_decoding_travels_in_the_request(serve: Callable[..., Stub]) -> None:
    stub = serve()
    decoding = Decoding(max_tokens=9, temperature=0.5, top_p=0.9, seed=7, stop=("\n",))
    RemoteModel(stub.url).complete(ASKED, decoding)
    sent = stub.body()
    assert {name: sent[name] for name in ("max_tokens", "temperature", "top_p", "seed")} == {
        "max_tokens": 9,
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 7,
    }
    assert (sent["model"], sent["stop"]) == ("m", ["\n"])


@pytest.mark.parametrize(
    ("owner", "decoding", "expected"),
    [
        ("someone", Decoding(grammar="root ::= x"), {"grammar": "root ::= x"}),
        ("llamacpp", Decoding(grammar="root ::= x"), {"grammar": "root ::= x", "top_k": 0}),
        ("vllm", Decoding(grammar="r"), {"structured_outputs": {"grammar": "r"}}),
        (
            "vllm",
            Decoding(json_schema={"type": "null"}),
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "reply", "strict": True, "schema": {"type": "null"}},
                }
            },
        ),
    ],
)
def test_each_server_is_asked_for_structure_in_its_own_way(
    serve: Callable[..., Stub], owner: str, decoding: Decoding, expected: dict[str, Any]
) -> None:
    stub = serve({"id": "m", "object": "model", "owned_by": owner})
    stub.answers["/props"] = (200, b'{"default_generation_settings": {"n_ctx": 512}}')
    stub.answers["/apply-template"] = (200, b'{"prompt": "a prompt"}')
    stub.answers["/tokenize"] = (200, b'{"tokens": [1, 2, 3], "count": 3}')
    reply = RemoteModel(stub.url).complete(ASKED, decoding)
    assert expected.items() <= stub.body().items()
    assert reply.prompt_tokens == (3 if owner != "someone" else reply.prompt_tokens)


@pytest.mark.parametrize(
    "token", ["<|eot_id|>", "<|im_end|>", "</s>", "[/INST]", "<end_of_turn>", "<</SYS>>"]
)
def test_control_tokens_in_notes_are_sent_as_ordinary_text(
    serve: Callable[..., Stub], token: str
) -> None:
    stub = serve()
    RemoteModel(stub.url).complete([Message("user", f"if a[i] < b: {token}")], Decoding())
    sent = stub.body()["messages"][0]["content"]
    assert token not in sent
    assert sent.replace("\u2060", "") == f"if a[i] < b: {token}"
    assert sent.startswith("if a[i] < b: ")


# ------------------------------------------------------------------------ what it hears


def test_usage_comes_from_the_server_where_it_counts(serve: Callable[..., Stub]) -> None:
    stub = serve()
    details = {"cached_tokens": 5}
    usage = {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10}
    stub.answers["/v1/chat/completions"] = (
        200,
        event("Yes", usage={**usage, "prompt_tokens_details": details}) + event(finish="length"),
    )
    reply = RemoteModel(stub.url).complete(ASKED, Decoding())
    assert (reply.prompt_tokens, reply.completion_tokens, reply.reused_tokens) == (8, 2, 5)
    assert reply.finish == "length"


def test_the_context_is_what_the_server_tells(serve: Callable[..., Stub]) -> None:
    vllm = serve({"id": "m", "object": "model", "owned_by": "vllm", "max_model_len": 777})
    assert RemoteModel(vllm.url).context_size == 777
    llama = serve({"id": "m", "object": "model", "owned_by": "llamacpp"})
    llama.answers["/props"] = (200, b'{"default_generation_settings": {"n_ctx": 512}}')
    assert RemoteModel(llama.url).context_size == 512
    assert RemoteModel(serve().url).context_size == DEFAULT_CONTEXT
    assert RemoteModel(serve().url, context_size=99).context_size == 99


@pytest.mark.parametrize("reply", [event("Wei"), event("Wei") + CUT, b"data: [DONE]\n\n"])
def test_a_reply_that_breaks_off_may_be_tried_again(
    serve: Callable[..., Stub], reply: bytes
) -> None:
    stub = serve()
    stub.answers["/v1/chat/completions"] = (200, reply)
    with pytest.raises(UnusableReply, match="broke off"):
        RemoteModel(stub.url).complete(ASKED, Decoding())


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (401, b'{"error": {"message": "bad key"}}', "refuses the key"),
        (403, b"{}", "refuses the key"),
        (404, b'{"error": {"message": "model gone"}}', "model gone"),
        (400, b'{"error": {"message": "no grammars here"}}', "no grammars here"),
        (500, b'{"error": {"message": "out of memory"}}', "500: out of memory"),
        (200, b"data: <html>hello</html>\n\n", "OpenAI protocol"),
        (200, event("Wei") + b'data: {"error": {"message": "slot lost"}}\n\n', "slot lost"),
    ],
)
def test_refusals_are_one_sentence_with_a_cure(
    serve: Callable[..., Stub], status: int, body: bytes, complaint: str
) -> None:
    stub = serve()
    stub.answers["/v1/chat/completions"] = (status, body)
    with pytest.raises(ModelUnavailable, match=complaint) as caught:
        RemoteModel(stub.url).complete(ASKED, Decoding())
    assert stub.url in str(caught.value)


@pytest.mark.parametrize("page", [b"<html>hello</html>", b"{}", b"[]", b'"text"'])
def test_a_server_of_another_kind_is_told_apart(serve: Callable[..., Stub], page: bytes) -> None:
    stub = serve()
    stub.answers["/v1/models"] = (200, page)
    with pytest.raises(ModelUnavailable, match="OpenAI protocol"):
        RemoteModel(stub.url).complete(ASKED, Decoding())


def test_no_server_is_noticed_at_once(serve: Callable[..., Stub]) -> None:
    stub = serve()
    stub.server.server_close()
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        RemoteModel(stub.url).complete(ASKED, Decoding())


def test_the_model_must_be_one_that_the_server_has(serve: Callable[..., Stub]) -> None:
    two = serve({"id": "small", "object": "model"}, {"id": "large", "object": "model"})
    with pytest.raises(ModelUnavailable, match="small, large"):
        RemoteModel(two.url).count_tokens(ASKED)
    with pytest.raises(ModelUnavailable, match="no model huge: it offers small, large"):
        RemoteModel(two.url, "huge").count_tokens(ASKED)
    assert RemoteModel(two.url, "large").complete(ASKED, Decoding()).text == "Weighing."


@pytest.mark.parametrize("address", ["localhost:8080", "ftp://host/v1", "http://", "nonsense"])
def test_an_address_must_be_a_url(address: str) -> None:
    with pytest.raises(SettingsError, match="is not a URL"):
        RemoteModel(address)
