"""What short notes of any subject give: kinds told by a list, and statements of both verdicts."""

from __future__ import annotations

import random

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.contrasts import ONE_KIND, set_against
from tutor.quiz.distractors import are_parallel, is_refuted, siblings
from tutor.quiz.drafting import draft
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.list_kinds import LIKE_IN_LIST
from tutor.quiz.knowledge.scope import peers_of
from tutor.quiz.rings import draft_in_turn
from tutor.schema import ItemKind

WEAVING = """\
# Weaving

## Knots

- **Reef hitch**: A doubled loop that holds two ends of cord of the same thickness together.
- **Cow gromlet**: A coil that is slipped over a post so that an animal can be tethered.
- **Sheet turl**: A tangle that binds a thin rope to a thick one under a steady pull.

## Words

- **Warping**: Drawing the long threads over the frame before any cloth is made.
- **Heddle**: A loop of wire that lifts one long thread out of the way of the others.
- **Overshot**: A pattern that a second colour draws across the plain ground of a cloth.

## Trade

- **Flush**: A sustained rise in the general price of raw wool.
- **Slump**: A sustained fall in the general price of raw wool.
- **Glut**: A stock of raw wool that nobody in the town wants to buy.
"""


@pytest.fixture(scope="module")
def weaving(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(WEAVING, "/notes/weaving.md"), query_encoder)


def fact_of(term: str, glossary: Glossary) -> Fact:
    return next(fact for fact in glossary.facts if fact.term == term)


def names_beside(term: str, glossary: Glossary) -> set[str]:
    fact = fact_of(term, glossary)
    return {other.term for other in siblings(fact, glossary, random.Random(1))}


def test_members_of_one_list_are_of_one_kind_though_their_nouns_are_unknown(
    weaving: Glossary,
) -> None:
    assert names_beside("Cow gromlet", weaving) == {"Reef hitch", "Sheet turl"}


def test_a_list_of_many_sorts_tells_no_kind(weaving: Glossary) -> None:
    assert not weaving.classes.are_listed_as_one_kind("Warping", "Overshot")
    assert "Warping" not in names_beside("Overshot", weaving)


def test_a_list_tells_apart_what_it_puts_in_one_mould(weaving: Glossary) -> None:
    flush, slump, glut = (fact_of(term, weaving) for term in ("Flush", "Slump", "Glut"))
    assert are_parallel(flush, slump)
    assert not are_parallel(flush, glut)
    assert is_refuted("Slump", "Flush", flush.definition, weaving)


def test_the_same_mould_refutes_nothing_outside_one_list(query_encoder: QueryEncoder) -> None:
    text = (
        "# Trade\n\n## North\n\n- **Flush**: A sustained rise in the general price of raw wool.\n\n"
        "## South\n\n- **Slump**: A sustained fall in the general price of raw wool.\n"
    )
    glossary = Glossary(chunks_of(text), query_encoder)
    flush = fact_of("Flush", glossary)
    assert not is_refuted("Slump", "Flush", flush.definition, glossary)


def test_what_a_section_defines_by_one_narrow_noun_is_told_apart(
    query_encoder: QueryEncoder,
) -> None:
    text = (
        "# Looms\n\n## Parts\n\nA treadle is a lever that lifts the shafts by foot. "
        "A batten is a lever that beats each new thread against the cloth.\n\n"
        "## Trade\n\nA tally is a report that the weaver sends to the hall.\n"
    )
    classes = Glossary(chunks_of(text), query_encoder).classes
    assert classes.are_told_apart("treadle", "batten")
    assert not classes.are_told_apart("treadle", "tally")


def test_a_list_of_the_rest_names_no_class(query_encoder: QueryEncoder) -> None:
    listed = (
        "\n- **Ballad**: A poem that tells a story in short stanzas.\n"
        "- **Elegy**: A poem that mourns a death or a loss.\n"
        "- **Ode**: A poem that praises a person or a thing.\n"
    )
    for title, called in (("Forms of verse", "the forms of verse"), ("Other forms of verse", None)):
        glossary = Glossary(chunks_of(f"# School\n\n## {title}\n{listed}"), query_encoder)
        peers = peers_of(fact_of("Ballad", glossary), glossary)
        assert (peers.called if peers else None) == called


def test_what_a_list_defines_as_of_one_sort_is_set_against_each_other(
    query_encoder: QueryEncoder,
) -> None:
    listed = (
        "- **Treadle**: A part of a loom that lifts the long threads by foot.\n"
        "- **Batten**: A part in a loom which knocks home what was woven in.\n"
    )
    third = "- **Shuttle**: A part of a loom that carries the thread across.\n"
    deed = "- **Shuttle**: Carries the thread across from one hand to the other.\n"
    for last, enough in ((third, True), (deed, False)):
        glossary = Glossary(chunks_of(f"# Work\n\n## Parts\n\n{listed}{last}"), query_encoder)
        treadle, batten = (fact_of(term, glossary) for term in ("Treadle", "Batten"))
        assert ONE_KIND <= glossary.likeness(treadle, batten) < LIKE_IN_LIST[True]
        assert set_against(treadle, batten, glossary) == enough


def test_small_notes_give_choices_and_statements_of_both_verdicts(weaving: Glossary) -> None:
    kinds = (ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE)
    made = draft(list(weaving.chunks.values()), weaving, count=9, kinds=kinds, seed=3)
    verdicts = {item.key for item in made.items if item.kind is ItemKind.TRUE_FALSE}
    assert sum(item.kind is ItemKind.MULTIPLE_CHOICE for item in made.items) >= 2
    assert verdicts == {TRUE, FALSE}


def test_statements_that_are_all_true_are_a_small_part_of_a_quiz(
    query_encoder: QueryEncoder,
) -> None:
    text = "# Odds and ends\n\n" + "\n\n".join(
        (
            "A trellis is a frame of wood that carries the shoots of a climbing plant.",
            "Dusk is the time of day when the last light leaves the sky.",
            "A ledger is a book in which a trader enters every debt.",
            "Thirst is the need to drink that follows from hard work in the sun.",
            "A cobbler is a person who mends the worn shoes of a village.",
        )
    )
    glossary = Glossary(chunks_of(text), query_encoder)
    items = draft(list(glossary.chunks.values()), glossary, count=9).items
    verdicts = [item.key for item in items if item.kind is ItemKind.TRUE_FALSE]
    assert len(items) >= 4
    assert FALSE not in verdicts
    assert 0 < len(verdicts) <= len(items) / 4


def test_a_shortfall_speaks_of_the_topic_where_only_a_topic_was_asked_about(
    weaving: Glossary,
) -> None:
    text = WEAVING.replace("Weaving", "Weaving on a second page")
    more = Glossary(
        [*weaving.chunks.values(), *chunks_of(text, "/notes/other.md")], weaving.encoder
    )
    part = list(weaving.chunks.values())
    for made in (draft(part, more, count=90), draft_in_turn([part], more, count=90)):
        assert made.shortfall.startswith("The notes on this topic gave ")
    whole = draft_in_turn([list(more.chunks.values())], more, count=90)
    assert whole.shortfall.startswith("The notes gave ")
