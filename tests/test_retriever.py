"""Search over a real index: Chroma, BM25 and the real query encoder."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rock_notes
from fakes import HashingEmbedder, InMemoryStore

from tutor.errors import IndexUnavailable
from tutor.index.embedder import PackagedEmbedder
from tutor.index.keyword_index import KeywordIndex
from tutor.index.query_encoder import QueryEncoder
from tutor.index.vector_store import ChromaStore
from tutor.retrieval.kept import KeptBytes
from tutor.retrieval.late_interaction import LateInteraction
from tutor.retrieval.rarity import Rarity
from tutor.retrieval.retriever import RERANKED, Retriever
from tutor.retrieval.sentence_cache import SentenceCache
from tutor.retrieval.token_cache import TokenCache, TokenKeeping
from tutor.schema import Chunk, chunk_id


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory, query_encoder: QueryEncoder) -> Retriever:
    chunks = rock_notes.chunks()
    store = ChromaStore(tmp_path_factory.mktemp("index"))
    store.upsert(chunks, query_encoder.embed([chunk.embedded_text for chunk in chunks]))
    keywords = KeywordIndex.build(chunks)
    reranker = LateInteraction(query_encoder, Rarity(keywords.vocabulary()))
    return Retriever(store, keywords, query_encoder, reranker)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is a rock?", "solid mass of minerals"),
        ("How long does the rock cycle take?", "200 million years"),
        ("Which lava is smooth?", "flows like honey"),
        ("How hard is a ruby?", "Ruby\t9"),
        ("molten stone turning solid", "magma cools"),  # not a word in common
        ("How do I read finds.csv?", "csv.DictReader"),
    ],
)
def test_the_passage_that_answers_comes_first(
    retriever: Retriever, question: str, found: str
) -> None:
    assert found in retriever.search(question, 3)[0].text


def test_passages_come_best_first_with_their_cosine(
    retriever: Retriever, query_encoder: QueryEncoder
) -> None:
    passages = retriever.search("Which dangers does an eruption bring?", 5)
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert all(-1 <= passage.similarity <= 1 for passage in passages)


def test_a_copied_section_is_found_once(retriever: Retriever) -> None:
    passages = retriever.search("What is a rock?", 5)
    assert sum("solid mass of minerals" in passage.text for passage in passages) == 1


def test_neighbours_of_one_section_become_one_passage_with_its_lines() -> None:
    # Three chunks of one section; the middle one answers, and its neighbours are good too.
    texts = ["alpha beta one two three.", "alpha beta four five six.", "alpha beta seven eight."]
    chunks = [
        Chunk(str(i), "c", "s", ("Alpha",), text, i, 30 * i, 30 * i + 25, 2 * i + 1, 2 * i + 1)
        for i, text in enumerate(texts)
    ]
    embedder, store = HashingEmbedder(), InMemoryStore()
    store.upsert(chunks, embedder.embed(texts))
    found = Retriever(store, KeywordIndex.build(chunks), embedder).search("alpha beta four", 3)
    assert len(found) == 1
    assert found[0].text == "\n\n".join(texts)
    assert (found[0].start_line, found[0].end_line) == (1, 5)
    assert found[0].chunk_ids == ("0", "1", "2")


def test_bare_headings_are_no_passages(query_encoder: QueryEncoder) -> None:
    def chunk(position: int, text: str, heading: tuple[str, ...]) -> Chunk:
        identity = chunk_id("c", "s", heading, text)
        return Chunk(identity, "c", "s", heading, text, position, 0, len(text), 1, 1)

    chunks = [
        chunk(0, "# Photosynthesis", ("Photosynthesis",)),
        chunk(1, "Leaves turn light, water and air into sugar during photosynthesis.", ("Plants",)),
    ]
    store = InMemoryStore()
    store.upsert(chunks, query_encoder.embed([one.embedded_text for one in chunks]))
    found = Retriever(store, KeywordIndex.build(chunks), query_encoder).search("photosynthesis", 5)
    assert [passage.text for passage in found] == [chunks[1].text]


def test_both_sides_of_a_comparison_are_found(retriever: Retriever) -> None:
    text = "\n".join(
        passage.text for passage in retriever.search("How do granite and Mauna Loa differ?", 2)
    )
    assert "Granite" in text
    assert "Mauna Loa" in text


def test_only_the_courses_named_are_searched(query_encoder: QueryEncoder) -> None:
    geology = rock_notes.chunks()
    other = [
        replace(
            chunk, id=f"copy-{chunk.id}", course="cooking", text="Knead the dough for bread well."
        )
        for chunk in geology[:1]
    ]
    store = InMemoryStore()
    everything = [*geology, *other]
    store.upsert(everything, query_encoder.embed([chunk.embedded_text for chunk in everything]))
    retriever = Retriever(store, KeywordIndex.build(everything), query_encoder)
    assert {p.course for p in retriever.search("What is a rock?", 9, ["cooking"])} <= {"cooking"}
    assert retriever.search("What is a rock?", 9, []) == []


def test_an_empty_index_finds_nothing() -> None:
    retriever = Retriever(InMemoryStore(), KeywordIndex.build([]), HashingEmbedder())
    assert retriever.search("anything", 5) == []


@pytest.mark.parametrize("query", ["?!", "a" * 20_000, "\u200b", "DROP TABLE; [1] **bold**"])
def test_odd_queries_do_no_harm(retriever: Retriever, query: str) -> None:
    assert len(retriever.search(query, 5)) <= 5


def test_what_the_reranker_does_not_read_stays_behind_what_it_read() -> None:
    texts = [f"alpha {'beta ' * (i % 7)}number{i} and some more" for i in range(2 * RERANKED)]
    chunks = [
        Chunk(str(i), "c", f"{i}.md", (), text, 0, 0, 9, 1, 1) for i, text in enumerate(texts)
    ]
    embedder, store = HashingEmbedder(), InMemoryStore()
    store.upsert(chunks, embedder.embed(texts))
    read: list[str] = []

    class Reader:
        def scores(self, question: str, texts: list[str]) -> np.ndarray:
            read.extend(texts)
            return np.linspace(0, 1, len(texts), dtype=np.float32)

    retriever = Retriever(store, KeywordIndex.build(chunks), embedder, Reader())
    found = [passage.text for passage in retriever.search("alpha beta", 2 * RERANKED)]
    assert len(read) == RERANKED < len(found)
    assert set(found[:RERANKED]) == set(read)


# ------------------------------------------------------------------- late interaction


@pytest.fixture(scope="module")
def late(query_encoder: QueryEncoder) -> LateInteraction:
    return LateInteraction(query_encoder, Rarity({"the": 90, "stone": 3, "melts": 1}))


def test_other_words_of_the_same_meaning_score_higher_than_the_same_words_of_another(
    late: LateInteraction,
) -> None:
    texts = ["Rock becomes liquid in great heat.", "The Rolling Stones play the guitar."]
    near, far = late.scores("When does the stone melt?", texts)
    assert 1 > near > far > 0


def test_a_text_has_the_same_score_alone_and_in_a_crowd(late: LateInteraction) -> None:
    texts = ["A lava flow.", "", "?", "Rock becomes liquid. " * 80]
    together = late.scores("molten stone", texts)
    apart = [late.scores("molten stone", [text])[0] for text in texts]
    np.testing.assert_allclose(together, apart, atol=5e-3)
    assert together[1] == 0


def test_a_question_without_words_scores_nothing(late: LateInteraction) -> None:
    assert late.scores("?!", ["A lava flow."]).tolist() == [0]
    assert late.scores("lava", []).shape == (0,)


def test_words_that_the_notes_rarely_have_count_more(query_encoder: QueryEncoder) -> None:
    texts = ["lava", "stone"]
    for common, expected in (("lava", 1), ("stone", 0)):
        counts = {"lava": 1, "stone": 1, common: 500}
        scores = LateInteraction(query_encoder, Rarity(counts)).scores("lava stone", texts)
        assert scores.argmax() == expected


def test_passages_go_through_the_network_once(tmp_path: Path, query_encoder: QueryEncoder) -> None:
    run: list[str] = []

    class Counting:
        name, dimension = query_encoder.name, query_encoder.dimension
        token_spans = staticmethod(query_encoder.token_spans)

        def token_vectors(self, texts: list[str]) -> list[np.ndarray]:
            run.extend(texts)
            return query_encoder.token_vectors(texts)

    file = tmp_path / "tokens.sqlite3"
    cache = TokenCache(file)
    fresh = LateInteraction(Counting(), Rarity({}), cache).scores(
        "lava", ["A lava flow.", "Granite."]
    )
    cache.close()
    kept = LateInteraction(Counting(), Rarity({}), TokenCache(file)).scores(
        "lava", ["Granite.", "A lava flow."]
    )
    assert sorted(run) == ["A lava flow.", "Granite.", "lava", "lava"]
    np.testing.assert_allclose(kept[::-1], fresh, atol=1e-6)


def test_an_ingest_reads_the_tokens_that_the_first_question_needs(tmp_path: Path) -> None:
    embedder = PackagedEmbedder(tmp_path)
    cache = TokenCache()
    texts = ["A lava flow.", "Granite is hard.", ""]
    vectors = TokenKeeping(embedder, lambda: cache).embed(texts)
    np.testing.assert_allclose(vectors, embedder.embed(texts), atol=1e-6)

    class Unread:
        name, dimension = embedder.name, embedder.dimension

        def token_vectors(self, texts: list[str]) -> list[np.ndarray]:
            raise AssertionError(f"{texts} were read again")

    read = embedder.for_questions().token_vectors(texts)
    for kept, fresh in zip(cache.vectors(Unread(), texts), read, strict=True):
        np.testing.assert_allclose(kept, fresh, atol=0.01)


def test_the_oldest_entries_go_when_there_are_too_many() -> None:
    kept = KeptBytes(None, most=3)
    for number in range(5):
        kept.keep({bytes([number]): b"value"})
    assert set(kept.look_up([bytes([number]) for number in range(5)])) == {b"\2", b"\3", b"\4"}


# --------------------------------------------------------------------- sentence cache


def test_a_remembered_sentence_is_not_embedded_again(tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    file = tmp_path / "sentences.sqlite3"
    first = SentenceCache(embedder, file)
    expected = first.embed(["one two", "three"])
    first.close()
    again = SentenceCache(embedder, file).embed(["three", "one two", "one two"])
    assert embedder.embedded == 2
    np.testing.assert_allclose(again, expected[[1, 0, 0]], atol=2e-3)


def test_sentences_of_another_embedder_are_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "sentences.sqlite3"
    SentenceCache(HashingEmbedder(name="one"), file).embed(["text"])
    other = HashingEmbedder(name="other")
    SentenceCache(other, file).embed(["text"])
    assert other.embedded == 1


def test_a_cache_locked_by_another_program_costs_time_only(tmp_path: Path) -> None:
    file = tmp_path / "sentences.sqlite3"
    cache = SentenceCache(HashingEmbedder(), file)
    with sqlite3.connect(file) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert cache.embed(["text"]).shape == (1, 64)


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    file = tmp_path / "sentences.sqlite3"
    file.write_bytes(b"this is no database, whatever it is called" * 100)
    with pytest.raises(IndexUnavailable, match=r"sentences\.sqlite3"):
        SentenceCache(HashingEmbedder(), file)


def test_a_list_of_links_stands_behind_what_it_points_to(query_encoder: QueryEncoder) -> None:
    texts = [
        "## Where to go next\n\n- Before: [Rock cycle](1.md)\n- Next:\n  [Igneous rocks](2.md)",
        "Igneous rocks form when melt turns solid, as [the rock cycle](1.md) explains.",
    ]
    chunks = [
        Chunk(str(i), "c", f"{i}.md", (), text, 0, 0, len(text), 1, 5)
        for i, text in enumerate(texts)
    ]
    store = InMemoryStore()
    store.upsert(chunks, query_encoder.embed(texts))
    found = Retriever(store, KeywordIndex.build(chunks), query_encoder).search("rock cycle", 5)
    assert [passage.chunk_ids for passage in found] == [("1",), ("0",)]
