"""llama.cpp's C interface, as far as the tutor needs it: load, tokenise, read, score.

The C functions are used directly because ``llama_cpp.Llama`` cannot be stopped while it reads a
prompt, saves no state without its scores, and keeps room for the scores of a whole batch twice
(half a gigabyte for the vocabulary of Llama 3).
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from tutor.llm.batch import Batch, decode, decode_unless
from tutor.llm.cores import physical_cores
from tutor.llm.loading import BATCH, load_model, metadata, open_context

LARGEST_DEFAULT_CONTEXT = 8192
"""Context used for models that were trained on more, unless the user asks for more."""

_SEQUENCE = 0  # the only one


class Runtime:
    """A model loaded into llama.cpp, with a KV cache for one text. Not thread-safe."""

    def __init__(self, path: Path, *, context_size: int, threads: int, gpu_layers: int) -> None:
        """Load ``path``; 0 threads are the physical cores, -1 layers are all of them.

        ``context_size`` tokens are what one text may have, and ``room`` tokens what texts that
        are read side by side may have together.

        Raises:
            ModelUnavailable: the file cannot be loaded, or memory does not suffice.
        """
        self._model = load_model(path, gpu_layers)
        self._close_model = weakref.finalize(self, llama_cpp.llama_model_free, self._model)
        trained = llama_cpp.llama_model_n_ctx_train(self._model)
        self.room = context_size or LARGEST_DEFAULT_CONTEXT
        self.context_size = min(trained, self.room) if context_size == 0 else context_size
        self._path, self._threads = path, threads or physical_cores()
        self.context = open_context(self._model, path, self.context_size, self._threads)
        self._close_context = weakref.finalize(self, llama_cpp.llama_free, self.context)
        self._memory = llama_cpp.llama_get_memory(self.context)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self.vocabulary_size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        self._batch = Batch(BATCH)
        self._piece = ctypes.create_string_buffer(256)

    def close(self) -> None:
        """Free the memory; the object is of no use afterwards."""
        self._close_context()
        self._close_model()

    def open_beside(self, sequences: int, size: int, scored: int) -> Any:
        """Return another context of this model; see ``loading.open_context``. The caller frees it.

        Raises:
            ModelUnavailable: memory does not suffice.
        """
        return open_context(
            self._model, self._path, size, self._threads, sequences=sequences, scored=scored
        )

    def metadata(self, key: str) -> str | None:
        """Return a text of the file's metadata, such as ``tokenizer.chat_template``."""
        return metadata(self._model, key)

    # ------------------------------------------------------------------------ tokens

    def control_tokens(self) -> dict[str, int]:
        """Return the tokens that steer the model (turns, ends) by their text."""
        steering = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_UNKNOWN
        return {
            self.token_text(token): token
            for token in range(self.vocabulary_size)
            if llama_cpp.llama_vocab_get_attr(self.vocabulary, token) & steering
        }

    def token_text(self, token: int) -> str:
        """Return the text of a token as the vocabulary spells it; empty for no token (-1)."""
        if token < 0:
            return ""
        text: bytes = llama_cpp.llama_vocab_get_text(self.vocabulary, token)
        return text.decode("utf-8", "replace")

    def beginning(self) -> int:
        """Return the token that begins a text, or -1."""
        return int(llama_cpp.llama_vocab_bos(self.vocabulary))

    def end(self) -> int:
        """Return the token that ends a text, or -1."""
        return int(llama_cpp.llama_vocab_eos(self.vocabulary))

    def wants_beginning(self) -> bool:
        """Say whether the model was trained on texts that start with the beginning token."""
        return bool(llama_cpp.llama_vocab_get_add_bos(self.vocabulary))

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of ordinary text: what looks like a control token is none."""
        encoded = text.encode("utf-8", "replace")
        room = len(encoded) + 2
        tokens = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(
            self.vocabulary, encoded, len(encoded), tokens, room, False, False
        )
        if count < 0:
            raise RuntimeError(f"{-count} tokens for {len(encoded)} bytes of text")
        return tokens[:count]

    def piece(self, token: int) -> bytes:
        """Return the bytes that a token stands for; nothing for control tokens."""
        size = llama_cpp.llama_token_to_piece(
            self.vocabulary, token, self._piece, len(self._piece), 0, False
        )
        if size < 0:
            self._piece = ctypes.create_string_buffer(-size)
            return self.piece(token)
        return self._piece.raw[:size]

    def is_end(self, token: int) -> bool:
        """Say whether a token ends the reply."""
        return bool(llama_cpp.llama_vocab_is_eog(self.vocabulary, token))

    # ------------------------------------------------------------------------- state

    def forget(self, start: int) -> bool:
        """Drop the state of the text from token ``start`` on.

        Some architectures (recurrent ones) cannot drop a part: then nothing is dropped and the
        answer is false.
        """
        return bool(llama_cpp.llama_memory_seq_rm(self._memory, _SEQUENCE, start, -1))

    def state(self) -> NDArray[np.uint8]:
        """Return a copy of the state of the text read so far."""
        size = llama_cpp.llama_state_seq_get_size(self.context, _SEQUENCE)
        state = np.empty(size, np.uint8)
        llama_cpp.llama_state_seq_get_data(self.context, _bytes(state), size, _SEQUENCE)
        return state

    def set_state(self, state: NDArray[np.uint8]) -> bool:
        """Go back to ``state`` and return true, or forget everything where llama.cpp refuses."""
        size = llama_cpp.llama_state_seq_set_data(
            self.context, _bytes(state), len(state), _SEQUENCE
        )
        if size != len(state):
            self.forget(0)
        return bool(size == len(state))

    def read(
        self, held: list[int], tokens: Sequence[int], cancelled: threading.Event | None = None
    ) -> None:
        """Read ``tokens`` after the ``held`` ones, which grow by what was read.

        Raises:
            ReadingCancelled: ``cancelled`` was set; it is looked at within each batch.
            ModelUnavailable: llama.cpp failed, most likely for want of memory.
        """
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            self._batch.clear()
            self._batch.add(part, len(held))
            if len(tokens) == 1:
                decode(self.context, self._batch)
            else:
                decode_unless(self.context, self._batch, cancelled)
            held.extend(part)

    def logits(self) -> NDArray[np.float32]:
        """Return the scores of the next token, shape (vocabulary,): a view, good until ``read``."""
        pointer = llama_cpp.llama_get_logits_ith(self.context, -1)
        return np.ctypeslib.as_array(pointer, (self.vocabulary_size,))


def _bytes(state: NDArray[np.uint8]) -> Any:
    return state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
