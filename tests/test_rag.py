"""Passages read apart: the sums over passages, RAG-Token and RAG-Sequence on real models."""

from __future__ import annotations

import math
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import gguf_models
import numpy as np
import pytest

from tutor import bundled
from tutor.crew.reading import cite
from tutor.errors import ModelUnavailable
from tutor.llm.chat_model import (
    Completion,
    Decoding,
    MarginalCompletion,
    Message,
    Reading,
    gives_probabilities,
)
from tutor.llm.llama import LlamaModel
from tutor.llm.marginal import log_marginal, log_softmax, mixture, posterior
from tutor.llm.remote import RemoteModel
from tutor.schema import RagMode

APART = [RagMode.SEQUENCE, RagMode.TOKEN]
GREEDY = Decoding(max_tokens=24)
PASSAGES = (
    "A ribosome builds proteins from amino acids.",
    "A chloroplast carries out photosynthesis.",
    "Rain falls when the drops of a cloud grow heavy.",
)


@pytest.fixture(scope="module")
def bundled_model() -> Iterator[LlamaModel]:
    loaded = LlamaModel(bundled.weights(), threads=1)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def llama(tiny_llama_gguf: Path) -> Iterator[LlamaModel]:
    loaded = LlamaModel(tiny_llama_gguf, threads=1)
    yield loaded
    loaded.close()


def reading(passage: str, probability: float) -> Reading:
    asked = f"Passages:\n[1] {passage}\n\nQuestion: What does a ribosome build?"
    system = "You answer questions from numbered passages. Cite them like [1]."
    return Reading((Message("system", system), Message("user", asked)), math.log(probability))


READINGS = [reading(text, p) for text, p in zip(PASSAGES, (0.5, 0.3, 0.2), strict=True)]


# --------------------------------------------------------------------------------- the sums


def logs(*rows: list[float]) -> np.ndarray:
    return np.log(np.array(rows, np.float32))


def test_a_mixture_is_the_mean_of_the_distributions_weighted_by_the_passages() -> None:
    mixed = mixture(logs([0.7, 0.2, 0.1], [0.1, 0.1, 0.8]), logs([0.25, 0.75])[0])
    assert np.exp(mixed) == pytest.approx([0.25, 0.125, 0.625])


def test_a_mixture_survives_tokens_that_are_next_to_impossible() -> None:
    mixed = mixture(np.array([[-900.0, 0.0], [-905.0, 0.0]], np.float32), logs([0.5, 0.5])[0])
    assert mixed[0] == pytest.approx(-900.0 + math.log(0.5 * (1 + math.exp(-5))), abs=1e-3)


def test_scores_of_any_size_become_probabilities() -> None:
    assert np.exp(log_softmax(np.array([1000.0, 1000.0], np.float32))) == pytest.approx([0.5, 0.5])


def test_the_posterior_follows_bayes_rule_token_by_token() -> None:
    likelihoods = logs([0.5, 0.1], [0.4, 0.8])  # of two tokens under two passages
    prior = logs([0.5, 0.5])[0]
    assert posterior(likelihoods, prior) == pytest.approx([0.2 / 0.28, 0.08 / 0.28])
    assert log_marginal(likelihoods, prior) == pytest.approx(math.log(0.14))
    assert posterior(likelihoods[:0], prior) == pytest.approx([0.5, 0.5])


# ----------------------------------------------------------------------------- real decoding


@pytest.mark.parametrize("mode", APART)
def test_one_passage_alone_gives_the_very_text_of_one_prompt(
    bundled_model: LlamaModel, mode: RagMode
) -> None:
    for one in READINGS:
        plain = bundled_model.complete(one.messages, GREEDY)
        apart = bundled_model.complete_from([one], mode, GREEDY)
        assert apart.completion.text == plain.text
        assert apart.completion.finish == plain.finish
        assert apart.completion.completion_tokens == plain.completion_tokens


@pytest.mark.parametrize("mode", APART)
def test_the_same_passage_thrice_says_what_it_says_once(llama: LlamaModel, mode: RagMode) -> None:
    thrice = llama.complete_from([READINGS[0]] * 3, mode, GREEDY)
    assert thrice.completion.text == llama.complete(READINGS[0].messages, GREEDY).text
    likelihoods = thrice.likelihoods
    assert likelihoods == pytest.approx(likelihoods[:, :1].repeat(3, axis=1), abs=1e-3)


def test_each_token_is_the_most_probable_of_the_mixture(bundled_model: LlamaModel) -> None:
    runtime = bundled_model._runtime
    reply = bundled_model.complete_from(READINGS, RagMode.TOKEN, Decoding(max_tokens=3))
    prompts = [bundled_model.prompt_tokens(one.messages) for one in READINGS]
    written: list[int] = []
    for row in reply.likelihoods:
        scores = []
        for prompt in prompts:  # read from the beginning, by another context
            runtime.forget(0)
            held: list[int] = []
            runtime.read(held, [*prompt, *written])
            scores.append(log_softmax(runtime.logits().copy()))
        mixed = mixture(np.stack(scores), reply.log_prior)
        written.append(int(mixed.argmax()))
        assert row == pytest.approx([one[written[-1]] for one in scores], abs=0.02)
    bundled_model._cache.tokens.clear()
    assert b"".join(map(runtime.piece, written)).decode() == reply.completion.text


def test_the_candidate_that_all_passages_make_most_probable_wins(
    bundled_model: LlamaModel,
) -> None:
    reply = bundled_model.complete_from(READINGS, RagMode.SEQUENCE, GREEDY)
    candidates = [bundled_model.complete(one.messages, GREEDY).text for one in READINGS]
    assert reply.completion.text in candidates
    best = log_marginal(reply.likelihoods, reply.log_prior)
    for one in READINGS:
        alone = bundled_model.complete_from([one], RagMode.SEQUENCE, GREEDY)
        own = float(alone.likelihoods.sum())
        assert best >= own + one.log_weight - 0.1  # its share of the sum can be no larger


def test_what_the_prompts_have_in_common_is_read_once(llama: LlamaModel) -> None:
    reply = llama.complete_from(READINGS, RagMode.TOKEN, GREEDY).completion
    lengths = [llama.count_tokens(one.messages) for one in READINGS]
    assert reply.prompt_tokens == sum(lengths)
    assert reply.reused_tokens > len("You answer questions from numbered passages.")
    assert reply.reused_tokens % 2 == 0  # read for one of three


@pytest.mark.parametrize("mode", APART)
def test_a_grammar_holds_for_the_mixture_too(llama: LlamaModel, mode: RagMode) -> None:
    for temperature in (0.0, 1.0):
        decoding = Decoding(temperature=temperature, grammar='root ::= "yes" | "no"')
        assert llama.complete_from(READINGS, mode, decoding).completion.text in {"yes", "no"}


def test_the_text_comes_token_by_token_with_where_each_ends(llama: LlamaModel) -> None:
    pieces: list[str] = []
    decoding = Decoding(max_tokens=40, grammar="root ::= [a-z]{9}")
    reply = llama.complete_from(READINGS, RagMode.TOKEN, decoding, on_token=pieces.append)
    assert "".join(pieces) == reply.completion.text
    assert len(pieces) > 1
    assert reply.ends[-1] == len(reply.completion.text)
    assert reply.likelihoods.shape == (len(reply.ends), 3)


@pytest.mark.parametrize("mode", APART)
def test_cancelling_ends_the_reply_and_leaves_the_model_usable(
    llama: LlamaModel, mode: RagMode
) -> None:
    expected = llama.complete(READINGS[0].messages, GREEDY).text
    cancelled = threading.Event()
    cancelled.set()
    reply = llama.complete_from(READINGS, mode, GREEDY, cancelled=cancelled)
    assert (reply.completion.text, reply.completion.finish) == ("", "cancelled")
    assert llama.complete(READINGS[0].messages, GREEDY).text == expected


def test_cancelling_between_tokens_keeps_what_was_written(llama: LlamaModel) -> None:
    cancelled = threading.Event()
    written: list[str] = []

    def listen(piece: str) -> None:
        written.append(piece)
        cancelled.set()

    decoding = Decoding(max_tokens=99, grammar="root ::= [a-z]{90}")
    reply = llama.complete_from(
        READINGS, RagMode.TOKEN, decoding, on_token=listen, cancelled=cancelled
    )
    assert reply.completion.finish == "cancelled"
    assert reply.completion.text == "".join(written) != ""
    assert len(reply.likelihoods) == reply.completion.completion_tokens < 90


def test_the_memory_of_the_sequences_is_given_back(tmp_path: Path) -> None:
    file = gguf_models.write_llama(tmp_path / "m.gguf", width=256, layers=4)
    model = LlamaModel(file, threads=1)
    once = Decoding(max_tokens=1500, stop=("",), grammar='root ::= "a"')  # room for 3 x 1,700
    model.complete_from(READINGS, RagMode.TOKEN, once)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(8):
        model.complete_from(READINGS, RagMode.TOKEN, once)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 40_000  # kilobytes; one cache alone takes ten thousand
    model.close()


def test_too_short_a_context_drops_the_least_probable_passages(tiny_llama_gguf: Path) -> None:
    model = LlamaModel(tiny_llama_gguf, context_size=600, threads=1)
    size = max(model.count_tokens(one.messages) for one in READINGS)
    assert 2 * (size + 100) <= 600 < 3 * (size + 100)
    reply = model.complete_from(READINGS, RagMode.TOKEN, Decoding(max_tokens=100))
    assert np.exp(reply.log_prior) == pytest.approx([0.5 / 0.8, 0.3 / 0.8])
    with pytest.raises(ModelUnavailable, match="Ask with fewer passages"):
        model.complete_from([reading("long " * 600, 1.0)], RagMode.TOKEN, GREEDY)
    model.close()


def test_a_model_trained_on_little_context_reads_more_than_fits_into_it(tmp_path: Path) -> None:
    model = LlamaModel(gguf_models.write_gpt2(tmp_path / "m.gguf", context=256), threads=1)
    assert sum(model.count_tokens(one.messages) for one in READINGS) > model.context_size
    reply = model.complete_from(READINGS, RagMode.TOKEN, Decoding(max_tokens=8))
    assert len(reply.log_prior) == 3
    model.close()


# --------------------------------------------------------------------------------- citations


def test_a_marker_names_the_passage_that_makes_its_sentence_most_probable() -> None:
    text = "Cells build [1]. Plants grow [1]."
    ends = (11, 16, len(text))
    likelihoods = np.array([[-9, -1], [-9, -1], [-1, -9]], np.float32)
    completion = Completion(text, 1, 3, 0.0, "stop")
    reply = MarginalCompletion(completion, likelihoods, logs([0.9, 0.1])[0], ends)
    assert cite(reply, [4, 2]) == "Cells build [2]. Plants grow [4]."


def test_only_models_in_this_process_give_probabilities(llama: LlamaModel) -> None:
    assert gives_probabilities(llama)
    assert not gives_probabilities(RemoteModel("http://localhost:1/v1"))  # and it is not asked
