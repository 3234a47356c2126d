"""One answer from several passages: the sums over passages of retrieval-augmented generation.

After Lewis et al., "Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks" (2020,
arXiv:2005.11401). Each passage z is read by itself after the question x; which one is right is a
hidden variable with the probability p(z|x), and the answer y is that of all passages together:

    RAG-Token     p(y|x) = prod_i sum_z p(z|x) p(y_i | x, z, y_<i)    decided token by token
    RAG-Sequence  p(y|x) = sum_z p(z|x) prod_i p(y_i | x, z, y_<i)    decided once, for all of y

Everything is in natural logarithms, and K stands for the number of passages.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def log_softmax(scores: Floats) -> Floats:
    """Return the logarithms of the probabilities that ``scores`` stand for, along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    logs: Floats = (shifted - total).astype(np.float32)
    return logs


def mixture(log_probabilities: Floats, log_prior: Floats) -> Floats:
    """Return log sum_z p(z|x) p(y_i|x, z, y_<i), shape (V,), of log p(y_i|...), shape (K, V)."""
    weighted = log_probabilities + log_prior[:, None]
    highest = weighted.max(axis=0)
    mixed: Floats = highest + np.log(np.exp(weighted - highest).sum(axis=0))
    return mixed


def posterior(likelihoods: Floats, log_prior: Floats) -> Floats:
    """Return p(z|x, y), shape (K,), of log p(y_i|x, z, y_<i), shape (tokens, K): Bayes' rule."""
    probabilities: Floats = np.exp(log_softmax(log_prior + likelihoods.sum(axis=0)))
    return probabilities


def log_marginal(likelihoods: Floats, log_prior: Floats) -> float:
    """Return log sum_z p(z|x) p(y|x, z) of log p(y_i|x, z, y_<i), shape (tokens, K)."""
    return float(np.logaddexp.reduce(log_prior + likelihoods.sum(axis=0)))
