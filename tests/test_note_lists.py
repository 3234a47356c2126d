"""Timelines, stages, instructions and tables of any subject, and the items they give."""

from __future__ import annotations

import pytest
from quiz_notes import chunks_of

from tutor.grounding.sentences import split
from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.drafting import draft
from tutor.quiz.gates import check
from tutor.quiz.knowledge.facts import ChunkReader
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import NoteList
from tutor.quiz.knowledge.tables import read_tables
from tutor.schema import ItemKind, QuizItem

TIMELINE = """\
# The harbour

## Timeline

- 44 BC: a Roman fleet burns in the bay
- 793: monks build a chapel on the rock (8 June)
- 14 May 1402: the first lighthouse is lit
- 1402: flood
- 1560s: plague
- 1807: the steam ferry; a second pier in 1811
- 1903: they paint the crane
"""

TABLE = """\
# Knots

## Kinds of knot

| knot | what it is | symbol | strength |
|---|---|---|---|
| bowline | a loop at the end of a rope that never slips | B1 | strong |
| reef knot | two half knots that join the ends of one cord | R2 | weak |
| clove hitch | two turns around a pole by which a boat is held | C3 | weak |
| sheet bend | a way of tying a thin rope to a thick one | S4 | fair |
"""

STAGES = "1. Prelude: the drums are heated over a fire.\n"
STAGES += "2. Overture: the strings are tightened by hand.\n3. Salute: the dancers enter.\n"
STAGES += "4. Chorus: all the voices join in again.\n"


def lists_of(text: str) -> list[NoteList]:
    """Return the lists of a note in their order."""
    return [one for chunk in chunks_of(text) for one in ChunkReader(chunk).lists]


def items_of(text: str, encoder: QueryEncoder, kind: ItemKind, level: int = 1) -> list[QuizItem]:
    """Return the items of one kind that a note gives; all of them pass every gate."""
    glossary = Glossary(chunks_of(text), encoder)
    made = draft(list(glossary.chunks.values()), glossary, count=9, kinds=[kind], level=level)
    assert not any(check(item, glossary) for item in made.items)
    return list(made.items)


# ------------------------------------------------------------------------ timelines


def test_events_keep_their_texts_and_lose_their_dates() -> None:
    (one,) = lists_of(TIMELINE)
    assert [event.what for event in one.events] == [
        "a Roman fleet burns in the bay",
        "monks build a chapel on the rock",
        "the first lighthouse is lit",
        "flood",
        "plague",
        "the steam ferry",
    ]


def test_only_events_that_surely_follow_each_other_are_put_in_order(
    query_encoder: QueryEncoder,
) -> None:
    text = TIMELINE.replace("1560s", "1560")
    (item,) = items_of(text, query_encoder, ItemKind.ORDERING)
    assert item.stem == "Put these events in order, the earliest first."
    assert item.keys == (
        "A Roman fleet burns in the bay",
        "Monks build a chapel on the rock",
        "The first lighthouse is lit",
        "Plague",
        "The steam ferry",
    )


def test_names_of_whole_decades_may_overlap_and_are_not_asked(query_encoder: QueryEncoder) -> None:
    text = "# Song\n\n## Dates\n\n- 1920s: swing\n- 1940s: bebop\n- 1950s: cool jazz\n"
    assert items_of(text, query_encoder, ItemKind.ORDERING) == []


def test_a_timeline_out_of_order_is_not_asked(query_encoder: QueryEncoder) -> None:
    text = (
        "# Song\n\n## Dates\n\n- 1950: the band parts\n- 1920: the band forms\n- 1930: it plays\n"
    )
    assert items_of(text, query_encoder, ItemKind.ORDERING) == []


def test_a_table_of_years_is_a_timeline(query_encoder: QueryEncoder) -> None:
    rows = "| 1911 | the mill burns |\n| 1925 | the dam breaks |\n| 1950 | the mine closes |\n"
    text = f"# Valley\n\n## Dates\n\n| year | event |\n|---|---|\n{rows}"
    (item,) = items_of(text, query_encoder, ItemKind.ORDERING)
    assert item.stem == "Put these events in the order in which they happened."
    assert item.keys == ("The mill burns", "The dam breaks", "The mine closes")


# ----------------------------------------------------------------- steps and stages


@pytest.mark.parametrize(
    "lead",
    [
        "The feast has four phases:",
        "The feast passes through these four phases:",
        "The feast has the following four phases:",
        "There are four phases of the feast:",
        "The feast takes place in four phases:",
    ],
)
def test_a_lead_in_may_say_that_stages_follow(lead: str, query_encoder: QueryEncoder) -> None:
    text = f"# Customs\n\n{lead}\n\n{STAGES}"
    (item,) = items_of(text, query_encoder, ItemKind.ORDERING)
    assert item.stem.casefold().replace("the feast", "feast").startswith("put the phases of ")
    assert "feast" in item.stem.casefold()
    assert item.keys == ("Prelude", "Overture", "Salute", "Chorus")


def test_stages_are_told_by_what_happens_at_level_two(query_encoder: QueryEncoder) -> None:
    text = f"# Customs\n\nThe feast has four phases:\n\n{STAGES}"
    (item,) = items_of(text, query_encoder, ItemKind.ORDERING, level=2)
    assert item.keys[2:] == ("The dancers enter", "All the voices join in again")


def test_how_something_comes_about_is_told_in_steps(query_encoder: QueryEncoder) -> None:
    steps = (
        "The wind lifts dry sand from the plain.",
        "A stone stops some of the grains.",
        "The heap grows.",
    )
    lines = "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1))
    text = f"# Deserts\n\n## How a dune forms\n\n{lines}\n"
    (item,) = items_of(text, query_encoder, ItemKind.ORDERING, level=2)
    assert item.stem == "Put the steps by which a dune forms in their right order."


@pytest.mark.parametrize(
    ("title", "steps", "are_steps"),
    [
        ("Glazing", ("Mix the glaze.", "Brush it on the bowl.", "Let the bowl dry."), True),
        ("Glazing", ("Use tin glaze.", "Use salt glaze.", "Use ash glaze."), False),
        ("Exercises", ("Mix the glaze.", "Brush it on the bowl.", "Let the bowl dry."), False),
        ("How glaze protects clay", ("It seals pores.", "It repels dirt.", "It hardens."), False),
    ],
)
def test_instructions_are_steps_where_one_leans_on_another(
    title: str, steps: tuple[str, ...], are_steps: bool
) -> None:
    lines = "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1))
    (one,) = lists_of(f"# Pottery\n\n## {title}\n\n{lines}\n")
    assert bool(one.steps) is are_steps


# --------------------------------------------------------------------------- tables


def test_a_table_is_read_by_its_header() -> None:
    (chunk,) = chunks_of(TABLE)
    (table,) = read_tables(chunk, split(chunk.text))
    assert table.header == ("knot", "what it is", "symbol", "strength")
    assert (table.meaning, table.example, len(table.rows)) == (1, None, 4)
    assert chunk.text[table.rows[1].start : table.rows[1].end].startswith("| reef knot")


def test_rows_without_a_header_are_no_table() -> None:
    (chunk,) = chunks_of(
        "# Knots\n\n| bowline | a loop |\n| bend | a joint |\n| hitch | a turn |\n"
    )
    assert list(read_tables(chunk, split(chunk.text))) == []


def test_a_column_of_meanings_gives_definitions(query_encoder: QueryEncoder) -> None:
    found = {fact.term: fact for fact in Glossary(chunks_of(TABLE), query_encoder).facts}
    assert found["bowline"].definition == "a loop at the end of a rope that never slips"
    assert found["bowline"].quote.startswith("| bowline |")


def test_cells_that_all_differ_are_matched(query_encoder: QueryEncoder) -> None:
    stems = {item.stem for item in items_of(TABLE, query_encoder, ItemKind.MATCHING)}
    assert "In \u201cKinds of knot\u201d, match each knot with its symbol." in stems
    assert not any("strength" in stem for stem in stems)


@pytest.mark.parametrize("header", ["sturdy", "note", "advantage", "in water"])
def test_a_header_that_names_nothing_to_ask_for_is_left_alone(
    header: str, query_encoder: QueryEncoder
) -> None:
    text = TABLE.replace("symbol", header)
    stems = [item.stem for item in items_of(text, query_encoder, ItemKind.MATCHING)]
    assert not any(header in stem for stem in stems)
