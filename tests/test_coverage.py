"""The decision to abstain."""

from collections import Counter

import pytest
import rock_notes
from fakes import InMemoryStore

from tutor.grounding.coverage import SURE, THRESHOLD, Coverage, assess, nearest_topics
from tutor.grounding.language import is_in_another_language, is_sum
from tutor.grounding.names import names_in
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import tokens
from tutor.index.keyword_index import KeywordIndex
from tutor.index.query_encoder import QueryEncoder
from tutor.retrieval.retriever import Retriever
from tutor.retrieval.sentence_cache import SentenceCache
from tutor.schema import Passage


class Notes:
    """The rock notes, searched as the program does it."""

    def __init__(self, encoder: QueryEncoder) -> None:
        chunks = rock_notes.chunks()
        store = InMemoryStore()
        store.upsert(chunks, encoder.embed([chunk.embedded_text for chunk in chunks]))
        keywords = KeywordIndex.build(chunks)
        self.encoder = SentenceCache(encoder)
        self.vocabulary = Vocabulary(keywords.vocabulary())
        self._retriever = Retriever(store, keywords, self.encoder)

    def covers(self, question: str) -> bool:
        return self.assess(question).covered

    def score(self, question: str) -> float:
        return self.assess(question).score

    def missing(self, question: str) -> tuple[str, ...]:
        return self.assess(question).missing

    def assess(self, question: str) -> Coverage:
        passages = self._retriever.search(question, 5)
        return assess(question, passages, self.vocabulary, self.encoder)


@pytest.fixture(scope="module")
def notes(query_encoder: QueryEncoder) -> Notes:
    return Notes(query_encoder)


@pytest.mark.parametrize(
    "question",
    [
        "What is a rock?",
        "Which types of rock are there?",
        "When did Lyell describe the rock cycle?",
        "What is the difference between a shield volcano and a stratovolcano?",
        "How do I clean a find?",
        "How hard is a ruby?",
        "Why would somebody living near a burning hill always be ready to leave?",
        "WHAT IS A ROCK?",
    ],
)
def test_what_the_notes_say_is_covered(notes: Notes, question: str) -> None:
    assert notes.covers(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do I bake sourdough bread?",
        "Who wrote Hamlet?",
        "What is the hardness of a TX-9000?",
        "How does photolithography work?",
        "What is the difference between mitosis and meiosis?",
        "How do I use Kubernetes with rocks?",
        "What is a rock volcano?",
        "What is the difference between sanding and oiling?",
    ],
)
def test_what_the_notes_lack_is_not(notes: Notes, question: str) -> None:
    assert not notes.covers(question)


def test_a_known_name_asked_for_what_no_sentence_tells_is_not_covered(notes: Notes) -> None:
    assert not notes.covers("How many tourists climb Mount Fuji?")
    assert notes.covers("What kind of volcano is Mount Fuji?")


def test_the_missing_name_is_told(notes: Notes) -> None:
    assert notes.missing("Is granite older than the CERN tunnel?") == ("CERN",)


def test_a_word_that_is_only_quoted_as_an_example_answers_nothing(
    query_encoder: QueryEncoder,
) -> None:
    text = 'Parrots learn phrases such as "the capital of France is Paris" by heart.'
    vocabulary = Vocabulary(Counter(tokens(text)))
    asked = assess(
        "What is the capital of France?", [rock_notes.passage(text)], vocabulary, query_encoder
    )
    assert not asked.covered
    meant = assess(
        "How do parrots learn phrases?", [rock_notes.passage(text)], vocabulary, query_encoder
    )
    assert meant.score > asked.score


def test_the_more_a_sentence_has_of_the_question_the_higher_the_score(notes: Notes) -> None:
    assert notes.score("What is a rock?") > notes.score("What is a rock concert?")
    assert notes.score("What is a rock concert?") > notes.score("What is a jazz concert?")


def test_who_began_a_thing_may_be_told_by_another_verb(notes: Notes) -> None:
    assert notes.covers("Who came up with the rock cycle?")
    assert notes.covers("Who invented the rock cycle?")


def test_what_is_never_done_to_a_thing_is_told_of_with_a_hedge(notes: Notes) -> None:
    assert notes.assess("How do I clean a find?").sure
    assert not notes.assess("How do I photograph a find?").sure


@pytest.mark.parametrize("question", ["5 times 5", "What is 12 divided by 4?", "two plus two"])
def test_a_sum_is_not_covered_whatever_numbers_the_notes_have(notes: Notes, question: str) -> None:
    assert not notes.covers(question)


@pytest.mark.parametrize("question", ["What are the 3 V's?", "5 mm", "Which rocks are 3D?"])
def test_a_number_with_a_thing_is_no_sum(question: str) -> None:
    assert not is_sum(question)


@pytest.mark.parametrize(
    "question",
    [
        "Qu'est-ce que la lava d'un volcano ?",
        "Pourquoi le volcano produit la lava ?",
        "Comment d\u00e9crit-on un cycle de rock ?",
        "Was ist ein Stratovolcano?",
        "\u00bfQu\u00e9 es un volcano?",
        "Che cosa sono i minerals?",
    ],
)
def test_a_question_in_another_language_is_never_answered_as_sure(
    notes: Notes, question: str
) -> None:
    assert is_in_another_language(question, notes.vocabulary)
    assert not notes.assess(question).sure


@pytest.mark.parametrize(
    "question", ["What is lava?", "lava vs magma", "Was Lyell right?", "How is une used?"]
)
def test_english_questions_are_in_the_language_of_english_notes(
    notes: Notes, question: str
) -> None:
    assert not is_in_another_language(question, notes.vocabulary)


def test_a_question_in_the_language_of_the_notes_is_at_home() -> None:
    words = tokens("La lave est la roche fondue que le volcan rejette. Le magma est sous la terre.")
    assert not is_in_another_language("Qu'est-ce que la lave ?", Vocabulary(Counter(words)))


def test_a_question_between_the_thresholds_is_covered_but_not_surely() -> None:
    between = Coverage((THRESHOLD + SURE) / 2, 0.5, (), ())
    assert between.covered
    assert not between.sure
    assert Coverage(SURE, 0.5, (), ()).sure
    assert not Coverage(THRESHOLD - 0.01, 0.5, (), ()).covered


def test_nothing_found_is_not_covered() -> None:
    coverage = assess("What is a rock?", [], Vocabulary({"rock": 1}))
    assert not coverage.covered
    assert coverage.topics == ()


def test_without_an_encoder_the_similarity_of_the_passages_counts() -> None:
    text = "Granite forms when magma cools slowly below the ground."
    vocabulary = Vocabulary(Counter(tokens(text)))
    assert assess("How does granite form?", [rock_notes.passage(text)], vocabulary).covered


def test_topics_are_clean_titles_without_repeats() -> None:
    def titled(*heading: str) -> Passage:
        return rock_notes.passage("Text.", heading=heading)

    passages = [titled("Rocks", "## **2. Types of rock:**"), titled("Types of Rock"),
                titled("Summary"), titled(), titled("Common mistakes"), titled("Lava")]  # fmt: skip
    assert nearest_topics(passages) == ("Types of rock", "Lava")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How does LoRA differ from F1?", ["LoRA", "F1"]),
        ("Who is Charles Lyell?", ["Charles", "Lyell"]),
        ("What is granite? Is it hard?", []),
        ("Tell me about Granite.", ["Granite"]),
    ],
)
def test_names_are_told_by_how_they_are_written(question: str, names: list[str]) -> None:
    assert names_in(question) == names
