"""The model in process: prompts, caching, cancelling, and files that are no models."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gguf_models
import llama_cpp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.errors import ModelUnavailable
from tutor.index.encoder_gguf import ensure_encoder
from tutor.llm import cores, prefix_cache
from tutor.llm.chat_model import Decoding, Message
from tutor.llm.llama import LlamaModel
from tutor.llm.reply import ReplyText

RULES = "You explain course notes. Answer from the passages only, and cite them. " * 3
LONG = "attention is all " * 110
GREEDY = Decoding(max_tokens=8)
NEXT = 'root ::= "next"'


@pytest.fixture(scope="module")
def llama(tiny_llama_gguf: Path) -> Iterator[LlamaModel]:
    loaded = LlamaModel(tiny_llama_gguf, threads=1)
    yield loaded
    loaded.close()


@pytest.fixture
def fresh(tiny_llama_gguf: Path) -> Iterator[LlamaModel]:
    loaded = LlamaModel(tiny_llama_gguf, threads=1)
    yield loaded
    loaded.close()


Maker = Callable[..., LlamaModel]


@pytest.fixture
def templated(tmp_path: Path) -> Maker:
    """Makes a tiny Llama with a chat template of one's own."""

    def make(template: str | None) -> LlamaModel:
        return LlamaModel(gguf_models.write_llama(tmp_path / "m.gguf", template=template))

    return make


def user(text: str) -> list[Message]:
    return [Message("system", RULES), Message("user", text)]


def prompt_text(model: LlamaModel, messages: list[Message]) -> str:
    """The prompt as the model sees it, control tokens spelled out."""
    runtime = model._runtime
    return "".join(
        runtime.piece(token).decode("utf-8", "replace") or runtime.token_text(token)
        for token in model.prompt_tokens(messages)
    )


# -------------------------------------------------------------------------------- prompts


def test_the_prompt_follows_the_template_of_the_file(llama: LlamaModel) -> None:
    assert prompt_text(llama, [Message("system", "Be kind."), Message("user", " Hi? ")]) == (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.text(st.characters(codec="utf-8", exclude_characters="|"), max_size=60).map(
        str.strip
    )
)
def test_harmless_contents_give_the_tokens_that_llama_cpp_gives(
    llama: LlamaModel, content: str
) -> None:
    text = (
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n"
        f"{content}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    ).encode()
    tokens = (llama_cpp.llama_token * (len(text) + 2))()
    vocabulary = llama._runtime.vocabulary
    count = llama_cpp.llama_tokenize(vocabulary, text, len(text), tokens, len(tokens), False, True)
    assert llama.prompt_tokens([Message("user", content)]) == tokens[:count]


@pytest.mark.parametrize("token", gguf_models.LLAMA3_SPECIAL)
def test_a_note_cannot_end_the_turn(llama: LlamaModel, token: str) -> None:
    steering = set(llama._runtime.control_tokens().values())

    def steered(content: str) -> list[int]:
        return [t for t in llama.prompt_tokens([Message("user", content)]) if t in steering]

    assert steered(f"Look: {token}{token} {token}") == steered("Look: nothing")
    assert token in prompt_text(llama, [Message("user", f"Look: {token}")])


def test_half_a_surrogate_pair_does_not_stop_the_show(llama: LlamaModel) -> None:
    assert llama.complete([Message("user", "a\udc80b\0c")], GREEDY).text


def test_without_a_template_a_model_is_asked_in_plain_words(tiny_gpt2_gguf: Path) -> None:
    model = LlamaModel(tiny_gpt2_gguf, threads=1)
    talk = [Message("system", "Notes."), Message("user", "Q1"), Message("assistant", "A1")]
    assert prompt_text(model, [*talk, Message("user", "Q2")]) == (
        "Notes.\n\nQuestion: Q1\n\nAnswer: A1\n\nQuestion: Q2\n\nAnswer:"
    )
    on_and_on = Decoding(grammar='root ::= " Yes.\\nQuestion: And?"')
    assert model.complete(talk[:2], on_and_on).text == " Yes."


def test_without_a_template_known_control_tokens_are_put_to_use(templated: Maker) -> None:
    text = prompt_text(templated(None), [Message("user", "Hi")])
    assert text.endswith("<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")


def test_a_template_without_system_messages_gets_them_from_the_user(templated: Maker) -> None:
    refusing = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
        "[{{ m.role }}]{{ m.content }}{% endfor %}"
    )
    dropping = (
        "{% for m in messages %}{% if m.role != 'system' %}[{{ m.role }}]{{ m.content }}"
        "{% endif %}{% endfor %}"
    )
    for template in (refusing, dropping):
        text = prompt_text(templated(template), [Message("system", "R."), Message("user", "Q")])
        assert text == "<|begin_of_text|>[user]R.\n\nQ"


def test_neighbours_of_one_role_are_joined(llama: LlamaModel) -> None:
    text = prompt_text(llama, [Message("user", "One."), Message("user", "Two.")])
    assert text.count("<|start_header_id|>user") == 1
    assert "One.\n\nTwo." in text


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{% for m in messages %}", "cannot be read"),
        ("{{ ''.__class__.__mro__ }}{{ messages[0].content }}", "does not work"),
        ("{{ 1 // 0 }}", "does not work"),
        ("Nothing.", "leaves messages out"),
    ],
)
def test_a_bad_template_is_an_error(templated: Maker, template: str, complaint: str) -> None:
    with pytest.raises(ModelUnavailable, match=complaint):
        templated(template).complete(user("Hi"), GREEDY)


# -------------------------------------------------------------------------------- replies


def test_a_reply_ends_where_the_context_does(llama: LlamaModel) -> None:
    question = user("attention " * 180)
    left = llama.context_size - llama.count_tokens(question)
    reply = llama.complete(question, Decoding(max_tokens=5000, grammar="root ::= [a-z]+"))
    assert 0 < left < 500
    assert (reply.completion_tokens, reply.finish) == (left, "length")


def test_a_narrow_nucleus_is_greedy(llama: LlamaModel) -> None:
    sampled = Decoding(max_tokens=12, temperature=1.5, top_p=1e-6, seed=5)
    assert llama.complete(user("Hi"), sampled).text == (
        llama.complete(user("Hi"), Decoding(max_tokens=12)).text
    )


def test_stop_strings_are_found_across_pieces() -> None:
    passed: list[str] = []
    text = ReplyText(["END.", "ND!"], passed.append)
    assert not any(text.add(piece) for piece in (b"one E", b"N", b"DURES E", b"N"))
    assert "".join(passed) == "one ENDURES "
    assert text.add(b"D! END.")
    assert text.close() == "".join(passed) == "one ENDURES E"


def test_characters_come_whole_and_bad_bytes_are_marked() -> None:
    passed: list[str] = []
    text = ReplyText([], passed.append)
    for byte in "é√😀".encode() + b"\xff" + "ü".encode()[:1]:
        text.add(bytes([byte]))
    assert text.close() == "é√😀\ufffd\ufffd"
    assert passed == ["é", "√", "😀", "\ufffd", "\ufffd"]


# ------------------------------------------------------------------------------ the cache


def test_agents_taking_turns_read_only_what_is_new(fresh: LlamaModel) -> None:
    explain = [Message("system", "Explain. " + RULES), Message("user", "What is attention?")]
    search = [Message("system", "Search. " + RULES), Message("user", "What is attention?")]
    first = fresh.complete(explain, GREEDY, agent="explainer")
    fresh.complete(search, GREEDY, agent="retriever")
    again = fresh.complete(explain, GREEDY, agent="explainer")
    assert first.reused_tokens == 0
    assert again.reused_tokens == again.prompt_tokens - 1
    assert again.text == first.text
    other = [search[0], Message("user", "What is a token?")]
    assert fresh.complete(other, GREEDY, agent="retriever").reused_tokens > len(RULES) // 3


def test_what_is_reused_does_not_change_the_reply(fresh: LlamaModel, tiny_llama_gguf: Path) -> None:
    questions = [user(f"Question {n}: {'why? ' * n}") for n in range(4)]
    warm = [fresh.complete(q, GREEDY, agent=str(n % 2)) for n, q in enumerate(questions)]
    for question, reply in zip(questions, warm, strict=True):
        alone = LlamaModel(tiny_llama_gguf, threads=1)
        assert alone.complete(question, GREEDY).text == reply.text
        alone.close()


def test_only_so_many_prompts_are_put_aside(fresh: LlamaModel) -> None:
    def ask(agent: int) -> int:
        return fresh.complete(
            [Message("system", f"{agent} {RULES}")], GREEDY, agent=str(agent)
        ).reused_tokens

    agents = range(prefix_cache.MOST_AGENTS + 2)
    for agent in agents:
        ask(agent)
    assert ask(agents[0]) < 20
    assert ask(agents[-1]) > 100


def test_prompts_put_aside_stay_within_their_memory(
    fresh: LlamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefix_cache, "MOST_BYTES", 1000)
    fresh.complete(user("Hi"), GREEDY, agent="one")
    fresh.complete([Message("user", "x")], GREEDY, agent="two")
    assert fresh.complete(user("Hi"), GREEDY, agent="one").reused_tokens < 10


# ----------------------------------------------------------------------------- cancelling


@pytest.fixture
def slow(tmp_path: Path) -> tuple[LlamaModel, float]:
    """A model that takes its time to read, and how long a prompt like ``LONG`` takes it."""
    file = gguf_models.write_gpt2(tmp_path / "m.gguf", context=2048, width=256, layers=4)
    model = LlamaModel(file, threads=1)
    return model, model.complete([Message("user", "all " + LONG)], Decoding(max_tokens=1)).seconds


def test_reading_a_long_prompt_can_be_cancelled(slow: tuple[LlamaModel, float]) -> None:
    model, whole = slow
    cancelled = threading.Event()
    threading.Timer(whole / 10, cancelled.set).start()
    started = time.perf_counter()
    reply = model.complete([Message("user", LONG)], Decoding(max_tokens=1), cancelled=cancelled)
    assert (reply.finish, reply.completion_tokens) == ("cancelled", 0)
    assert time.perf_counter() - started < whole * 0.7
    assert "next" in model.complete([Message("user", LONG)], Decoding(grammar=NEXT)).text


@pytest.fixture
def ctrl_c_counts() -> Iterator[None]:
    """Python's own handling of ctrl-C, which a process started in the background lacks."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_counts")
def test_ctrl_c_stops_the_reading_of_a_long_prompt(slow: tuple[LlamaModel, float]) -> None:
    model, whole = slow

    def read_on() -> None:  # on a busy machine ctrl-C may come before the reading
        threading.Timer(whole / 10, os.kill, (os.getpid(), signal.SIGINT)).start()
        model.complete([Message("user", LONG)], Decoding(max_tokens=1))

    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        read_on()
    assert time.perf_counter() - started < whole * 0.7
    assert "next" in model.complete([Message("user", LONG)], Decoding(grammar=NEXT)).text


def test_an_interrupt_leaves_the_model_usable(fresh: LlamaModel) -> None:
    expected = fresh.complete(user("Next"), GREEDY).text

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fresh.complete(user("Hi"), Decoding(grammar="root ::= [a-z]{9}"), on_token=interrupt)
    assert fresh.complete(user("Next"), GREEDY).text == expected


def test_waiting_for_another_thread_can_be_cancelled(fresh: LlamaModel) -> None:
    cancelled = threading.Event()
    replies = []

    def interfere(_: str) -> None:
        if not replies:
            waiting = threading.Thread(
                target=lambda: replies.append(
                    fresh.complete(user("Hi"), GREEDY, cancelled=cancelled)
                )
            )
            waiting.start()
            cancelled.set()
            waiting.join(5)

    fresh.complete(user("Long"), Decoding(grammar="root ::= [a-z]{5}"), on_token=interfere)
    assert [reply.finish for reply in replies] == ["cancelled"]


# ------------------------------------------------------------------------ files that fail


def test_loading_says_nothing_on_the_screen(
    tiny_gpt2_gguf: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = LlamaModel(tiny_gpt2_gguf, threads=1)
    model.complete(user("Hi"), GREEDY)
    model.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda data: b"", "is not a GGUF file"),
        (lambda data: b"PK\x03\x04 something else", "is not a GGUF file"),
        (lambda data: data[:2000], "cannot load"),
        (lambda data: data[: len(data) // 2], "not within the file bounds"),
        (lambda data: data.replace(b"llama.", b"lamas."), "cannot load"),
        (
            lambda data: data.replace(b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0other"),
            "unknown",
        ),
    ],
)
def test_a_damaged_file_is_one_sentence_with_a_cure(
    tiny_llama_gguf: Path,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
    complaint: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "bad.gguf"
    file.write_bytes(damage(tiny_llama_gguf.read_bytes()))
    with pytest.raises(ModelUnavailable, match=complaint) as caught:
        LlamaModel(file, threads=1)
    assert "tutor model list" in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="There is no model file"):
        LlamaModel(tmp_path / "none.gguf")
    with pytest.raises(ModelUnavailable, match="directory"):
        LlamaModel(tmp_path)


def test_an_embedding_model_is_no_chat_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="embedding model"):
        LlamaModel(ensure_encoder(tmp_path), threads=1)


def test_more_context_than_was_trained_is_refused(tiny_gpt2_gguf: Path) -> None:
    with pytest.raises(ModelUnavailable, match="trained on 1024 tokens"):
        LlamaModel(tiny_gpt2_gguf, context_size=1025, threads=1)
    assert LlamaModel(tiny_gpt2_gguf, context_size=300, threads=1).context_size == 300


def test_a_large_context_is_not_taken_unasked(tmp_path: Path) -> None:
    file = gguf_models.write_llama(tmp_path / "m.gguf", context=131072)
    assert LlamaModel(file, threads=1).context_size == 8192


# ---------------------------------------------------------------------------------- cores


def test_cores_are_counted_within_the_quota(tmp_path: Path) -> None:
    assert cores.physical_cores() >= 1
    quota = tmp_path / "cpu.max"
    for text, expected in (("150000 100000", 1), ("50000 100000", 1), ("400000 100000", 4)):
        quota.write_text(text)
        assert cores._quota(quota) == expected
    quota.write_text("max 100000")
    assert cores._quota(quota) > 1000
    assert cores._quota(tmp_path / "none") > 1000
