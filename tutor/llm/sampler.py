"""Choosing the next token: greedy or by chance, and within a grammar where there is one."""

from __future__ import annotations

import ctypes
import json
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp.llama_grammar import json_schema_to_gbnf
from numpy.typing import NDArray

from tutor.errors import UnusableReply
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

    def close(self) -> None:
        """Free the samplers."""
        for sampler in (self._grammar, self._chance):
            if sampler is not None:
                llama_cpp.llama_sampler_free(sampler)

    def next_token(self) -> int:
        """Return the token that follows what was read last.

        Raises:
            UnusableReply: the grammar leaves no token of the vocabulary to go on with.
        """
        token = self._freely()
        if self._grammar is not None:
            # Checking the whole vocabulary takes longer than computing the scores of a small
            # model, and the free choice usually fits: so it comes first (as in llama.cpp's own
            # tools). Sampling again when it does not fit leaves the probabilities as they are.
            if not self._allows(token):
                token = self._within_grammar()
            llama_cpp.llama_sampler_accept(self._grammar, token)
        return token

    def _freely(self) -> int:
        if self._chance is None:
            return int(np.argmax(self._runtime.logits()))
        return int(llama_cpp.llama_sampler_sample(self._chance, self._runtime.context, -1))

    def _allows(self, token: int) -> bool:
        candidates = np.array([(token, 0.0, 0.0)], _CANDIDATE)
        _apply(self._grammar, candidates)
        return bool(np.isfinite(candidates["logit"][0]))

    def _within_grammar(self) -> int:
        """Choose among all the tokens that the grammar allows."""
        logits = self._runtime.logits()
        candidates = np.zeros(len(logits), _CANDIDATE)
        candidates["id"] = np.arange(len(logits))
        candidates["logit"] = logits
        _apply(self._grammar, candidates)
        best = int(np.argmax(candidates["logit"]))
        if not np.isfinite(candidates["logit"][best]):
            raise UnusableReply(
                "The grammar leaves the model no way to go on. Try again, or choose another model "
                "(`tutor model list`)."
            )
        if self._chance is not None:
            best = _apply(self._chance, candidates)
        return int(candidates["id"][best])


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
    gbnf = gbnf_of(decoding)
    if gbnf is None:
        return None
    grammar = llama_cpp.llama_sampler_init_grammar(runtime.vocabulary, gbnf.encode(), b"root")
    if not grammar:
        raise ValueError(f"llama.cpp cannot parse this grammar:\n{gbnf}")
    return grammar


def gbnf_of(decoding: Decoding) -> str | None:
    """Return the grammar that ``decoding`` asks for, written out where it is a JSON Schema.

    Raises:
        ValueError: both are given.
    """
    if decoding.json_schema is None:
        return decoding.grammar
    if decoding.grammar is not None:
        raise ValueError("Decoding takes a grammar or a JSON Schema, not both")
    return str(json_schema_to_gbnf(json.dumps(decoding.json_schema)))
