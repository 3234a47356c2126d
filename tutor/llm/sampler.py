"""Choosing the next token: greedy or by chance, and within a grammar where there is one."""

from __future__ import annotations

import codecs
import ctypes
from typing import Any

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from tutor.errors import UnusableReply
from tutor.llm import grammar
from tutor.llm.chat_model import Decoding
from tutor.llm.runtime import Runtime

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """Chooses the tokens of one reply."""

    def __init__(self, runtime: Runtime, decoding: Decoding) -> None:
        """Build llama.cpp's samplers.

        Raises:
            ValueError: the grammar or schema is not valid.
        """
        self._runtime = runtime
        self._grammar = _grammar(runtime, decoding)
        self._chance = _chance(decoding)
        self._partial = b""  # the first bytes of a character that takes several tokens

    def close(self) -> None:
        """Free the samplers."""
        for sampler in (self._grammar, self._chance):
            if sampler is not None:
                llama_cpp.llama_sampler_free(sampler)

    def next_token(self, scores: NDArray[np.float32]) -> int:
        """Return the token to write next.

        ``scores``, shape (vocabulary,), are logits or natural logarithms of probabilities.

        Raises:
            UnusableReply: the grammar leaves no token of the vocabulary to go on with.
        """
        token = int(np.argmax(scores)) if self._chance is None else self._among(_all(scores))
        if self._grammar is not None:
            # Checking the whole vocabulary takes longer than computing the scores of a small
            # model, and the free choice usually fits: so it comes first (as in llama.cpp's own
            # tools). Sampling again when it does not fit leaves the probabilities as they are.
            if not (self._allows(token) and self._is_text(token)):
                token = self._within_grammar(scores)
            llama_cpp.llama_sampler_accept(self._grammar, token)
            self._partial = _unfinished(self._partial + self._runtime.piece(token)) or b""
        return token

    def _allows(self, token: int) -> bool:
        candidates = np.array([(token, 0.0, 0.0)], _CANDIDATE)
        _apply(self._grammar, candidates)
        return bool(np.isfinite(candidates["logit"][0]))

    def _is_text(self, token: int) -> bool:
        """Say whether the reply is still UTF-8 with ``token``.

        llama.cpp takes whatever follows the first byte of a long character for its rest, so a
        stray byte would let a quotation mark or a line end past the grammar.
        """
        if self._runtime.is_end(token):
            return not self._partial
        return _unfinished(self._partial + self._runtime.piece(token)) is not None

    def _within_grammar(self, scores: NDArray[np.float32]) -> int:
        """Choose among all the tokens that the grammar allows."""
        candidates = _all(scores)
        _apply(self._grammar, candidates)
        while np.isfinite(candidates["logit"]).any():
            token = self._among(candidates)
            if self._is_text(token):
                return token
            candidates["logit"][token] = -np.inf
        raise UnusableReply(
            "The grammar leaves the model no way to go on. Try again, or choose another model "
            "(`tutor model list`)."
        )

    def _among(self, candidates: NDArray[np.void]) -> int:
        if self._chance is None:
            return int(np.argmax(candidates["logit"]))
        sorted_anew = candidates.copy()
        return int(sorted_anew["id"][_apply(self._chance, sorted_anew)])


def _unfinished(text: bytes) -> bytes | None:
    """Return the bytes of the last, unfinished character; ``None`` where it is no UTF-8."""
    try:
        _, finished = codecs.utf_8_decode(text, "strict", False)
    except UnicodeDecodeError:
        return None
    rest = text[finished:]
    # Python waits for the end of a surrogate before it refuses one; by then it is too late.
    return None if rest[:1] == b"\xed" and rest[1:2] >= b"\xa0" else rest


def _all(scores: NDArray[np.float32]) -> NDArray[np.void]:
    """Return the whole vocabulary as candidates."""
    candidates = np.zeros(len(scores), _CANDIDATE)
    candidates["id"] = np.arange(len(scores))
    candidates["logit"] = scores
    return candidates


def _apply(sampler: Any, candidates: NDArray[np.void]) -> int:
    """Run ``sampler`` over ``candidates`` in place; return the index that it selects, or -1."""
    array = llama_cpp.llama_token_data_array(
        data=candidates.ctypes.data_as(llama_cpp.llama_token_data_p),
        size=len(candidates),
        selected=-1,
        sorted=False,
    )
    llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
    return int(array.selected)


def _chance(decoding: Decoding) -> Any | None:
    """Return llama.cpp's samplers for temperature, top-p and seed; nothing where it is greedy."""
    if decoding.temperature == 0.0:
        return None
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    for sampler in (
        llama_cpp.llama_sampler_init_top_p(decoding.top_p, 1),
        llama_cpp.llama_sampler_init_temp(decoding.temperature),
        llama_cpp.llama_sampler_init_dist(decoding.seed & 0xFFFFFFFF),
    ):
        llama_cpp.llama_sampler_chain_add(chain, sampler)
    return chain


def _grammar(runtime: Runtime, decoding: Decoding) -> Any | None:
    gbnf = decoding.grammar
    if decoding.json_schema is not None:
        gbnf = grammar.from_schema(decoding.json_schema)
    if gbnf is None:
        return None
    sampler = llama_cpp.llama_sampler_init_grammar(runtime.vocabulary, gbnf.encode(), b"root")
    if not sampler:
        raise ValueError(f"llama.cpp cannot parse this grammar:\n{gbnf}")
    return sampler
