"""Questions made to stand alone, and their spelling repaired."""

import json
from pathlib import Path
from typing import Any

import pytest

from tutor.grounding.distance import edit_distance
from tutor.grounding.english import is_everyday
from tutor.retrieval.query import standalone
from tutor.retrieval.spelling import Speller
from tutor.schema import Turn


def history(*questions: str) -> list[Turn]:
    turns: list[Turn] = []
    for question in questions:
        turns += [Turn("user", question), Turn("tutor", "Here is what the notes say about that.")]
    return turns


# -------------------------------------------------------------------------- follow-ups


@pytest.mark.parametrize(
    ("earlier", "asked", "meant"),
    [
        ("What is dropout?", "why does it help?", "Why does dropout help?"),
        ("What is a GAN?", "And how is it trained?", "How is GAN trained?"),
        ("What is a GAN?", "and what are its parts?", "What are GAN's parts?"),
        ("What are vaccines?", "And their drawbacks?", "Vaccines' drawbacks?"),
        ("What is Codex?", "Which tool does it power?", "Which tool does Codex power?"),
        ("What is mitosis?", "give me an example", "Give me an example (mitosis)?"),
        ("What is transfer learning?", "is it the same as fine-tuning?",
         "Is transfer learning the same as fine-tuning?"),
        ("What is overfitting?", "how do I prevent this?", "How do I prevent this (overfitting)?"),
        ("How are VAEs trained?", "And GANs?", "How are GANs trained?"),
        ("What are mitosis and meiosis?", "which one was found later?",
         "Which one was found later (mitosis)?"),
        ("What are mitosis' drawbacks?", "who came up with it?", "Who came up with mitosis?"),
        ("How do I measure recall?", "who came up with it?", "Who came up with recall?"),
        ("What is a GAN?", "how does that compare to a VAE?",
         "How does that compare to a VAE (GAN)?"),
        ("Explain beam search", "what about greedy sampling?", "Explain greedy sampling"),
        ("What do discriminative models estimate?", "do they cope with outliers?",
         "Do discriminative models cope with outliers?"),
    ],
)  # fmt: skip
def test_a_follow_up_takes_its_topic_from_the_conversation(
    earlier: str, asked: str, meant: str
) -> None:
    assert standalone(asked, history(earlier)) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What is the Transformer architecture?",
        "What is overfitting?",
        "Which kinds of memory are described?",
        "How do GANs and VAEs differ in the data they generate?",
        "I run two networks on their own and merge their outputs. What is this strategy called?",
        "What does greedy sampling do that beam search does differently?",
        "Which difficulties make it hard to evaluate generative models?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, history("What is photosynthesis?")) == question


FOLLOW_UPS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "follow_ups.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("entry", FOLLOW_UPS, ids=lambda entry: entry["question"])
def test_what_is_searched_for_names_what_the_conversation_is_about(entry: dict[str, Any]) -> None:
    turns = [Turn(turn["role"], turn["text"]) for turn in entry["history"]]
    meant = standalone(entry["question"], turns).lower()
    assert all(word in meant for word in entry["has"])
    assert not any(word in meant for word in entry["lacks"])


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Explain mitosis like I'm five", "Explain mitosis"),
        ("what is mitosis in simple terms, please?", "what is mitosis in simple terms?"),
        ("What is please?", "What is?"),
        ("I don't understand mitosis", "explain mitosis"),
        ("can you tell me what a cell is?", "explain what a cell is?"),
        ("could you explain how cells divide?", "how cells divide?"),
        ("what about the nucleus?", "explain the nucleus?"),
        ("Which cells look like I-beams?", "Which cells look like I-beams?"),
    ],
)
def test_how_to_answer_is_no_part_of_what_is_looked_for(asked: str, meant: str) -> None:
    assert standalone(asked, []) == meant


def test_without_history_nothing_changes() -> None:
    assert standalone("And how is it trained?", []) == "And how is it trained?"


def test_a_chain_of_follow_ups_goes_back_to_the_first_topic() -> None:
    turns = history("What is dropout?", "why does it help?")
    assert standalone("and when is it used?", turns) == "When is dropout used?"


def test_what_the_question_itself_names_is_not_replaced() -> None:
    question = "Why is batch normalization used and what does it do to gradients?"
    assert standalone(question, history("What is mitosis?")) == question


def test_words_of_talk_are_left_out() -> None:
    assert standalone("How does dropout actually work?", ()) == "How does dropout work?"
    assert standalone("What is it, really?", ()) == "What is it, really?"


# ---------------------------------------------------------------------------- spelling

_TERMS = """
mode collapse gan training generator depthwise separable convolution layer softmax temperature
parameter cap theorem skip gram word2vec predict recurrent backpropagation network memory
hypothesis manifold normalization batch hospital memories language model variational precision
recall vanishing
"""
WORDS = dict.fromkeys(_TERMS.split(), 3)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(WORDS)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mode colapse", "mode collapse"),
        ("the CAP theorm", "the CAP theorem"),
        ("seperable convolusion", "separable convolution"),
        ("softmx temprature paramter", "softmax temperature parameter"),
        ("bakpropagation in a reccurent network", "backpropagation in a recurrent network"),
        ("wrod2vec", "word2vec"),
        ("skipgram", "skip gram"),
        ("explain backprop", "explain backpropagation"),
        ("Manifol hypotesis", "Manifold hypothesis"),
        ("wat are teh layers", "what are the layers"),
        ("what dose a layer do", "what does a layer do"),
        ("wat r models", "what are models"),
        ("precision and recal", "precision and recall"),
        ("explane the model", "explain the model"),
        ("vanising layers", "vanishing layers"),
    ],
)
def test_misspelt_words_are_repaired(speller: Speller, written: str, meant: str) -> None:
    assert speller.repair(written).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "How does LoRA work?",
        "write a Dockerfile for Kubernetes",
        "How do I tune XGBoost with R?",
        "lightning strikes a troublesome building",
        "What is bagging and boosting?",
        "How do I memorise or memorize this?",
        "GPT-4 and F1 and 8x22B",
        "convolutions, convolutional, predicting",
    ],
)
def test_right_words_names_and_unknown_terms_are_left_alone(speller: Speller, text: str) -> None:
    assert speller.repair(text).text == text


def test_changes_are_reported_as_written_and_meant(speller: Speller) -> None:
    assert speller.repair("wat is colapse").changes == (("wat", "what"), ("colapse", "collapse"))


def test_a_slip_that_is_a_word_of_the_notes_is_no_slip() -> None:
    assert Speller({**WORDS, "dose": 5}).repair("which dose is right").text == "which dose is right"


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("model", "model", 0), ("modle", "model", 1), ("colapse", "collapse", 1),
     ("reccurent", "recurrent", 2), ("cat", "elephant", 3)],
)  # fmt: skip
def test_edit_distance_counts_a_swap_as_one_and_stops_at_its_limit(
    one: str, other: str, edits: int
) -> None:
    assert edit_distance(one, other, limit=2) == edits


def test_everyday_words_are_told_from_technical_ones() -> None:
    assert all(map(is_everyday, ["lightning", "planned", "buildings", "baked", "quickly"]))
    assert not any(map(is_everyday, ["kubernetes", "xgboost", "dockerfile", "trainning"]))
