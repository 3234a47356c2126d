"""A byte-level BPE tokenizer of our own, and the chat format written in its special tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.llm.chat_model import Message

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.models import BPE

END_OF_TEXT = "<|endoftext|>"
END_OF_MESSAGE = "<|end|>"
ROLES = ("system", "user", "assistant")
SPECIAL_TOKENS = (END_OF_TEXT, *(f"<|{role}|>" for role in ROLES), END_OF_MESSAGE)
"""Their ids are 0, 1, 2, ... in this order."""

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>\\n' + message['content'] + '<|end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)
"""The Jinja template that goes into the GGUF; ``encode_chat`` writes the same in tokens."""


@dataclass(frozen=True, slots=True)
class EncodedChat:
    """A chat in tokens: ``ids[reply_start:]`` is the reply with its closing token."""

    ids: list[int]
    reply_start: int


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Learn ``vocabulary`` tokens, special ones included, from ``texts``.

    The split into words is GPT-2's, which llama.cpp knows as pre-tokenizer ``gpt-2``.
    """
    from tokenizers import models, pre_tokenizers, trainers

    tokenizer = _split_as_gpt2(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _as_plain_text(tokenizer)


def restore_tokenizer(tokens: Sequence[str], merges: Sequence[str]) -> Tokenizer:
    """Return the tokenizer of a GGUF: ``tokens`` by id, and the merges, "left right", in order."""
    from tokenizers import AddedToken, models

    pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    tokenizer = _split_as_gpt2(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL_TOKENS])
    return _as_plain_text(tokenizer)


def load_tokenizer(path: Path) -> Tokenizer:
    """Read a tokenizer written by ``Tokenizer.save``."""
    from tokenizers import Tokenizer

    return _as_plain_text(Tokenizer.from_file(str(path)))


def _split_as_gpt2(model: BPE) -> Tokenizer:
    from tokenizers import Tokenizer, decoders, pre_tokenizers

    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _as_plain_text(tokenizer: Tokenizer) -> Tokenizer:
    """Let text that spells a special token stay text: notes must not forge a message."""
    tokenizer.encode_special_tokens = True
    return tokenizer


def encode_chat(tokenizer: Tokenizer, messages: Sequence[Message], reply: str) -> EncodedChat:
    """Encode ``messages`` and the assistant's ``reply`` as the chat template renders them.

    The template's own text and the contents are encoded apart, as ``tutor.llm`` does it.
    """

    def text(piece: str) -> list[int]:
        ids: list[int] = tokenizer.encode(piece, add_special_tokens=False).ids
        return ids

    end = SPECIAL_TOKENS.index(END_OF_MESSAGE)
    newline = text("\n")
    ids: list[int] = []
    for message in messages:
        role = SPECIAL_TOKENS.index(f"<|{message.role}|>")
        ids += [role, *newline, *text(message.content.strip()), end, *newline]
    ids += [SPECIAL_TOKENS.index("<|assistant|>"), *newline]
    return EncodedChat([*ids, *text(reply), end], len(ids))
