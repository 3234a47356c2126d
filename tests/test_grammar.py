"""Grammars built by the helpers parse in llama.cpp, and bind even a model with random weights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.llm import grammar
from tutor.llm.chat_model import Decoding, Message
from tutor.llm.llama import LlamaModel

ASKED = (Message("user", "Go on."),)
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")


@pytest.fixture(scope="module")
def model(tiny_gpt2_gguf: Path) -> Iterator[LlamaModel]:
    loaded = LlamaModel(tiny_gpt2_gguf, threads=1)
    yield loaded
    loaded.close()


def written(model: LlamaModel, gbnf: str, **decoding: float) -> str:
    reply = model.complete(ASKED, Decoding(max_tokens=600, grammar=gbnf, **decoding))  # type: ignore[arg-type]
    assert reply.finish == "stop"
    return reply.text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(CHARACTERS, min_size=1, max_size=30))
def test_a_literal_is_written_letter_by_letter(model: LlamaModel, words: str) -> None:
    assert written(model, grammar.rules(root=grammar.literal(words))) == words


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    exclude=st.text(CHARACTERS, max_size=12),
    least=st.integers(1, 5),
    more=st.integers(0, 20),
    seed=st.integers(0, 99),
)
def test_free_text_keeps_its_bounds(
    model: LlamaModel, exclude: str, least: int, more: int, seed: int
) -> None:
    body = grammar.text(least + more, least=least, exclude=exclude + "{|}")
    text = written(model, grammar.rules(root=body), temperature=1.0, seed=seed)
    assert least <= len(text) <= least + more
    assert not set(text) & set(exclude + "{|}\n\r\t\x00\x1b\x7f\u200b\u202e")


def test_free_text_may_begin_in_its_own_way(model: LlamaModel) -> None:
    gbnf = grammar.rules(root=grammar.text(9, least=3, first="[A-Z]"))
    assert re.fullmatch(r"[A-Z][^\n]{2,8}", written(model, gbnf))


def test_an_answer_of_several_parts_comes_in_order(model: LlamaModel) -> None:
    gbnf = grammar.rules(
        root=grammar.sequence(
            "thought",
            "thought",
            grammar.literal("Key: "),
            grammar.choice("A", "B|C", 'D "and" \\E'),
            grammar.literal("\nLevel: "),
            grammar.choice("1", "2", "3"),
        ),
        thought=grammar.sequence("[0-9]", grammar.literal(". "), "one_line"),
        one_line=grammar.sequence(grammar.text(20), grammar.literal("\n")),
    ).replace("one_line", "one-line")
    text = written(model, gbnf)
    assert re.fullmatch(r'(\d\. [^\n]{1,20}\n){2}Key: (A|B\|C|D "and" \\E)\nLevel: [123]', text), (
        text
    )


def test_a_schema_with_nested_parts_gives_documents_that_parse(model: LlamaModel) -> None:
    option = {"type": "string", "minLength": 1, "maxLength": 12}
    schema = {
        "type": "object",
        "properties": {
            "kind": {"enum": ["cloze", "true-false"]},
            "options": {"type": "array", "items": option, "minItems": 2, "maxItems": 3},
        },
        "required": ["kind", "options"],
        "additionalProperties": False,
    }
    for seed in range(5):
        document = json.loads(
            written(model, grammar.from_schema(schema), temperature=1.0, seed=seed)
        )
        assert document["kind"] in {"cloze", "true-false"}
        assert 2 <= len(document["options"]) <= 3
        assert all(1 <= len(option) <= 12 for option in document["options"])


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: grammar.alternatives(),
        lambda: grammar.text(0),
        lambda: grammar.text(3, least=4),
        lambda: grammar.literal("\ud800"),
        lambda: grammar.from_schema({"type": "colour"}),
    ],
)
def test_nonsense_is_refused_when_it_is_written(nonsense: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        nonsense()  # type: ignore[operator]


def test_a_grammar_that_does_not_parse_is_an_error(model: LlamaModel) -> None:
    with pytest.raises(ValueError, match="cannot parse this grammar"):
        model.complete(ASKED, Decoding(grammar="root ::= ("))
    with pytest.raises(ValueError, match="not both"):
        model.complete(ASKED, Decoding(grammar='root ::= "a"', json_schema={"type": "null"}))
