"""The embedding model run by llama.cpp: ready in a tenth of a second, without torch.

It gives the same vectors as sentence-transformers (cosine above 0.9999, kept so by a test). The C
interface is used directly because ``llama_cpp.Llama.embed`` returns Python lists of floats, cuts a
long text without its closing ``[SEP]``, and brings a vocabulary that this file does without.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.errors import ModelUnavailable
from tutor.index.encoder_gguf import ensure_encoder, packaged_model
from tutor.llm.cores import physical_cores

MAX_TOKENS = 256
"""Tokens of a text that count, ``[CLS]`` and ``[SEP]`` included: what the model was trained on."""

_BATCH_TOKENS = 512
_BATCH_TEXTS = 64
_QUERY_TOKENS = 96
"""Tokens up to which a second thread gains nothing and, on a busy machine, costs a lot."""


class QueryEncoder:
    """all-MiniLM-L6-v2 in llama.cpp. Safe to call from several threads, one call at a time."""

    name = "all-MiniLM-L6-v2"
    dimension = 384

    def __init__(self, models_folder: Path) -> None:
        """Load the network, writing its GGUF file into ``models_folder`` the first time.

        Raises:
            ModelUnavailable: the weights are missing or damaged, or memory does not suffice.
        """
        import llama_cpp
        from tokenizers import Tokenizer

        self._lock = threading.Lock()
        self._last: tuple[str, NDArray[np.float32]] | None = None
        self._llama = llama_cpp
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        # Above every level: llama.cpp tells its whole loading on stderr otherwise.
        logging.getLogger("llama-cpp-python").setLevel(logging.CRITICAL + 1)
        llama_cpp.llama_backend_init()
        self._model = _load(llama_cpp, ensure_encoder(models_folder))
        weakref.finalize(self, llama_cpp.llama_model_free, self._model)
        self._context = _open(llama_cpp, self._model)
        weakref.finalize(self, llama_cpp.llama_free, self._context)
        self._batch = llama_cpp.llama_batch_init(_BATCH_TOKENS, 0, 1)
        weakref.finalize(self, llama_cpp.llama_batch_free, self._batch)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 per text, shape ``(len(texts), dimension)``.

        It is the mean of the vectors of the text's tokens.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for i, states in self._states(texts):
            vectors[i] = states.mean(axis=0)
        return normalised(vectors)

    def token_vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return a vector of length 1 for each token of each text, shapes ``(tokens, dimension)``.

        They belong to the tokens as they stand there, amid the others; see `token_spans`.
        """
        found = {i: normalised(states[1:-1]) for i, states in self._states(texts)}
        return [found[i] for i in range(len(texts))]

    def read(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Return what `embed` and `token_vectors` do, from one run of the network."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        tokens: dict[int, NDArray[np.float32]] = {}
        for i, states in self._states(texts):
            vectors[i] = states.mean(axis=0)
            tokens[i] = normalised(states[1:-1])
        return normalised(vectors), [tokens[i] for i in range(len(texts))]

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where in ``text`` the tokens of `token_vectors` stand, as character offsets."""
        offsets: list[tuple[int, int]] = self._tokenizer.encode(encodable(text)).offsets
        return offsets[1:-1]

    def _states(self, texts: Sequence[str]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the number of each text with the network's output for ``[CLS]``, tokens, ``[SEP]``.

        The texts come in any order. A text alone is remembered: a question is asked for its own
        vector and for those of its tokens.
        """
        last = self._last
        if last is not None and list(texts) == [last[0]]:
            yield 0, last[1]
            return
        clean = [encodable(text) for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(clean)]
        for batch in _batches([len(ids) for ids in tokens]):
            lengths = [len(tokens[i]) for i in batch]
            with self._lock:
                states = self._run([tokens[i] for i in batch])
            if len(texts) == 1:
                self._last = (texts[0], states)
            yield from zip(batch, np.split(states, np.cumsum(lengths)[:-1]), strict=True)

    def _run(self, sequences: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Run one batch through the network; text ``i`` of the batch is sequence ``i``.

        Returns the output for every token, one text after the other, shape ``(n, dimension)``.
        """
        batch = self._batch
        n = 0
        for sequence, ids in enumerate(sequences):
            for position, token in enumerate(ids):
                batch.token[n] = token
                batch.pos[n] = position
                batch.n_seq_id[n] = 1
                batch.seq_id[n][0] = sequence
                batch.logits[n] = 1
                n += 1
        batch.n_tokens = n
        threads = 1 if n <= _QUERY_TOKENS else physical_cores()
        self._llama.llama_set_n_threads(self._context, threads, threads)
        status = self._llama.llama_encode(self._context, batch)
        if status != 0:
            raise ModelUnavailable(
                f"The query encoder failed (llama.cpp status {status}). "
                "Run `tutor doctor` to check the installation."
            )
        states = self._llama.llama_get_embeddings(self._context)
        output: NDArray[np.float32] = np.ctypeslib.as_array(states, (n, self.dimension)).copy()
        return output


def _load(llama_cpp: Any, file: Path) -> Any:
    parameters = llama_cpp.llama_model_default_params()
    parameters.n_gpu_layers = 0  # a question takes 2 ms on a CPU; a GPU takes longer to wake up
    model = llama_cpp.llama_model_load_from_file(str(file).encode(), parameters)
    if not model:
        raise ModelUnavailable(
            f"The query encoder {file} is damaged. Delete the file; it is written anew when needed."
        )
    return model


def _open(llama_cpp: Any, model: Any) -> Any:
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = _BATCH_TOKENS
    parameters.n_seq_max = _BATCH_TEXTS
    parameters.embeddings = True
    parameters.pooling_type = llama_cpp.LLAMA_POOLING_TYPE_NONE
    context = llama_cpp.llama_init_from_model(model, parameters)
    if not context:
        raise ModelUnavailable(
            "There is not enough memory for the query encoder (about 100 MB). "
            "Close other programs and try again."
        )
    return context


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group texts of like length: yield lists of indices that fit one call of the network."""
    batch: list[int] = []
    used = 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (used + lengths[i] > _BATCH_TOKENS or len(batch) == _BATCH_TEXTS):
            yield batch
            batch, used = [], 0
        batch.append(i)
        used += lengths[i]
    if batch:
        yield batch


def encodable(text: str) -> str:
    """Replace lone surrogates, which tokenizers refuse; they come from undecodable arguments."""
    return text.encode("utf-8", "replace").decode("utf-8")


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length 1."""
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths
