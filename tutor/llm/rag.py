"""The two ways of Lewis et al. (2020, arXiv:2005.11401) to write one reply from K passages.

Each passage has a sequence of its own, and ``log_prior``, shape (K,), is how probable it is. Both
ways return the reply with log p(y_i|x, z, y_<i), shape (tokens, K); see ``marginal``.
"""

from __future__ import annotations

import contextlib

import numpy as np

from tutor.llm.batch import ReadingCancelled
from tutor.llm.draft import Draft, Order
from tutor.llm.marginal import Floats, log_marginal, log_softmax, mixture
from tutor.llm.sequences import Sequences


def write_by_token(sequences: Sequences, log_prior: Floats, order: Order) -> tuple[Draft, Floats]:
    """RAG-Token: choose each token from the mixture of all passages, and give it to all."""
    draft = order.draft(order.on_token)
    scores = sequences.scores
    likelihoods: list[Floats] = []
    with contextlib.closing(order.sampler()) as sampler:
        while not order.is_cancelled:
            logs = log_softmax(scores)
            token = sampler.next_token(mixture(logs, log_prior))
            likelihoods.append(logs[:, token])
            draft.add(token)
            if draft.finish is not None:
                break
            scores = sequences.step(dict.fromkeys(range(len(log_prior)), token))
    return draft, np.array(likelihoods, np.float32).reshape(-1, len(log_prior))


def write_by_sequence(
    sequences: Sequences, log_prior: Floats, order: Order
) -> tuple[Draft, Floats]:
    """RAG-Sequence: answer each passage by itself; the answer that all make most probable wins.

    This is the paper's thorough decoding with one candidate a passage: each is scored under
    every passage. When cancelled, the reply is what the most probable passage gave until then.
    """
    drafts = [order.draft() for _ in log_prior]
    try:
        _write_apart(sequences, drafts, order)
        best, likelihoods = _most_probable(sequences, drafts, log_prior)
    except ReadingCancelled:
        best, likelihoods = drafts[0], np.zeros((len(drafts[0].tokens), len(drafts)), np.float32)
        best.finish = "cancelled"
    if order.on_token is not None:
        order.on_token(best.text)
    return best, likelihoods


def _write_apart(sequences: Sequences, drafts: list[Draft], order: Order) -> None:
    """Write a draft in each of the sequences, all of them one token at a step."""
    with contextlib.ExitStack() as stack:
        samplers = [stack.enter_context(contextlib.closing(order.sampler())) for _ in drafts]
        writing = list(range(len(drafts)))
        scores = sequences.scores
        while writing:
            if order.is_cancelled:
                raise ReadingCancelled
            for n, row in zip(writing, scores, strict=True):
                drafts[n].add(samplers[n].next_token(row))
            writing = [n for n in writing if drafts[n].finish is None]
            if writing:
                scores = sequences.step({n: drafts[n].tokens[-1] for n in writing})


def _most_probable(
    sequences: Sequences, drafts: list[Draft], log_prior: Floats
) -> tuple[Draft, Floats]:
    """Score each draft under every passage; return the best with its likelihoods."""
    distinct = {tuple(draft.tokens): draft for draft in drafts}.values()
    scored = [(draft, sequences.likelihoods(draft.tokens)) for draft in distinct]
    return max(scored, key=lambda pair: log_marginal(pair[1], log_prior))
