"""The embedders: llama.cpp and sentence-transformers give the same vectors, and load when due."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tutor.errors import ModelUnavailable
from tutor.index import embedder as embedder_module
from tutor.index.embedder import BulkEmbedder, PackagedEmbedder, open_embedder
from tutor.index.encoder_gguf import ensure_encoder, packaged_model
from tutor.index.query_encoder import MAX_TOKENS, QueryEncoder

TEXTS = [
    "What is retrieval-augmented generation?",
    "waht is retreival augmentd genaration",
    "",
    "   \n\t ",
    "attention",
    "Ein Überblick über neuronale Netze: naïve façade, Ångström, İstanbul",
    "深層学習とは何ですか? 머신러닝 машинное обучение",
    "emoji 🤖🧠, maths ∑ᵢ xᵢ² ≤ ∞, and zero\u200bwidth, soft\u00adhyphen, nul\x00byte",
    "[CLS] a text that [MASK] names ##special tokens [SEP] itself",
    "def softmax(x):\n    e = np.exp(x - x.max())\n    return e / e.sum()\n",
    "| model | n_gpu_layers | top_p |\n|---|---|---|\n| mixtral-8x22b | -1 | 0.95 |",
    "unbreakable" * 300,
    "A long lecture about gradient descent and its many variants. " * 200,
    "punctuation!!! ... ??? --- ''' \"\"\" ((( )))",
    "a lone surrogate \udc80 from the command line",
]


@pytest.fixture(scope="module")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def encoder(models_folder: Path) -> QueryEncoder:
    return QueryEncoder(models_folder)


@pytest.fixture(scope="module")
def bulk() -> BulkEmbedder:
    return BulkEmbedder(str(packaged_model()), "all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def reference() -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_model()), device="cpu", local_files_only=True)
    texts = [text.encode("utf-8", "replace").decode() for text in TEXTS]
    return np.asarray(model.encode(texts, normalize_embeddings=True))


def test_query_encoder_agrees_with_sentence_transformers(
    encoder: QueryEncoder, reference: np.ndarray
) -> None:
    vectors = encoder.embed(TEXTS)
    cosines = (vectors * reference).sum(axis=1)
    assert cosines.min() >= 0.9999, dict(zip(TEXTS, cosines, strict=True))


def test_bulk_embedder_agrees_with_full_precision(
    bulk: BulkEmbedder, reference: np.ndarray
) -> None:
    assert (bulk.embed(TEXTS) * reference).sum(axis=1).min() >= 0.999


@pytest.mark.parametrize("which", ["encoder", "bulk"])
def test_vectors_are_unit_float32_rows(which: str, request: pytest.FixtureRequest) -> None:
    embedder = request.getfixturevalue(which)
    vectors = embedder.embed(["one", "two", "three"])
    assert vectors.shape == (3, embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_a_text_has_the_same_vector_alone_and_in_a_crowd(encoder: QueryEncoder) -> None:
    crowd = encoder.embed([f"text number {i} " * (1 + i % 5) for i in range(100)])
    alone = encoder.embed(["text number 99 " * 5])
    assert crowd[99] @ alone[0] > 0.9999


def test_words_beyond_the_limit_do_not_count(encoder: QueryEncoder) -> None:
    start = "gradient " * MAX_TOKENS
    one, other = encoder.embed([start, start + "volcano " * 50])
    np.testing.assert_array_equal(one, other)


def test_threads_share_an_encoder_without_mixing_up_their_texts(encoder: QueryEncoder) -> None:
    texts = [f"subject {i}" for i in range(8)]
    alone = [encoder.embed([text])[0] for text in texts]
    wrong: list[str] = []

    def work(i: int) -> None:
        for _ in range(20):
            if encoder.embed([texts[i]])[0] @ alone[i] < 0.9999:
                wrong.append(texts[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_query_loads_neither_torch_nor_sentence_transformers(models_folder: Path) -> None:
    probe = (
        "import sys; from pathlib import Path; from tutor.index.embedder import open_embedder;"
        "open_embedder('all-MiniLM-L6-v2', Path(sys.argv[1])).embed(['a question']);"
        "print(*{'torch', 'transformers', 'sentence_transformers', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, str(models_folder)], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_many_texts_at_once_go_to_sentence_transformers_and_agree(
    models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder_module, "_MANY", 40)
    embedder = PackagedEmbedder(models_folder)
    texts = [f"w{i}" for i in range(40)]
    few, many = embedder.embed(texts[:39]), embedder.embed(texts)[:39]
    assert (many * few).sum(axis=1).min() > 0.999
    assert not np.array_equal(many, few), "both came from the same engine"


def test_being_told_of_many_texts_is_enough_to_change_engines(models_folder: Path) -> None:
    embedder = PackagedEmbedder(models_folder)
    texts = [f"w{i}" for i in range(64)]
    one, few = embedder.embed(texts[:1]), embedder.embed(texts)
    embedder.prepare(10_000)
    many = embedder.embed(texts)
    assert (many * few).sum(axis=1).min() > 0.999
    assert not np.array_equal(many, few), "both came from the same engine"
    assert np.array_equal(embedder.embed(texts[:1]), one), "a question stays with llama.cpp"


def test_the_packaged_model_is_known_by_its_full_name_too(tmp_path: Path) -> None:
    full = open_embedder("sentence-transformers/all-MiniLM-L6-v2", tmp_path)
    assert (full.name, full.dimension) == ("all-MiniLM-L6-v2", 384)
    assert list(tmp_path.iterdir()) == [], "opening alone writes nothing"


def test_another_model_is_opened_from_its_folder() -> None:
    folder = str(packaged_model())
    embedder = open_embedder(folder, Path("unused"))
    assert (embedder.name, embedder.dimension) == (folder, 384)


@pytest.mark.parametrize("name", ["multi-qa-mpnet-base-cos-v1", "/nowhere/at/all", "no such model"])
def test_a_model_that_is_not_here_is_named_with_the_cure(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"hf download|embedder") as error:
        open_embedder(name, tmp_path)
    assert name in str(error.value)


def test_a_damaged_encoder_file_is_reported_with_the_cure(tmp_path: Path) -> None:
    file = ensure_encoder(tmp_path)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(ModelUnavailable, match="Delete the file"):
        QueryEncoder(tmp_path)


def test_the_encoder_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    in_the_way = tmp_path / "models"
    in_the_way.write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match="cannot be written"):
        ensure_encoder(in_the_way)
    written = ensure_encoder(tmp_path / "other")
    assert list(written.parent.iterdir()) == [written], "nothing temporary is left"
    before = written.stat().st_mtime_ns
    assert ensure_encoder(tmp_path / "other").stat().st_mtime_ns == before
