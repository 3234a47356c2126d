"""Keyword search: which words find which chunks, and what is kept on disk."""

import subprocess
import sys
from pathlib import Path

import bm25s
import numpy as np
import pytest

from tutor.errors import IndexUnavailable
from tutor.index.keyword_index import KeywordIndex, fingerprint, terms
from tutor.schema import Chunk


def chunk(id_: str, text: str, course: str = "ml", heading: tuple[str, ...] = ()) -> Chunk:
    return Chunk(id_, course, "/notes/a.md", heading, text, 0, 0, len(text), 1, 1)


CHUNKS = [
    chunk("gan", "A generator and a discriminator are trained against each other."),
    chunk("gpt", "GPT-2 has 124M parameters; Mixtral 8x22B has many more.", heading=("Models",)),
    chunk("opt", "Set n_gpu_layers to -1 and top_p to 0.95 in llama.cpp.", heading=("Options",)),
    chunk("cpp", "Bindings exist for C++ and C#, and for Node.js."),
    chunk("rag", "Retrieval-augmented generation looks passages up.", course="rag"),
    chunk("bio", "Les réseaux naïfs: 日本語のテキスト.", course="other"),
]


@pytest.fixture(scope="module")
def index() -> KeywordIndex:
    return KeywordIndex.build(CHUNKS)


def found(index: KeywordIndex, query: str) -> list[str]:
    return [id_ for id_, _ in index.search(query, 10)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("training discriminators", "gan"),
        ("how big is gpt-2?", "gpt"),
        ("how big is GPT2", "gpt"),
        ("mixtral 8x22b", "gpt"),
        ("what does n_gpu_layers do", "opt"),
        ("n-gpu-layers", "opt"),
        ("top_p", "opt"),
        ("value of 0.95", "opt"),
        ("llama.cpp", "opt"),
        ("is there a C++ version", "cpp"),
        ("c#", "cpp"),
        ("nodejs", "cpp"),
        ("retrieval augmented generation", "rag"),
        ("list the models", "gpt"),
        ("naïfs", "bio"),
    ],
)
def test_a_query_finds_its_chunk_first(index: KeywordIndex, query: str, first: str) -> None:
    assert found(index, query)[0] == first


@pytest.mark.parametrize("query", ["", "   ", "what is the", "zyzzyva", "?!... --- \x00 \udc80"])
def test_a_query_without_known_terms_finds_nothing(index: KeywordIndex, query: str) -> None:
    assert index.search(query, 10) == []


def test_scores_are_those_of_bm25s(index: KeywordIndex) -> None:
    reference = bm25s.BM25()
    reference.index([terms(c.embedded_text) for c in CHUNKS], show_progress=False)
    query = "generation of models by a generator trained in llama.cpp"
    expected = reference.get_scores([t for t in terms(query) if t in reference.vocab_dict])
    scores = dict(index.search(query, 10))
    got = [scores.get(c.id, 0.0) for c in CHUNKS]
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_results_are_best_first_and_no_more_than_asked(index: KeywordIndex) -> None:
    hits = index.search("generator generation models parameters trained", 3)
    assert len(hits) == 3
    assert [s for _, s in hits] == sorted((s for _, s in hits), reverse=True)


def test_chunks_that_fit_equally_well_come_in_their_order() -> None:
    many = KeywordIndex.build([chunk(str(i), "a tie of granite and basalt") for i in range(9)])
    assert found(many, "granite") == [str(i) for i in range(9)]
    assert [id_ for id_, _ in many.search("granite", 4)] == ["0", "1", "2", "3"]
    assert many.search("granite", 0) == []


def test_courses_restrict_the_search(index: KeywordIndex) -> None:
    assert [i for i, _ in index.search("generation generator", 10, ["rag"])] == ["rag"]
    assert index.search("generation", 10, []) == []
    assert index.search("generation", 10, ["unknown"]) == []


def test_the_courses_are_named_in_alphabetical_order(index: KeywordIndex) -> None:
    assert index.courses() == ["ml", "other", "rag"]


def test_the_vocabulary_holds_words_as_written_with_counts(index: KeywordIndex) -> None:
    words = index.vocabulary()
    assert words["discriminator"] == 1
    assert words["and"] == 4
    assert "8x22b" in words
    assert "discrimin" not in words


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    empty = KeywordIndex.build([])
    assert empty.search("anything", 5) == []
    empty.save(tmp_path / "k.npz")
    assert KeywordIndex.load(tmp_path / "k.npz").search("anything", 5) == []
    assert KeywordIndex.build([chunk("a", "of the and")]).search("the", 5) == []


def test_what_is_saved_is_loaded_without_bm25s(index: KeywordIndex, tmp_path: Path) -> None:
    file = tmp_path / "folder" / "keywords.npz"
    index.save(file)
    index.save(file)
    assert list(file.parent.iterdir()) == [file], "nothing temporary is left"
    loaded = KeywordIndex.load(file)
    query = "generator generation models GPT-2"
    assert loaded.search(query, 10) == index.search(query, 10)
    assert loaded.search(query, 10, ["rag"]) == index.search(query, 10, ["rag"])
    assert loaded.vocabulary() == index.vocabulary()
    assert loaded.fingerprint == index.fingerprint == fingerprint(c.id for c in CHUNKS)
    probe = (
        "import sys; from pathlib import Path; from tutor.index.keyword_index import KeywordIndex;"
        "KeywordIndex.load(Path(sys.argv[1])).search('models', 3);"
        "print(*{'bm25s', 'scipy', 'numba', 'jax'} & set(sys.modules))"
    )
    out = subprocess.check_output([sys.executable, "-c", probe, str(file)], text=True)
    assert out.strip() == ""


def test_the_fingerprint_depends_on_the_set_of_chunks_alone() -> None:
    assert fingerprint(["a", "b"]) == fingerprint(["b", "a"])
    assert fingerprint(["a", "b"]) != fingerprint(["a", "c"])


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"PK\x03\x04 cut short"])
def test_a_missing_or_damaged_file_is_reported(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "keywords.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IndexUnavailable, match="rebuild"):
        KeywordIndex.load(file)


def test_a_file_cut_short_is_reported(index: KeywordIndex, tmp_path: Path) -> None:
    file = tmp_path / "keywords.npz"
    index.save(file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(IndexUnavailable, match="rebuild"):
        KeywordIndex.load(file)
