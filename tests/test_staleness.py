"""Items beside notes that change: pointed anew, checked again, or flagged as stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from answered import answered

from tutor.index.catalog import Catalog
from tutor.ingestion.chunker import split
from tutor.progress.scheduler import replay
from tutor.progress.staleness import has_changed, pointed_anew
from tutor.progress.store import Kept
from tutor.schema import Chunk, Evidence, ItemKind, Note, Pair, QuizItem, Rating, RubricPoint
from tutor.study.freshness import CHANGED, REMOVED, Freshness

LAVA = "Lava is molten rock that\nhas reached the surface."
MAGMA = "Magma is molten rock below the surface."
VOLCANO = f"# Volcanoes\n\nA volcano is a hole in the crust.\n\n{LAVA} {MAGMA}\n"
SEAS = "# Seas\n\nA tide is the rise and fall of the sea.\n"


class Notes:
    """Notes of one course as they are at the moment: file name and text."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def chunks(self, course: str, source: str | None = None) -> list[Chunk]:
        assert course == "earth"
        return [
            chunk
            for name, text in self.texts.items()
            if source in (None, name)
            for chunk in split(Note(name, name, text, "digest"), course)
        ]

    @property
    def catalog(self) -> Catalog:
        catalog = Catalog()
        for name, text in self.texts.items():
            digest = str(hash(text))
            catalog.put(Note(name, name, text, digest), "earth", self.chunks("earth", name))
        return catalog

    def evidence(self, quote: str) -> Evidence:
        """Where ``quote`` stands by now."""
        chunk = next(chunk for chunk in self.chunks("earth") if quote in chunk.text)
        first = chunk.start_line + chunk.text[: chunk.text.index(quote)].count("\n")
        return Evidence(
            chunk.source, "earth", chunk.heading, first, first + quote.count("\n"), None,
            chunk.id, quote,
        )  # fmt: skip


NOTES = Notes(volcano=VOLCANO, seas=SEAS)
ITEM = QuizItem(
    id="lava",
    kind=ItemKind.CLOZE,
    stem="_____ is molten rock that has reached the surface.",
    options=(),
    keys=("lava",),
    accepted=(),
    explanation="",
    topic="Volcanoes",
    level=1,
    evidence=NOTES.evidence(LAVA),
)


def with_text(text: str) -> Notes:
    return Notes(volcano=text, seas=SEAS)


def there(notes: Notes, item: QuizItem = ITEM) -> QuizItem:
    found = pointed_anew(item, notes.chunks)
    assert found is not None
    return found


# -------------------------------------------------------------------- where the quote stands


def test_what_did_not_change_is_left_as_it_is() -> None:
    assert there(NOTES) == ITEM


def test_lines_that_moved_are_followed() -> None:
    notes = with_text(VOLCANO.replace("# Volcanoes\n", "# Volcanoes\n\n\n\n"))
    assert there(notes).evidence == notes.evidence(LAVA)
    assert there(notes).evidence.start_line == ITEM.evidence.start_line + 3


def test_a_quote_is_followed_into_the_passage_that_holds_it_now() -> None:
    notes = with_text(VOLCANO.replace("A volcano is a hole", "A volcano is a deep hole"))
    moved = there(notes)
    assert moved.evidence == notes.evidence(LAVA)
    assert moved.evidence.chunk_id != ITEM.evidence.chunk_id
    assert has_changed(ITEM, moved)


def test_lines_broken_elsewhere_are_the_same_words() -> None:
    rewrapped = "Lava is molten\nrock that has reached the surface."
    notes = with_text(VOLCANO.replace(LAVA, rewrapped))
    assert there(notes).evidence == notes.evidence(rewrapped)


def test_a_file_that_was_renamed_is_found_by_its_words() -> None:
    notes = Notes(mountains=VOLCANO, seas=SEAS)
    assert there(notes).evidence.source == "mountains"


@pytest.mark.parametrize(
    "text",
    [
        VOLCANO.replace("molten rock that", "liquid rock that"),
        VOLCANO.replace("has reached", "has not reached"),
        SEAS,
    ],
)
def test_a_quote_that_lost_or_changed_a_word_is_gone(text: str) -> None:
    assert pointed_anew(ITEM, with_text(text).chunks) is None


def test_every_pair_and_every_point_of_a_rubric_has_to_stand() -> None:
    pair = Pair("magma", "below", NOTES.evidence(MAGMA))
    point = RubricPoint("It rises and falls.", NOTES.evidence("A tide is the rise"))
    item = replace(ITEM, pairs=(pair,), rubric=(point,))
    notes = with_text("\n" + VOLCANO)
    moved = there(notes, item)
    assert moved.pairs[0].evidence == notes.evidence(MAGMA)
    assert moved.rubric[0].evidence == point.evidence
    assert pointed_anew(item, with_text(VOLCANO.replace("Magma", "Magma, ")).chunks) is None
    assert pointed_anew(item, Notes(volcano=VOLCANO).chunks) is None


# ------------------------------------------------------------------------------------ flags


def kept(item: QuizItem = ITEM) -> Kept:
    card = replay([answered(Rating.AGAIN, item=item.id)])
    assert card is not None
    return Kept(item, card, checked="", stale="")


class Gates:
    """Gates that say what they are told to, and know what they were asked."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        self.asked: list[QuizItem] = []

    def __call__(self, item: QuizItem) -> Sequence[str]:
        self.asked.append(item)
        return self.faults


def checked(notes: Notes, before: Kept, *faults: str) -> tuple[Kept, Gates]:
    gates = Gates(*faults)
    return Freshness(notes.catalog, notes.chunks, gates).checked(before), gates


def test_an_unchanged_item_is_fresh_and_passes_no_gate() -> None:
    now, gates = checked(NOTES, kept(), "never asked")
    assert (now.item, now.stale, gates.asked) == (ITEM, "", [])
    assert now.checked


def test_an_item_is_looked_at_once_for_each_state_of_its_file() -> None:
    now, _ = checked(NOTES, kept())
    elsewhere = Notes(volcano=VOLCANO, seas="# Seas\n\nOther words.\n")

    def unread(course: str, source: str | None) -> list[Chunk]:
        raise AssertionError("the notes were read for nothing")

    assert Freshness(elsewhere.catalog, unread, Gates()).checked(now) is now


def test_lines_that_changed_flag_the_item() -> None:
    now, gates = checked(with_text(VOLCANO.replace("molten", "liquid")), kept())
    assert (now.item, now.stale, gates.asked) == (ITEM, CHANGED, [])


def test_a_file_that_was_removed_flags_the_item() -> None:
    now, _ = checked(Notes(seas=SEAS), kept())
    assert now.stale == REMOVED


def test_an_item_that_is_pointed_anew_passes_the_gates_again() -> None:
    notes = with_text(VOLCANO.replace("a hole", "a deep hole"))
    now, gates = checked(notes, kept())
    assert now.stale == ""
    assert gates.asked == [now.item]
    assert now.item.evidence == notes.evidence(LAVA)


def test_what_the_gates_turn_away_is_stale_for_their_reason_and_stays_as_it_was() -> None:
    notes = with_text(VOLCANO.replace("a hole", "a deep hole"))
    now, _ = checked(notes, kept(), "“magma” may be right as well.", "Another reason.")
    assert (now.item, now.stale) == (ITEM, "“magma” may be right as well.")


def test_notes_that_are_put_back_make_the_item_fresh_again() -> None:
    stale, _ = checked(with_text(SEAS), kept())
    fresh, _ = checked(NOTES, stale)
    assert (stale.stale, fresh.stale) == (CHANGED, "")


def test_without_a_digest_the_item_is_looked_at_every_time() -> None:
    catalog = Catalog(
        replace(source, digest="") for source in NOTES.catalog if source.source == "volcano"
    )
    once = Freshness(catalog, NOTES.chunks, Gates()).checked(kept())
    assert once.checked == ""
    assert Freshness(catalog, with_text(SEAS).chunks, Gates()).checked(once).stale == CHANGED
