"""Of what class a term is, which terms may stand beside it, and what no question is made of."""

from __future__ import annotations

import random
import re

import pytest
from quiz_notes import chunks_of

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz.desk import Desk
from tutor.quiz.distractors import (
    is_doubtful,
    is_of_kind,
    is_refuted,
    other_terms,
    siblings,
    tempts,
)
from tutor.quiz.drafting import draft
from tutor.quiz.english import head_noun
from tutor.quiz.gates import check
from tutor.quiz.knowledge.definitions import read_label, read_sentence, says_little
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.nouns import genera, lemma, sorts_of_noun
from tutor.quiz.knowledge.terms import Usage, is_adjective, shares_word
from tutor.quiz.makers.choices import term_choice
from tutor.quiz.makers.gaps import cloze
from tutor.quiz.wording import ask_for_term, asked, gap, hint, hint_in, rules_out, state
from tutor.schema import ItemKind

MUSIC = """\
# Making music

## Instruments

String instruments such as the violin, the viola and the lute are played sitting.
An oboe is a wooden instrument that sounds through a double reed. A bassoon is a long instrument
that sounds an octave deeper than many others. A hautbois is an early form of oboe that shepherds
carried to the fields. The conservatory is a school that trains players for the stage.

## Tempo and loudness

- **Tempo rate**: The number of beats that pass in one minute of a piece.
- **Sound level**: The amount of energy that reaches the ear of a listener.
- **Pitch number**: The count of swings that a string makes in one second.
- **Rehearsing**: Playing a piece again and again until the hard places are safe.

## Playing

- **Bowing**: Drawing horsehair across a string to keep it sounding for long.
- **Plucking**: Pulling a string with a finger and letting go of it at once.
- **Damping**: Laying a hand on the string so that its sound dies quickly.

Many players confuse bowing and plucking when they read old scores.
"""


@pytest.fixture(scope="module")
def music(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(chunks_of(MUSIC, "/notes/music.md"), query_encoder)


def fact_of(term: str, glossary: Glossary) -> Fact:
    return glossary.by_term[glossary.identity(term)][0]


# ------------------------------------------------------------------------- nouns


@pytest.mark.parametrize(
    ("definition", "noun"),
    [
        ("a type of stringed instrument that is plucked", "instrument"),
        ("a family of methods that repair old roofs", "method"),
        ("a group of pupils who sing together", "group"),
        ("the value assigned to each tile of a floor", "value"),
        ("the first and longest stage of a journey", "stage"),
        ("a wall too thin to carry a roof", "wall"),
        ("the factor k that sets the price", "factor"),
        ("an extension of the tariff for guests", "tariff"),
    ],
)
def test_a_definition_classes_its_term_by_one_noun(definition: str, noun: str) -> None:
    assert genera(definition) == (noun,)


def test_nouns_are_known_by_a_list_or_by_their_ending() -> None:
    assert sorts_of_noun("velocities") & sorts_of_noun("price")
    assert sorts_of_noun("cutting") == sorts_of_noun("fermentation") == {"act"}
    assert not sorts_of_noun("company") & sorts_of_noun("library")
    assert sorts_of_noun("gargoyle") == frozenset()
    assert [lemma(noun) for noun in ("Analyses", "matrices", "bodies", "glass")] == [
        "analysis",
        "matrix",
        "body",
        "glass",
    ]


@pytest.mark.parametrize(
    ("phrase", "head"),
    [
        ("a box around an object", "box"),
        ("a letter posted to a friend", "letter"),
        ("a posted letter", "letter"),
        ("a famous and costly violin", "violin"),
    ],
)
def test_the_head_of_a_phrase_stands_before_what_describes_it(phrase: str, head: str) -> None:
    assert head_noun(phrase) == head


# ----------------------------------------------------------------------- classes


def test_a_term_is_classed_by_definition_head_and_enumeration(music: Glossary) -> None:
    assert "instrument" in music.classes.nouns("oboe")
    assert "number" in music.classes.nouns("tempo rate")
    assert music.classes.sorts("tempo rate") == {"quantity"}
    assert music.classes.sorts("plucking") == {"act"}


def test_what_is_defined_by_an_example_of_a_class_is_of_that_class(music: Glossary) -> None:
    """A hautbois is an oboe, which is an instrument."""
    assert music.classes.sorts("hautbois") == music.classes.sorts("oboe")


def test_terms_of_another_class_are_no_kin(music: Glossary) -> None:
    oboe = fact_of("oboe", music)
    assert music.classes.kinship(oboe, "bassoon") > 0
    assert music.classes.kinship(oboe, "conservatory") == 0
    assert music.classes.kinship(fact_of("tempo rate", music), "rehearsing") == 0


def test_a_term_and_what_the_notes_class_it_by_never_stand_side_by_side(music: Glossary) -> None:
    assert music.classes.kinship(fact_of("hautbois", music), "oboe") == 0
    assert music.classes.kinship(fact_of("oboe", music), "hautbois") == 0


def test_terms_named_in_one_breath_or_list_are_side_by_side(music: Glossary) -> None:
    assert music.classes.are_named_together("bowing", "plucking")
    assert not music.classes.are_named_together("bowing", "damping")
    assert music.classes.are_side_by_side("bowing", "damping")
    assert not music.classes.are_side_by_side("bowing", "oboe")


def test_siblings_are_of_the_class_of_the_key(music: Glossary) -> None:
    near = {other.term for other in siblings(fact_of("Bowing", music), music, random.Random(1))}
    assert {"Plucking", "Damping"} <= near
    assert not near & {"oboe", "conservatory", "Tempo rate", "Sound level"}
    assert set(other_terms(fact_of("Bowing", music), music)) <= near | {"Rehearsing"}


def test_a_false_statement_takes_a_term_that_is_easily_confused(music: Glossary) -> None:
    bowing = fact_of("Bowing", music)
    assert tempts(bowing, "Plucking", music)
    assert not tempts(bowing, "conservatory", music)


HOUSE = """\
# The house

## Kitchen

Braising is the process of cooking meat slowly in a closed pot with a little wine.

## Roof

Thatching is the process of laying bundles of dry reed on rafters so that rain runs off.
Slating is the process of nailing flat stones on rafters so that rain runs off a house.

## Prices

The roof pitch is the angle between the rafters and the floor of the house.
The eaves depth is the length by which the rafters reach beyond the wall of the house.
"""


def test_a_wide_class_tempts_only_near_by_or_alike(query_encoder: QueryEncoder) -> None:
    notes = Glossary(chunks_of(HOUSE, "/notes/house.md"), query_encoder)
    thatching = fact_of("Thatching", notes)
    assert notes.classes.kinship(thatching, "Braising") > 0
    assert not notes.classes.share_narrow_class(thatching, "Braising")
    assert not tempts(thatching, "Braising", notes)
    assert tempts(thatching, "Slating", notes)
    assert notes.classes.share_narrow_class(fact_of("roof pitch", notes), "eaves depth")


def test_the_term_of_a_false_statement_tempts_more_than_one_option_of_several(
    query_encoder: QueryEncoder,
) -> None:
    notes = Glossary(chunks_of(HOUSE, "/notes/house.md"), query_encoder)
    fact = fact_of("Thatching", notes)
    assert tempts(fact, "Slating", notes, alone=True)
    terms = [one.term for one in notes.facts]
    alone = {term for term in terms if tempts(fact, term, notes, alone=True)}
    assert alone < {term for term in terms if tempts(fact, term, notes)}


def test_what_has_no_tempting_neighbours_has_no_options(query_encoder: QueryEncoder) -> None:
    notes = Glossary(chunks_of(HOUSE, "/notes/house.md"), query_encoder)
    braising = fact_of("Braising", notes)
    assert not Desk(notes, level=1, seed=0).others(braising)
    assert not list(term_choice(Desk(notes, level=1, seed=0), braising))


def test_what_is_an_example_of_a_term_is_not_set_beside_it(query_encoder: QueryEncoder) -> None:
    text = (
        "A dial is a number on the oven that bakers set, such as the steam rate or the heat.\n\n"
        "A steam rate is a number that tells how much water is let into the hot oven.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/oven.md"), query_encoder)
    assert not is_of_kind(fact_of("steam rate", notes), fact_of("dial", notes), notes)


def test_a_sentence_that_sets_two_against_each_other_leaves_both(
    query_encoder: QueryEncoder,
) -> None:
    text = (
        "## Dry salting vs. wet salting\n\n"
        "- **Dry salting**: Rubbing coarse salt into the skin of a fish.\n"
        "- **Wet salting**: Laying a fish for days in a barrel of brine.\n\n"
        "Rubbing coarse salt into the skin is done in dry salting, unlike in wet salting.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/fish.md"), query_encoder)
    dry = fact_of("Dry salting", notes)
    assert is_refuted("Wet salting", dry.term, dry.definition, notes)


def test_a_kind_of_what_fits_is_not_refuted(query_encoder: QueryEncoder) -> None:
    text = (
        "Slow roasting is the heating of raw beans in a drum. It dries them.\n\n"
        "Roasting is the heating of raw beans in a hot drum until they turn brown.\n\n"
        "Torrefaction is the heating of raw beans in a hot drum until they are brown and dry."
    )
    notes = Glossary(chunks_of(text, "/notes/roast.md"), query_encoder)
    told = fact_of("Torrefaction", notes).definition
    assert not is_refuted("Drum roasting", "Torrefaction", told, notes)


def test_a_line_that_fits_another_term_better_is_doubtful(query_encoder: QueryEncoder) -> None:
    text = (
        "Kneading is the pressing and folding of dough by hand until it is smooth.\n\n"
        "Proofing is the resting of dough in a warm place while the yeast makes it rise.\n\n"
        "Kneading is the resting of dough in a warm place so that the yeast can make it rise.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/bread.md"), query_encoder)
    right, wrong = notes.by_term[notes.identity("Kneading")]
    assert is_doubtful(wrong, notes)
    assert not is_doubtful(right, notes)


def test_a_class_with_named_members_is_no_wrong_option(query_encoder: QueryEncoder) -> None:
    text = (
        "A tool price is a number that a shop puts on hammers and saws, such as the day rate.\n\n"
        "A wage is a number that a shop pays to its people for one hour of work.\n\n"
        "A day rate is a number that a shop asks for a saw which is lent for one day.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/shop.md"), query_encoder)
    wage, day_rate = fact_of("wage", notes), fact_of("day rate", notes)
    assert is_of_kind(wage, day_rate, notes)
    assert not is_of_kind(wage, fact_of("tool price", notes), notes)


def test_the_options_of_a_drafted_choice_are_of_one_class(music: Glossary) -> None:
    chunks = list(music.chunks.values())
    items = draft(chunks, music, count=8, kinds=[ItemKind.MULTIPLE_CHOICE]).items
    assert items
    for item in items:
        assert all(music.classes.can_be_one(item.key, option) for option in item.options)
        assert not check(item, music)


# ------------------------------------------------------------------- definitions


@pytest.mark.parametrize(
    "sentence",
    [
        "A muzzle is the set of straps that persuade it to stay calm on the road.",
        "Folding takes both to a corner of the paper and leaves the rest as it was before.",
        "A bakery of Lyon is a shop that is widely known for its dark bread and cakes.",
        "A sieve is a device that catches the coarse grains and passes about 150.",
        "Zorro is a stricter judge than it looks to strangers.",
    ],
)
def test_what_leans_on_other_words_or_praises_defines_nothing(sentence: str) -> None:
    assert read_sentence(sentence, Usage()) is None


def test_a_few_examples_define_nothing() -> None:
    usage = Usage()
    assert read_label("Creative writing", "Making poems, letters, and short plays", usage) is None
    parts = read_label("Bookbinding", "Joining folded sheets along one edge into a book", usage)
    assert parts is not None


def test_an_example_at_the_end_is_cut_off() -> None:
    parts = read_label(
        "Bookbinding", "Joining folded sheets along one edge, like a ledger", Usage()
    )
    assert parts is not None
    assert parts.definition == "joining folded sheets along one edge"


def test_a_predicate_that_fits_many_says_little() -> None:
    assert says_little("helps the singers find the right tone quickly and safely")
    assert says_little("measures the length")
    assert not says_little("measures the length of a string between bridge and nut in inches")


# ------------------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("term", "text", "told"),
    [
        ("N-queen puzzle", "a game with n pieces on a board", True),
        ("RSPB", "the Royal Society for birds and their Protection", False),
        ("RSB", "a Royal Society of Botany in a small town", False),
        ("RNL", "the first Royal Naval Library by the sea", True),
        ("Violin", "a small wooden thing with four strings", False),
    ],
)
def test_a_letter_or_the_initials_of_a_term_give_it_away(term: str, text: str, told: bool) -> None:
    assert shares_word(term, text) is told


def test_a_name_keeps_its_capitals_to_the_end() -> None:
    usage = Usage.of(
        [
            "We sailed to the Great Barrier Reef in May.",
            "Every reef is alive, and a great barrier keeps the waves out.",
            "They took a bridge loan.",
        ]
    )
    assert usage.spelled("Barrier Reef") == "barrier reef"
    assert usage.spelled("Bridge Loan") == "bridge loan"
    usage = Usage.of(["You reach Table Bay Harbour by boat.", "The table and a bay horse."])
    assert usage.spelled("Euclidean Distance") == "Euclidean distance"
    assert usage.spelled("Median Income") == "median income"


def test_a_thing_has_the_article_that_the_notes_give_it_anywhere() -> None:
    usage = Usage.of(
        [
            "In a choir, a descant is sung above the tune.",
            "Vibrato is a slow wave in a tone, and a vibrato of this kind is rare.",
            "Timbre is what tells a flute from an oboe, and a timbre of wood has a timbre of age.",
            "Later we hear that an F-hole which is narrow dampens the sound.",
        ]
    )
    assert usage.as_subject("descant") == "a descant"
    assert usage.as_subject("vibrato") == "vibrato"
    assert usage.as_subject("timbre") == "timbre"
    assert usage.as_subject("F-hole") == "an F-hole"


def test_a_thing_with_a_name_takes_the_definite_article(query_encoder: QueryEncoder) -> None:
    usage = Usage.of(["We heard the Moog on Monday.", "The old Moog was loud.", "A system is big."])
    assert usage.as_subject("Moog system") == "the Moog system"
    text = (
        "## Synthesizers\n\n"
        "- **Moog system**: Shapes the sound of two oscillators with a ladder of filters.\n\n"
        "We heard the Moog on Monday, and the old Moog was loud.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/moog.md"), query_encoder)
    text = gap(fact_of("Moog system", notes), notes.usage) or ""
    assert text.startswith("The ____ shapes")


def test_a_term_put_for_another_brings_its_own_article(query_encoder: QueryEncoder) -> None:
    text = (
        "Vibrato is the slow swinging of a tone around its pitch while a string sounds.\n\n"
        "A fermata is a sign that lets a tone last for as long as the players like.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/signs.md"), query_encoder)
    said = state(fact_of("Vibrato", notes), "fermata", notes.usage) or ""
    assert said.startswith("A fermata is the slow swinging")


def test_a_mere_adjective_is_no_option() -> None:
    assert is_adjective("Generative")
    assert is_adjective("Scalable")
    assert not is_adjective("Archive")


# ----------------------------------------------------------------------- wording


def test_a_gap_tells_how_its_term_begins_and_nothing_of_it_is_asked() -> None:
    told = hint("sound level", whole=True)
    assert told == (
        " The missing term has two words, which begin with \u201cs\u201d and \u201cl\u201d."
    )
    assert hint("sound level", whole=False) == " The missing term begins with \u201cs\u201d."
    assert asked(f"____ is the energy that reaches an ear.{told}") == asked(
        "____ is the energy that reaches an ear."
    )


def test_a_hint_rules_out_what_begins_otherwise() -> None:
    stem = "____ is the energy that reaches an ear." + hint("loudness", whole=True)
    assert rules_out(stem, "loudness", "noise")
    assert not rules_out(stem, "loudness", "level")
    assert not rules_out("____ is the energy.", "loudness", "noise")


def test_a_drafted_gap_has_a_hint_that_every_accepted_name_fits(music: Glossary) -> None:
    items = draft(list(music.chunks.values()), music, count=8, kinds=[ItemKind.CLOZE]).items
    assert items
    for item in items:
        initials = re.findall("\u201c(.)\u201d", hint_in(item.stem).lower())
        for name in (item.key, *item.accepted):
            words = name.lower().split()
            told = [word[0] for word in words][: len(initials)]
            assert told == initials


def test_a_statement_makes_one_claim_only(query_encoder: QueryEncoder) -> None:
    text = (
        "A caravel is a light ship with two or three masts that sails close to the wind, whereas a"
        " carrack is slow."
    )
    notes = Glossary(chunks_of(text, "/notes/ships.md"), query_encoder)
    fact = fact_of("caravel", notes)
    whole = "A caravel is a light ship with two or three masts that sails close to the wind."
    assert state(fact, fact.term, notes.usage) == whole
    assert gap(fact, notes.usage) == whole.replace("A caravel", "A(n) ____")


def test_a_plural_label_is_asked_for_by_a_plural_verb(query_encoder: QueryEncoder) -> None:
    text = (
        "## Bridges\n\n- **Stone arches**: Carries the load of the road down to both banks.\n"
        "- **Steel cables**: Holds the road from two towers over the water.\n"
        "- **Wooden beams**: Spans a narrow stream from one bank to the other.\n"
    )
    notes = Glossary(chunks_of(text, "/notes/bridges.md"), query_encoder)
    fact = fact_of("Steel cables", notes)
    assert ask_for_term(fact) == "Which of these hold the road from two towers over the water?"


def test_a_gap_that_another_name_of_the_notes_fits_is_not_asked(
    query_encoder: QueryEncoder,
) -> None:
    text = (
        "Tide tables are long tomes that tell sailors when the water will be high.\n\n"
        "{} hang in each harbour, and a pilot reads them in the morning.\n"
    )
    for said, asked_for in (("Tide tomes", False), ("Tide lists", True), ("Sea charts", True)):
        notes = Glossary(chunks_of(text.format(f"The {said}"), "/notes/tide.md"), query_encoder)
        desk = Desk(notes, level=1, seed=0)
        assert bool(list(cloze(desk, fact_of("Tide tables", notes)))) is asked_for
