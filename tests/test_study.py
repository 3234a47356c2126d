"""A topic laid out from real notes: explained for three kinds of readers, and as a study guide."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fakes import ScriptedModel

from tutor.app import Tutor, open_tutor
from tutor.crew.explaining import Explaining, Written
from tutor.errors import NotesError
from tutor.llm.chat_model import Decoding
from tutor.quiz.formats.markdown import to_markdown
from tutor.schema import Answer, Level
from tutor.settings import Settings
from tutor.study.explanation import explain
from tutor.terminal.study_guide import markdown

VOLCANOES = """\
# Volcanoes

## What a volcano is

A volcano is an opening in the crust of the Earth through which molten rock, ash and gas escape.
The word comes from Vulcano, an island near Sicily. Let's look at volcanoes more closely.

## How a volcano erupts

First, magma collects in a chamber below the volcano. Then gas dissolved in the magma forms
bubbles and the pressure in the chamber rises. Finally the volcano erupts, and lava flows out.

Magma is molten rock below the surface. Lava is molten rock that has reached the surface. A magma
chamber is a large pool of molten rock beneath a volcano.

## Why volcanoes matter

Volcanoes help farmers, because volcanic ash makes soil fertile. The heat below a volcano is used
to make electricity.

## Examples

For example, the volcano Krakatoa erupted in 1883 and was heard 4,800 kilometres away.

```python
height = 813
print(f"Krakatoa is {height} metres high")
```

## Common mistakes

- Calling the magma of a volcano lava while it is still below the ground.
- Thinking that a dormant volcano is extinct: it may erupt again.

## Compared with geysers

Unlike a geyser, a volcano throws out molten rock and not only water and steam.

## Where to go next

Volcanoes lead on to earthquakes.
"""


@pytest.fixture(scope="module")
def tutor(tmp_path_factory: pytest.TempPathFactory) -> Tutor:
    folder = tmp_path_factory.mktemp("study")
    (folder / "volcanoes.md").write_text(VOLCANOES, encoding="utf-8")
    made = open_tutor(Settings(home=folder / "home"))
    made.ingest([folder / "volcanoes.md"], course="earth")
    return made


def sections(told: Answer) -> dict[str, str]:
    parts = told.text.split("## ")[1:]
    return {title: text.strip() for title, _, text in (part.partition("\n") for part in parts)}


def test_an_explanation_goes_from_what_it_is_to_its_limits(tutor: Tutor) -> None:
    told = sections(tutor.explain("volcano"))
    assert list(told) == [
        "What it is",
        "How it works",
        "What it is for",
        "An example",
        "How it differs",
        "Limits and mistakes",
    ]
    assert told["What it is"].startswith("A volcano is an opening in the crust")
    assert "magma collects in a chamber" in told["How it works"]
    assert "soil fertile" in told["What it is for"]
    assert "Krakatoa" in told["An example"]
    assert "Unlike a geyser" in told["How it differs"]
    assert "dormant volcano is extinct" in told["Limits and mistakes"]


def test_beginners_get_no_code_and_experts_where_it_comes_from(tutor: Tutor) -> None:
    beginner = tutor.explain("volcano", level=Level.BEGINNER)
    expert = tutor.explain("volcano", level=Level.EXPERT)
    assert "```" not in beginner.text
    assert "```python" in expert.text
    assert len(expert.text) > len(beginner.text)


def test_every_sentence_of_an_explanation_is_cited_with_words_of_the_notes(tutor: Tutor) -> None:
    told = tutor.explain("volcano", level=Level.EXPERT)
    numbers = {citation.number for citation in told.citations}
    assert numbers == set(range(1, len(numbers) + 1))
    assert all(claim.citations and set(claim.citations) <= numbers for claim in told.claims)
    assert all(citation.quote in VOLCANOES for citation in told.citations)


def test_no_sentence_is_said_twice_and_no_signpost_at_all(tutor: Tutor) -> None:
    told = tutor.explain("volcano", level=Level.EXPERT)
    said = [claim.text for claim in told.claims]
    assert len(said) == len(set(said))
    assert "Let's look" not in told.text
    assert "earthquakes" not in told.text


def test_a_misspelt_topic_is_explained(tutor: Tutor) -> None:
    assert tutor.explain("volcanno").question == "volcano"


@pytest.mark.parametrize("topic", ["the price of bitcoin", "quantum entanglement"])
def test_what_the_notes_do_not_cover_is_not_explained(tutor: Tutor, topic: str) -> None:
    with pytest.raises(NotesError, match="The notes"):
        tutor.explain(topic)
    with pytest.raises(NotesError, match="The notes"):
        tutor.guide(topic)


def test_a_guide_has_ideas_terms_and_mistakes(tutor: Tutor) -> None:
    told = sections(tutor.guide("volcano").told)
    assert told["Key ideas"].startswith("- A volcano is an opening in the crust")
    assert "- **Magma chamber:** a large pool of molten rock beneath a volcano. [" in told["Terms"]
    assert "dormant volcano is extinct" in told["Common mistakes"]


def test_a_guide_asks_what_it_tells(tutor: Tutor) -> None:
    guide = tutor.guide("volcano", questions=2)
    assert 1 <= len(guide.questions) <= 2
    assert all(item.evidence.quote in VOLCANOES for item in guide.questions)
    assert not tutor.guide("volcano", questions=0).questions


def test_a_guide_asks_about_its_topic_first(tutor: Tutor) -> None:
    first = tutor.guide("volcano", questions=1).questions[0]
    assert "volcano" in f"{first.stem} {first.evidence.quote} {first.options}".lower()


def test_a_guide_as_markdown_ends_in_its_key_and_sources(tutor: Tutor) -> None:
    guide = tutor.guide("volcano", questions=2)
    text = markdown(guide)
    assert text.startswith("# Study guide: volcano\n\n## Key ideas\n")
    assert "\n## Check yourself\n" in text
    assert to_markdown(guide.questions).split("## Key")[1].strip() in text
    last = text.rpartition("## Sources\n\n")[2].splitlines()
    assert len(last) == len(guide.told.citations)
    assert all("volcanoes.md" in line for line in last)


def test_a_folder_can_hold_the_guide_that_the_command_writes(
    tutor: Tutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tutor.cli import run

    monkeypatch.setenv("TUTOR_HOME", str(tutor.settings.home))
    assert run(["guide", "volcano", "-n", "1", "--out", str(tmp_path / "guide.md")]) == 0
    assert (tmp_path / "guide.md").read_text(encoding="utf-8").startswith("# Study guide: volcano")
    assert run(["guide", "volcano", "--out", str(tmp_path / "no" / "guide.md")]) == 1
    assert "cannot be written" in capsys.readouterr().err


# ------------------------------------------------------------------ in a model's words


def explained(tutor: Tutor, *replies: str) -> Written:
    material, _ = tutor.topic_search.material("volcano", None, lambda _event: None)
    quoted = explain(material, Level.BEGINNER)
    model = ScriptedModel(*replies, *["Answer: No."] * (len(quoted.sections) - len(replies)))
    writer = Explaining(model, tutor.roles, tutor.parts.sentences, Decoding())
    return writer.write(
        "volcano", Level.BEGINNER, quoted, emit=lambda _event: None, cancelled=threading.Event()
    )


def test_a_section_is_in_the_words_of_the_model_where_the_notes_support_them(tutor: Tutor) -> None:
    written = explained(
        tutor,
        "Reasoning:\n1. Passage 1 defines it.\nAnswer: A volcano is an opening in the crust of the "
        "Earth through which molten rock, ash and gas escape [1].",
        "Answer: Volcanoes help farmers, because volcanic ash makes soil fertile [1]. The heat "
        "below a volcano is used to make electricity [1].",
    )
    assert written.sections == 2
    assert written.reasoning == "1. Passage 1 defines it."
    first, second = written.layout.sections[:2]
    assert first.text.startswith("A volcano is an opening in the crust of the Earth")
    numbers = {number for claim in second.claims for number in claim.citations}
    cited = [one for one in written.layout.citations if one.number in numbers]
    assert any("soil fertile" in one.quote for one in cited)


@pytest.mark.parametrize(
    "reply",
    [
        "Answer: A volcano is a kind of tree that grows on mountains [1].",
        "Answer: A volcano [1].",
        "Reasoning: 1. There is something about volcanoes.",
        "",
    ],
)
def test_a_section_that_is_wrong_thin_or_missing_stays_quoted(tutor: Tutor, reply: str) -> None:
    written = explained(tutor, reply)
    assert written.sections == 0
    assert written.layout.text == tutor.explain("volcano", level=Level.BEGINNER).text
