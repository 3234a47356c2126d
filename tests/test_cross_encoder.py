"""A cross-encoder on disk: found, read, and put to work by the retriever."""

from pathlib import Path

import numpy as np
import pytest
import rock_notes
from fakes import HashingEmbedder, InMemoryStore
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from tutor.errors import ModelUnavailable
from tutor.index.cross_encoder import CrossEncoder, find_cross_encoder
from tutor.index.keyword_index import KeywordIndex
from tutor.retrieval.retriever import Retriever

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_bert(folder: Path, labels: int = 1) -> Path:
    """Save a BERT with random weights that reads letters and judges pairs of texts."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_LETTERS, *(f"##{x}" for x in _LETTERS)]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=labels,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> CrossEncoder:
    return CrossEncoder(write_bert(tmp_path_factory.mktemp("models") / "judge"))


def test_each_text_gets_a_score_from_0_to_1_that_depends_on_the_question(
    model: CrossEncoder,
) -> None:
    texts = ["granite is hard", "lava flows", "a lone surrogate \ud800"]
    scores = model.scores("what is hard", texts)
    assert scores.shape == (3,)
    assert ((scores > 0) & (scores < 1)).all()
    assert len(set(scores.tolist())) == 3
    assert not np.allclose(scores, model.scores("who swims", texts))
    np.testing.assert_allclose(model.scores("what is hard", texts[:1]), scores[:1], atol=1e-5)


def test_no_texts_have_no_scores(model: CrossEncoder) -> None:
    assert model.scores("what is hard", []).shape == (0,)


def test_passages_come_in_the_order_of_the_cross_encoder(model: CrossEncoder) -> None:
    chunks = rock_notes.chunks()
    store, embedder = InMemoryStore(), HashingEmbedder()
    store.upsert(chunks, embedder.embed([chunk.embedded_text for chunk in chunks]))
    keywords = KeywordIndex.build(chunks)
    texts = {chunk.id: chunk.embedded_text for chunk in chunks}

    class Weightless:
        """Scores a hundredfold: what else counts in the order disappears beside it."""

        def scores(self, question: str, texts: list[str]) -> np.ndarray:
            return 100 * model.scores(question, texts)

    found = Retriever(store, keywords, embedder, Weightless()).search("magma cools", 3)
    best = [max(model.scores("magma cools", [texts[one] for one in p.chunk_ids])) for p in found]
    assert best == sorted(best, reverse=True)


def test_a_cross_encoder_among_the_models_is_found(tmp_path: Path) -> None:
    assert find_cross_encoder(None, tmp_path / "absent") is None
    (tmp_path / "chat.gguf").touch()
    (tmp_path / "embedder").mkdir()
    (tmp_path / "embedder" / "config.json").write_text('{"architectures": ["BertModel"]}')
    assert find_cross_encoder(None, tmp_path) is None
    judge = write_bert(tmp_path / "judge")
    assert find_cross_encoder(None, tmp_path) == judge


def test_a_folder_that_is_named_and_is_no_cross_encoder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="reranker"):
        find_cross_encoder(tmp_path, tmp_path)


def test_a_model_that_sorts_into_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="3 numbers"):
        CrossEncoder(write_bert(tmp_path, labels=3))


def test_a_broken_model_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"architectures": ["BertForSequenceClassification"]}')
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        CrossEncoder(tmp_path)
