"""The crew at work, with real CrewAI, a real index and real checks.

The model is scripted where its words decide, and real at the end.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import ScriptedModel

from tutor.app import Tutor, open_tutor
from tutor.crew.answering import BOTH_SIDES
from tutor.errors import ModelUnavailable, NotesError, SettingsError
from tutor.schema import (
    AgentStarted,
    AnswerKind,
    Event,
    ModelCalled,
    Notice,
    Pace,
    PassagesFound,
    RagMode,
    SentencesChecked,
    Token,
    Turn,
)
from tutor.settings import Settings

NOTES = {
    "cells.md": """# The cell

## Ribosomes

A ribosome is a molecular machine that builds proteins from amino acids. Ribosomes float freely
in the cytoplasm or sit on the endoplasmic reticulum.

## Mitochondria

A mitochondrion is an organelle that produces most of the ATP of a cell. It has a membrane of its
own and carries its own DNA.

## Templates

In the template language of our lab, {tools} stands for the list of tools, {input} for the sample
and {{ jinja }} for nothing at all.
""",
    "plants.md": """# Plants

## Chloroplasts

A chloroplast is an organelle that carries out photosynthesis. It turns light, water and carbon
dioxide into sugar and oxygen.

## Cell walls

The cell wall of a plant consists mostly of cellulose and gives the cell its shape.
""",
}

UNSURE = "Who builds proteins in the cell?"
"""What the notes come near to, so that the retriever is asked for a query of its own."""

SEARCH = "Thought: They ask about ribosomes.\nQuery: ribosome proteins"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the notes above indexed as the course "biology"."""
    folder = tmp_path_factory.mktemp("crew")
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    open_tutor(Settings(home=folder / "home")).ingest([folder], course="biology")
    return folder / "home"


def tutor_with(home: Path, *replies: str | Exception, context_size: int = 4096) -> Tutor:
    tutor = open_tutor(Settings(home=home))
    tutor.parts.model = ScriptedModel(*replies, context_size=context_size)
    return tutor


def model_of(tutor: Tutor) -> ScriptedModel:
    assert isinstance(tutor.model, ScriptedModel)
    return tutor.model


def test_a_supported_reply_becomes_a_written_cited_answer(home: Path) -> None:
    tutor = tutor_with(
        home,
        "Reasoning:\n1. Passage 1 defines it.\nAnswer: A ribosome builds proteins from amino "
        "acids [1].",
    )
    events: list[Event] = []
    answer = tutor.ask("What does a ribosome build?", on_event=events.append)
    assert answer.kind is AnswerKind.WRITTEN
    assert answer.text == "A ribosome builds proteins from amino acids. [1]"
    assert answer.reasoning == "1. Passage 1 defines it."
    (citation,) = answer.citations
    assert citation.quote in citation.passage.text
    assert "builds proteins from amino acids" in citation.quote
    kinds = [type(event) for event in events if not isinstance(event, PassagesFound | Token | Pace)]
    assert kinds == [AgentStarted, AgentStarted, ModelCalled, SentencesChecked]
    assert isinstance(events[0], PassagesFound)
    said = "".join(e.text for e in events if isinstance(e, Token) and not e.reasoning)
    assert "amino acids" not in said or said.startswith("A ribosome builds proteins")


def test_each_call_of_the_model_is_reported_as_it_was_sent(home: Path) -> None:
    tutor = tutor_with(home, SEARCH, "Answer: A ribosome builds proteins [1].")
    events: list[Event] = []
    tutor.ask(UNSURE, on_event=events.append)
    calls = [event for event in events if isinstance(event, ModelCalled)]
    sent = model_of(tutor).calls
    assert [call.agent for call in calls] == ["retriever", "explainer"]
    assert [call.messages for call in calls] == [
        tuple((message.role, message.content) for message in messages) for _, messages, _ in sent
    ]
    assert [call.grammar for call in calls] == [sent[0][2].grammar, ""]
    assert calls[0].reply == SEARCH


def test_the_explainer_reads_what_the_retriever_found(home: Path) -> None:
    tutor = tutor_with(home, SEARCH, "Answer: A ribosome builds proteins [1].")
    tutor.ask(UNSURE)
    model = model_of(tutor)
    assert [agent for agent, _, _ in model.calls] == ["retriever", "explainer"]
    assert model.calls[0][2].grammar is not None
    assert "[1] The cell" in model.prompt(1)
    assert UNSURE in model.prompt(1)


def test_no_query_is_written_where_the_question_itself_finds_the_answer(home: Path) -> None:
    tutor = tutor_with(home, "Answer: A ribosome builds proteins from amino acids [1].")
    answer = tutor.ask("What does a ribosome build?")
    assert [agent for agent, _, _ in model_of(tutor).calls] == ["explainer"]
    assert answer.kind is AnswerKind.WRITTEN


def test_an_invented_reply_is_replaced_by_a_quotation(home: Path) -> None:
    tutor = tutor_with(home, "Answer: Ribosomes were discovered on Mars in 1877 [1].")
    answer = tutor.ask("What does a ribosome build?")
    assert answer.kind is AnswerKind.QUOTED
    assert "1877" not in answer.text
    assert "builds proteins from amino acids" in answer.text
    assert all(citation.quote in citation.passage.text for citation in answer.citations)


def test_nothing_unsupported_is_ever_streamed(home: Path) -> None:
    tutor = tutor_with(
        home,
        "Answer: A ribosome builds proteins from amino acids [1]. Ribosomes come from Mars [1]. "
        "Mitochondria:\n- It floats freely in the cytoplasm.\n\nThe end is here.",
    )
    events: list[Event] = []
    tutor.ask("What does a ribosome build?", on_event=events.append)
    said = "".join(e.text for e in events if isinstance(e, Token) and not e.reasoning)
    assert "amino acids" in said
    assert "Mars" not in said
    assert "floats" not in said


def test_an_uncovered_question_is_declined_without_asking_the_explainer(home: Path) -> None:
    tutor = tutor_with(home, "Thought: x\nQuery: exchange rates of the yen")
    answer = tutor.ask("What is the exchange rate of the Japanese yen against the dollar?")
    assert answer.kind is AnswerKind.ABSTAINED
    assert answer.text == "The notes do not cover this."
    assert answer.topics
    assert len(model_of(tutor).calls) == 1


def test_a_marker_to_nowhere_is_never_taken_for_support(home: Path) -> None:
    tutor = tutor_with(home, "Answer: A ribosome builds proteins from amino acids [9].")
    answer = tutor.ask("What does a ribosome build?")
    assert all(number <= len(answer.passages) for c in answer.claims for number in c.citations)
    assert "[9]" not in answer.text


def test_braces_in_the_notes_reach_the_model_untouched(home: Path) -> None:
    tutor = tutor_with(home, "Answer: nothing")
    tutor.ask("What does {tools} stand for in the template language of our lab, {input}?")
    prompt = model_of(tutor).prompt(0)
    assert "What does {tools} stand for" in prompt
    assert "{tools} stands for the list of tools, {input} for the sample" in prompt
    assert "{{ jinja }}" in prompt


def test_a_query_off_the_topic_is_not_followed(home: Path) -> None:
    tutor = tutor_with(home, "Thought: x\nQuery: my favourite pizza", "Answer: nothing")
    events: list[Event] = []
    answer = tutor.ask(UNSURE, on_event=events.append)
    assert sum(isinstance(event, PassagesFound) for event in events) == 1
    assert answer.passages[0].heading[0] == "The cell"


def test_the_models_own_error_comes_through(home: Path) -> None:
    gone = ModelUnavailable("The model is gone. Fetch another one.")
    for replies in ([gone], [SEARCH, gone]):
        with pytest.raises(ModelUnavailable, match="The model is gone"):
            tutor_with(home, *replies).ask(UNSURE)


def test_the_weakest_passages_go_first_when_the_prompt_is_full(home: Path) -> None:
    question = "What does a ribosome build?"
    reply = "Answer: A ribosome builds proteins from amino acids [1]."
    roomy = tutor_with(home, reply)
    found = len(roomy.ask(question).passages)
    full = roomy.model.count_tokens(model_of(roomy).calls[0][1]) + roomy.settings.max_tokens
    tight = tutor_with(home, reply, context_size=full - 1)
    events: list[Event] = []
    assert len(tight.ask(question, on_event=events.append).passages) == found > 1
    prompt = model_of(tight).prompt(0)
    assert question in prompt
    assert "[1] The cell" in prompt
    assert f"[{found}] " not in prompt
    assert any(isinstance(event, Notice) and "do not fit" in event.text for event in events)


def test_a_question_that_cannot_fit_is_said_to_be_too_long(home: Path) -> None:
    tutor = tutor_with(home, "Answer: x", context_size=300)
    with pytest.raises(ModelUnavailable, match="does not fit"):
        tutor.ask("What does a ribosome build? " * 60)


def test_a_pasted_book_and_an_empty_line_are_no_questions(home: Path) -> None:
    tutor = tutor_with(home)
    with pytest.raises(SettingsError, match="100,000 characters"):
        tutor.ask("a" * 100_000)
    with pytest.raises(SettingsError, match="empty"):
        tutor.ask("  \n ")


def test_a_follow_up_is_searched_with_its_topic(home: Path) -> None:
    tutor = tutor_with(home, "Answer: nothing")
    history = [
        Turn("user", "What is a chloroplast?"),
        Turn("tutor", "An organelle that carries out photosynthesis."),
    ]
    answer = tutor.ask("And what does it turn light into?", history=history)
    assert "chloroplast" in answer.query.lower()
    assert answer.passages[0].heading[0] == "Plants"
    unsure = tutor_with(home, "Thought: x\nQuery: chloroplast size", "Answer: nothing")
    unsure.ask("How large is it?", history=history)
    assert "User: What is a chloroplast?" in model_of(unsure).prompt(0)


def test_a_model_without_probabilities_reads_the_common_way_and_says_so(home: Path) -> None:
    tutor = open_tutor(Settings(home=home, rag=RagMode.TOKEN))
    tutor.parts.model = ScriptedModel("A ribosome builds proteins from amino acids.")
    events: list[Event] = []
    tutor.ask("What does a ribosome build?", on_event=events.append)
    assert "gives no probabilities" in next(e.text for e in events if isinstance(e, Notice))
    assert "[2] " in model_of(tutor).prompt(0)


@pytest.mark.parametrize("mode", [RagMode.SEQUENCE, RagMode.TOKEN])
def test_passages_are_read_apart_where_the_setting_says_so(home: Path, mode: RagMode) -> None:
    together, apart = (
        open_tutor(Settings(home=home, max_tokens=16, rag=one)).ask("What is a mitochondrion?")
        for one in (RagMode.PROMPT, mode)
    )
    assert [p.text for p in apart.passages] == [p.text for p in together.passages]
    assert apart.usage.prompt_tokens > together.usage.prompt_tokens
    assert apart.usage.reused_tokens > together.usage.reused_tokens
    assert "ATP" in apart.text


def test_the_question_comes_last_and_thoughts_only_where_they_are_asked_for(home: Path) -> None:
    for think in (False, True):
        tutor = tutor_with(home, "Answer: A ribosome builds proteins [1].")
        tutor.ask("What does a ribosome build?", think=think)
        asked = model_of(tutor).prompt(0)
        assert asked.endswith("Question: What does a ribosome build?")
        assert ("Reasoning:" in asked) is think
        assert "MUST" not in asked  # nothing of CrewAI's own


def test_an_unknown_course_is_an_error_that_lists_the_known(home: Path) -> None:
    with pytest.raises(NotesError, match="You have biology"):
        tutor_with(home).ask("What is a cell?", course="history")


def test_the_real_small_model_gives_an_answer_with_sources(home: Path) -> None:
    answer = open_tutor(Settings(home=home)).ask("What is a mitochondrion?")
    assert answer.kind in (AnswerKind.WRITTEN, AnswerKind.QUOTED)
    assert "ATP" in answer.text
    assert answer.citations
    assert all(citation.quote in citation.passage.text for citation in answer.citations)
    assert answer.usage.completion_tokens > 0


class Reader:
    """Writes ``reply`` and judges by what it was told: an able model, scripted."""

    def __init__(self, follows: bool, able: bool = True) -> None:
        self.able = able
        self._follows = follows

    def follows(self, text: str, statement: str) -> bool:
        return self._follows


UNSAID = "Ribosomes turn amino acids into working proteins for the whole cell [1]."


def read_by(home: Path, reply: str, *, follows: bool = False, able: bool = True) -> Tutor:
    tutor = tutor_with(home, reply)
    tutor.parts.__dict__["entailment"] = Reader(follows, able)
    return tutor


def test_a_model_that_judges_decides_on_what_is_said_in_other_words(home: Path) -> None:
    events: list[Event] = []
    written = read_by(home, UNSAID, follows=True).ask(
        "What does a ribosome build?", on_event=events.append
    )
    assert AgentStarted("Tutor", "checking what it wrote") in events
    assert written.kind is AnswerKind.WRITTEN
    assert written.text == UNSAID.replace(" [1].", ". [1]")
    quoted = read_by(home, UNSAID, follows=False).ask("What does a ribosome build?")
    assert quoted.kind is AnswerKind.QUOTED
    assert not quoted.sure


def test_a_model_that_can_be_told_is_to_tell_of_both_sides(home: Path) -> None:
    question = "What is the difference between a ribosome and a mitochondrion?"
    tutor = read_by(home, "The notes do not cover this.")
    tutor.ask(question)
    assert model_of(tutor).prompt(0).endswith(f"{question}\n{BOTH_SIDES}")


@pytest.mark.parametrize("able", [True, False])
def test_a_quotation_is_hedged_where_an_able_reader_finds_no_answer(home: Path, able: bool) -> None:
    tutor = read_by(home, "The notes do not cover this.", able=able)
    answer = tutor.ask("What does a ribosome build?")
    assert answer.kind is AnswerKind.QUOTED
    assert answer.sure is not able


def test_what_is_only_near_is_declined_where_an_able_reader_finds_no_answer(home: Path) -> None:
    tutor = tutor_with(home, SEARCH, "The notes do not cover this.")
    tutor.parts.__dict__["entailment"] = Reader(False)
    assert tutor.ask(UNSURE).kind is AnswerKind.ABSTAINED


def test_the_unsupported_part_of_a_reply_is_left_out(home: Path) -> None:
    reply = "A ribosome builds proteins from amino acids [1]. It was found on Mars."
    answer = tutor_with(home, reply).ask("What does a ribosome build?")
    assert answer.kind is AnswerKind.WRITTEN
    assert answer.text == "A ribosome builds proteins from amino acids. [1]"
    assert len(answer.claims) == 1
