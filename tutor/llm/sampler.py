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
        self._chain = _chain(decoding)
        self._grammar = _grammar(runtime, decoding)

    def close(self) -> None:
        """Free the samplers."""
        llama_cpp.llama_sampler_free(self._chain)
        if self._grammar is not None:
            llama_cpp.llama_sampler_free(self._grammar)

    def next_token(self) -> int:
        """Return the token that follows what was read last.

        Raises:
            UnusableReply: the grammar leaves no token of the vocabulary to go on with.
        """
        token = int(llama_cpp.llama_sampler_sample(self._chain, self._runtime.context, -1))
        if self._grammar is None:
            return token
        if not self._allows(token):
            token = self._within_grammar()
        llama_cpp.llama_sampler_accept(self._grammar, token)
        return token

    def _allows(self, token: int) -> bool:
        candidates = np.array([(token, 0.0, 0.0)], _CANDIDATE)
        self._apply(self._grammar, candidates)
        return bool(np.isfinite(candidates["logit"][0]))

    def _within_grammar(self) -> int:
        """Choose among the tokens that the grammar allows.

        Checking the whole vocabulary takes longer than computing the scores of a small model, and
        the sampled token usually fits; so this is the second try (as in llama.cpp's own tools).
        """
        logits = self._runtime.logits()
        candidates = np.zeros(len(logits), _CANDIDATE)
        candidates["id"] = np.arange(len(logits))
        candidates["logit"] = logits
        self._apply(self._grammar, candidates)
        if not np.isfinite(candidates["logit"]).any():
            raise UnusableReply(
                "The grammar leaves the model no way to go on. Try again, or choose another model."
            )
        return self._apply(self._chain, candidates)

    def _apply(self, sampler: Any, candidates: NDArray[np.void]) -> int:
        """Run ``sampler`` over ``candidates`` in place; return the token it selects, or -1."""
        array = llama_cpp.llama_token_data_array(
            data=candidates.ctypes.data_as(llama_cpp.llama_token_data_p),
            size=len(candidates),
            selected=-1,
            sorted=False,
        )
        llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
        return int(candidates["id"][array.selected]) if array.selected >= 0 else -1


def _chain(decoding: Decoding) -> Any:
    """Return llama.cpp's samplers for temperature, top-p and seed."""
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    if decoding.temperature == 0.0:
        samplers = [llama_cpp.llama_sampler_init_greedy()]
    else:
        samplers = [
            llama_cpp.llama_sampler_init_top_p(decoding.top_p, 1),
            llama_cpp.llama_sampler_init_temp(decoding.temperature),
            llama_cpp.llama_sampler_init_dist(decoding.seed & 0xFFFFFFFF),
        ]
    for sampler in samplers:
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
