"""One contract for vector stores: in memory, Chroma in a folder, and Chroma on a server."""

import dataclasses
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import InMemoryStore
from numpy.typing import NDArray

from tutor.errors import IndexUnavailable, SettingsError
from tutor.index.vector_store import ChromaStore, VectorStore
from tutor.schema import Chunk, chunk_id

DIMENSION = 16


def chunk(
    text: str,
    course: str = "biology",
    source: str = "/notes/cells.md",
    position: int = 0,
    heading: tuple[str, ...] = ("Cells", "Ribosomes"),
    page: int | None = None,
) -> Chunk:
    return Chunk(
        id=chunk_id(course, source, heading, text),
        course=course,
        source=source,
        heading=heading,
        text=text,
        position=position,
        start=10 * position,
        end=10 * position + len(text),
        start_line=position + 1,
        end_line=position + 1 + text.count("\n"),
        page=page,
    )


def unit(*directions: int) -> NDArray[np.float32]:
    """One row for each direction: a vector of length 1 along that axis."""
    return np.eye(DIMENSION, dtype=np.float32)[list(directions)]


@pytest.fixture(params=["memory", "folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "memory":
        yield InMemoryStore()
        return
    if request.param == "folder":
        chroma = ChromaStore(tmp_path / "chroma")
    else:
        url = request.getfixturevalue("chroma_url")
        chroma = ChromaStore(url=url, collection=f"test-{abs(hash(request.node.name))}")
    yield chroma
    chroma.close()


def test_an_empty_store_answers_every_question(store: VectorStore) -> None:
    assert store.count() == 0
    assert store.ids() == set()
    assert store.chunks() == []
    assert store.courses() == []
    assert store.get(["missing"]) == []
    assert store.search(unit(0)[0], 5) == []
    assert len(store.vectors(["missing"])) == 0
    store.delete(["missing"])


def test_chunks_come_back_exactly_as_they_went_in(store: VectorStore) -> None:
    chunks = [
        chunk("Ribosomes build proteins.", position=0),
        chunk("line one\nline two\n\n\ttabbed  ", position=1, heading=(), page=7),
        chunk(
            "日本語 ∑ 🤖 [bold]not markup[/bold] {{x}}", position=2, heading=("a > b", '"c"\x1f')
        ),
        chunk("x" * 2000, position=3, source="/notes/with space & 'quote'.md"),
    ]
    store.upsert(chunks, unit(0, 1, 2, 3))
    assert store.get([c.id for c in reversed(chunks)]) == chunks[::-1]
    assert store.chunks() == chunks
    np.testing.assert_allclose(store.vectors([chunks[2].id, chunks[0].id]), unit(2, 0), atol=1e-6)


def test_search_returns_the_nearest_first_with_cosines(store: VectorStore) -> None:
    chunks = [chunk(f"text {i}", position=i) for i in range(5)]
    store.upsert(chunks, unit(0, 1, 2, 3, 4))
    query = 0.8 * unit(1)[0] + 0.6 * unit(3)[0]
    found = store.search(query, 3)
    assert [c for c, _ in found[:2]] == [chunks[1], chunks[3]]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6, 0.0], abs=1e-5)
    assert len(store.search(query, 50)) == 5
    assert store.search(query, 0) == []


def test_a_search_stays_within_the_courses_named(store: VectorStore) -> None:
    for i, course in enumerate(("biology", "physics", "history")):
        store.upsert([chunk("same words", course=course)], unit(i))
    everywhere = store.search(unit(0)[0], 3)
    assert {c.course for c, _ in everywhere} == {"biology", "physics", "history"}
    two = store.search(unit(0)[0], 3, ["physics", "history"])
    assert {c.course for c, _ in two} == {"physics", "history"}
    assert store.search(unit(0)[0], 3, ["no such course"]) == []
    assert store.search(unit(0)[0], 3, []) == []
    assert store.courses() == ["biology", "history", "physics"]


def test_a_rare_course_is_found_among_many_chunks(store: VectorStore) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((800, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    many = [chunk(f"fact {i}", course="big", position=i) for i in range(800)]
    store.upsert(many, vectors)
    store.upsert([chunk("the needle", course="small")], unit(0))
    assert [c.text for c, _ in store.search(-unit(0)[0], 5, ["small"])] == ["the needle"]
    # The nearest of the big course are the nearest of all, but for the needle among them.
    expected = [c for c, _ in store.search(unit(0)[0], 6) if c.course == "big"]
    assert [c for c, _ in store.search(unit(0)[0], 5, ["big"])] == expected


def test_ids_chunks_and_counts_are_told_apart_by_course_and_source(store: VectorStore) -> None:
    a = chunk("one", course="biology", source="/a.md")
    b = chunk("one", course="biology", source="/b.md")
    c = chunk("one", course="physics", source="/a.md")
    store.upsert([a, b, c], unit(0, 1, 2))
    assert store.ids() == {a.id, b.id, c.id}
    assert store.ids("biology") == {a.id, b.id}
    assert store.ids(source="/a.md") == {a.id, c.id}
    assert store.ids("physics", "/a.md") == {c.id}
    assert store.chunks("biology", "/b.md") == [b]
    assert (store.count(), store.count("biology"), store.count("nothing")) == (3, 2, 0)


def test_upserting_again_replaces(store: VectorStore) -> None:
    one = chunk("one")
    store.upsert([one], unit(0))
    store.upsert([dataclasses.replace(one, position=9)], unit(5))
    assert store.count() == 1
    [(found, cosine)] = store.search(unit(5)[0], 5)
    assert (found.position, cosine) == (9, pytest.approx(1, abs=1e-5))


def test_updating_moves_a_chunk_and_keeps_its_vector(store: VectorStore) -> None:
    one = chunk("one", page=3)
    store.upsert([one], unit(4))
    moved = dataclasses.replace(one, position=6, start_line=70, end_line=71, page=None)
    store.update([moved])
    assert store.get([one.id]) == [moved]
    np.testing.assert_allclose(store.vectors([one.id]), unit(4), atol=1e-6)


def test_deleted_chunks_are_gone_from_every_answer(store: VectorStore) -> None:
    chunks = [chunk(f"text {i}", position=i) for i in range(3)]
    store.upsert(chunks, unit(0, 1, 2))
    store.delete([chunks[0].id, "missing"])
    assert store.ids() == {chunks[1].id, chunks[2].id}
    assert chunks[0] not in [c for c, _ in store.search(unit(0)[0], 5)]
    store.upsert(chunks[:1], unit(0))
    assert store.search(unit(0)[0], 1)[0][0] == chunks[0]


def test_batches_beyond_what_chroma_takes_at_once(store: VectorStore) -> None:
    chunks = [chunk(f"n {i}", position=i) for i in range(6000)]
    vectors = np.ones((6000, DIMENSION), np.float32) / DIMENSION**0.5
    store.upsert(chunks, vectors)
    assert store.count() == 6000
    assert len(store.get([c.id for c in chunks])) == 6000
    store.delete([c.id for c in chunks[:5900]])
    assert store.chunks() == chunks[5900:]


# -------------------------------------------------------------------- Chroma alone


def test_a_folder_keeps_its_chunks_for_the_next_process(tmp_path: Path) -> None:
    writer = "; ".join(
        [
            "import sys, test_vector_store as t",
            "store = t.ChromaStore(t.Path(sys.argv[1]))",
            "store.upsert([t.chunk('from another process')], t.unit(0))",
        ]
    )
    subprocess.run(
        [sys.executable, "-c", writer, str(tmp_path)], check=True, cwd=Path(__file__).parent
    )
    assert [c.text for c in ChromaStore(tmp_path).chunks()] == ["from another process"]


def test_opening_loads_no_model_and_reads_no_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=nonsense\nANONYMIZED_TELEMETRY=True\n")
    probe = (
        "import sys; from pathlib import Path; from tutor.index.vector_store import ChromaStore;"
        "ChromaStore(Path('store')).count();"
        "print(*{'onnxruntime', 'torch', 'tokenizers', 'fastapi'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def _filled(folder: Path) -> None:
    store = ChromaStore(folder)
    rng = np.random.default_rng(0)
    chunks: Sequence[Chunk] = [chunk(f"n {i}", position=i) for i in range(1500)]
    store.upsert(chunks, rng.standard_normal((1500, DIMENSION)).astype(np.float32))
    store.close()


def _spoil_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"not a database" * 100)


def _spoil_graph(folder: Path) -> None:
    next(folder.glob("*/index_metadata.pickle")).write_bytes(b"nonsense")


@pytest.mark.parametrize("spoil", [_spoil_database, _spoil_graph])
def test_a_damaged_index_says_so_and_how_to_mend_it(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    _filled(tmp_path)
    spoil(tmp_path)
    with pytest.raises(IndexUnavailable, match="ingest --rebuild") as error:
        ChromaStore(tmp_path).search(unit(0)[0], 3)
    assert str(tmp_path) in str(error.value)


def test_vectors_of_another_length_ask_for_a_rebuild(tmp_path: Path) -> None:
    store = ChromaStore(tmp_path)
    store.upsert([chunk("one")], unit(0))
    with pytest.raises(IndexUnavailable, match="another embedder"):
        store.search(np.ones(5, np.float32), 1)


def test_a_file_where_the_folder_should_be_is_reported(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("in the way")
    with pytest.raises(IndexUnavailable, match="cannot be used"):
        ChromaStore(tmp_path / "index")


def test_a_server_that_is_not_there_is_reported_with_the_cure() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(IndexUnavailable, match="chroma run") as error:
            ChromaStore(url=url)
    assert url in str(error.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host:port"])
def test_what_is_no_url_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="chroma_url"):
        ChromaStore(url=url)
