"""One contract for chat models, kept by llama.cpp in process and by llama.cpp's server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tutor.errors import ModelUnavailable
from tutor.llm.chat_model import ChatModel, Decoding, Message
from tutor.llm.llama import LlamaModel
from tutor.llm.remote import RemoteModel

CONTEXT = 1024
ASKED = (Message("system", "Answer briefly."), Message("user", "What is attention?"))
SCHEMA = {
    "type": "object",
    "properties": {"right": {"type": "boolean"}, "why": {"type": "string", "maxLength": 20}},
    "required": ["right", "why"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def server(tiny_llama_gguf: Path) -> Iterator[str]:
    """llama.cpp's own server for the tiny Llama, on loopback; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(tiny_llama_gguf)]
    options = {"host": "127.0.0.1", "port": port, "n_ctx": CONTEXT, "n_threads": 1}
    options |= {"n_threads_batch": 1, "logits_all": "false", "verbose": "false"}
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stderr is not None
    heard = b""
    for line in process.stderr:
        heard += line
        if b"Uvicorn running" in line:
            break
    assert process.poll() is None, heard.decode()
    threading.Thread(target=process.stderr.read, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="module", params=["gpt2 in process", "llama in process", "llama served"])
def model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    if request.param == "llama served":
        address = request.getfixturevalue("server")
        yield RemoteModel(address, context_size=CONTEXT)
        return
    file = f"tiny_{request.param.split()[0]}_gguf"
    loaded = LlamaModel(request.getfixturevalue(file), context_size=CONTEXT, threads=1)
    yield loaded
    loaded.close()


def test_it_has_a_name_and_a_context(model: ChatModel) -> None:
    assert "tiny" in model.name
    assert model.context_size == CONTEXT


def test_greedy_replies_repeat_and_end_at_the_length_asked_for(model: ChatModel) -> None:
    first = model.complete(ASKED, Decoding(max_tokens=12))
    again = model.complete(ASKED, Decoding(max_tokens=12))
    assert (again.text, again.finish) == (first.text, "length")
    assert 0 < first.completion_tokens <= 12
    assert first.seconds > 0


def test_the_pieces_passed_on_make_up_the_text(model: ChatModel) -> None:
    pieces: list[str] = []
    reply = model.complete(ASKED, Decoding(max_tokens=24), on_token=pieces.append)
    assert len(pieces) > 1
    assert "".join(pieces) == reply.text


def test_characters_of_several_bytes_arrive_whole(model: ChatModel) -> None:
    pieces: list[str] = []
    decoding = Decoding(grammar='root ::= "é√😀漢 ok"')
    reply = model.complete(ASKED, decoding, on_token=pieces.append)
    assert reply.text == "é√😀漢 ok"
    assert set("".join(pieces)) <= set("é√😀漢 ok")


def test_a_grammar_leaves_no_other_reply(model: ChatModel) -> None:
    reply = model.complete(ASKED, Decoding(grammar='root ::= "yes" | "no"'))
    assert reply.text in {"yes", "no"}
    assert reply.finish == "stop"


def test_a_json_schema_makes_replies_that_parse(model: ChatModel) -> None:
    reply = model.complete(ASKED, Decoding(max_tokens=200, json_schema=SCHEMA))
    parsed = json.loads(reply.text)
    assert isinstance(parsed["right"], bool)
    assert len(parsed["why"]) <= 20


def test_a_stop_string_ends_the_reply_before_it(model: ChatModel) -> None:
    pieces: list[str] = []
    decoding = Decoding(grammar='root ::= "alpha END beta"', stop=("END", "gamma"))
    reply = model.complete(ASKED, decoding, on_token=pieces.append)
    assert (reply.text, reply.finish) == ("alpha ", "stop")
    assert "".join(pieces) == "alpha "


def test_what_only_looks_like_a_stop_string_is_passed_on(model: ChatModel) -> None:
    reply = model.complete(ASKED, Decoding(grammar='root ::= "alpha EN"', stop=("END",)))
    assert reply.text == "alpha EN"


def test_a_seed_decides_the_sampling(model: ChatModel) -> None:
    grammar = "root ::= [a-z]{16}"  # letters only, so that all bytes make text
    texts = [
        model.complete(ASKED, Decoding(temperature=1.0, seed=seed, grammar=grammar)).text
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_a_prompt_that_does_not_fit_is_refused(model: ChatModel) -> None:
    long = Message("user", "attention " * CONTEXT)
    assert model.count_tokens([long]) > CONTEXT
    with pytest.raises(ModelUnavailable, match=r"prompt takes \d+ tokens"):
        model.complete([long], Decoding())


def test_counting_says_at_least_what_the_prompt_takes(model: ChatModel) -> None:
    reply = model.complete(ASKED, Decoding(max_tokens=1))
    assert 10 < reply.prompt_tokens <= model.count_tokens(ASKED)
    longer = (*ASKED, Message("assistant", "A weighing."), Message("user", "Of what?"))
    assert model.count_tokens(longer) > model.count_tokens(ASKED)


def test_cancelling_beforehand_gives_an_empty_reply(model: ChatModel) -> None:
    cancelled = threading.Event()
    cancelled.set()
    reply = model.complete(ASKED, Decoding(max_tokens=500), cancelled=cancelled)
    assert (reply.text, reply.finish) == ("", "cancelled")


def test_cancelling_in_the_middle_keeps_what_was_written(model: ChatModel) -> None:
    cancelled = threading.Event()
    pieces: list[str] = []

    def stop_at_three(piece: str) -> None:
        pieces.append(piece)
        if len(pieces) == 3:
            cancelled.set()

    decoding = Decoding(max_tokens=900, grammar="root ::= [a-z]{900}")
    reply = model.complete(ASKED, decoding, on_token=stop_at_three, cancelled=cancelled)
    assert reply.finish == "cancelled"
    assert 0 < len(reply.text) < 900
    assert model.complete(ASKED, Decoding(grammar='root ::= "next"')).text == "next"


def test_threads_get_the_replies_they_asked_for(model: ChatModel) -> None:
    def ask(number: int) -> str:
        messages = [Message("user", f"Question {number}?")]
        return model.complete(messages, Decoding(grammar=f'root ::= "answer {number}"')).text

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [f"answer {number}" for number in range(8)]
