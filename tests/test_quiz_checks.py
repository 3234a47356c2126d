"""The gates: each turns away the fault it is named after, and lets a sound item pass."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest
from quiz_notes import all_chunks

from tutor.index.query_encoder import QueryEncoder
from tutor.quiz import gates as checks
from tutor.quiz.gates import Gate, check, check_beside, sift
from tutor.quiz.items import FALSE, GAP, TRUE, evidence
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.lint import lint
from tutor.quiz.verdict_cues import best_cue
from tutor.schema import Evidence, ItemKind, QuizItem


@pytest.fixture(scope="module")
def glossary(query_encoder: QueryEncoder) -> Glossary:
    return Glossary(all_chunks(), query_encoder)


@pytest.fixture(scope="module")
def choice(glossary: Glossary) -> QuizItem:
    chunk = next(chunk for chunk in glossary.chunks.values() if "Router" in chunk.text)
    quote = "**Router**: Forwards packets between different networks by their addresses."
    return QuizItem(
        id="item",
        kind=ItemKind.MULTIPLE_CHOICE,
        stem="Which of these forwards packets between different networks by their addresses?",
        options=("Switch", "Router", "Firewall", "Repeater"),
        keys=("Router",),
        accepted=(),
        explanation="",
        topic="Devices",
        level=1,
        evidence=evidence(chunk, quote),
    )


@pytest.fixture(scope="module")
def gap(choice: QuizItem) -> QuizItem:
    stem = f"A(n) {GAP} forwards packets between different networks by their addresses."
    return replace(choice, kind=ItemKind.CLOZE, stem=stem, options=(), keys=("router",))


@pytest.fixture(scope="module")
def verdict(choice: QuizItem) -> QuizItem:
    stem = "A router forwards packets between different networks by their addresses."
    return replace(choice, kind=ItemKind.TRUE_FALSE, stem=stem, options=(TRUE, FALSE), keys=(TRUE,))


def gates_closed(item: QuizItem, glossary: Glossary) -> set[str]:
    return {rejection.gate for rejection in check(item, glossary)}


def test_sound_items_pass_every_gate(
    choice: QuizItem, gap: QuizItem, verdict: QuizItem, glossary: Glossary
) -> None:
    false = replace(verdict, stem=verdict.stem.replace("router", "switch"), keys=(FALSE,))
    for item in (choice, gap, verdict, false):
        assert check(item, glossary) == []


Change = Callable[[QuizItem], QuizItem]


def quoting(text: str) -> Change:
    return lambda item: replace(item, evidence=replace(item.evidence, quote=text))


def options(*wrong: str) -> Change:
    return lambda item: replace(item, options=(item.key, *wrong))


FAULTS: list[tuple[Gate, Change]] = [
    (checks.quote_is_in_the_notes, quoting("Routers forward packets.")),
    (
        checks.quote_is_in_the_notes,
        lambda i: replace(i, evidence=replace(i.evidence, chunk_id="gone")),
    ),
    (
        checks.quote_supports_key,
        quoting("**Firewall**: Blocks traffic that breaks the rules of an organisation."),
    ),
    (
        checks.quote_supports_key,
        lambda i: replace(i, stem="Which of these was invented in Sweden during the war?"),
    ),
    (checks.key_fits_the_kind, lambda i: replace(i, keys=("Modem",))),
    (checks.key_fits_the_kind, options("Router", "Switch", "Firewall")),
    (checks.key_fits_the_kind, options("Switch")),
    (checks.options_differ, options("Switch", "Switches", "Firewall")),
    (checks.options_differ, options("Switch", "Network switch", "Firewall")),
    (checks.options_are_alike, options("Switches", "Firewalls", "Repeaters")),
    (checks.options_are_alike, options("Switch", "The devices that join many cables", "Firewall")),
    (checks.no_catch_all, options("Switch", "Firewall", "None of the above")),
    (checks.no_catch_all, options("Switch", "Firewall", "Both A and B")),
    (
        checks.stem_is_a_sentence,
        lambda i: replace(i, stem="forwards packets between different networks"),
    ),
    (
        checks.stem_is_a_sentence,
        lambda i: replace(
            i, stem="Which of these **forwards** packets between different networks?"
        ),
    ),
    (
        checks.stem_is_a_sentence,
        lambda i: replace(i, stem="Which of these forwards packets as shown in this figure above?"),
    ),
    (
        checks.stem_stands_alone,
        lambda i: replace(i, stem="It forwards packets between different networks by what?"),
    ),
    (
        checks.answer_is_not_in_the_stem,
        lambda i: replace(i, stem="Which of these routers forwards packets between networks?"),
    ),
    (
        checks.answer_is_not_in_the_stem,
        lambda i: replace(
            i, stem="Which of these, unlike a firewall, forwards packets to networks?"
        ),
    ),
    (
        checks.stem_does_not_babble,
        lambda i: replace(
            i, stem="Which of these forwards packets of packets that forwards packets of packets?"
        ),
    ),
    (checks.options_do_not_echo_the_stem, options("Switch", "Network card", "Firewall")),
    (
        checks.no_giveaway_grammar,
        lambda i: replace(i, stem="Something that forwards packets between networks is called a?"),
    ),
]


@pytest.mark.parametrize(("gate", "change"), FAULTS)
def test_a_fault_closes_its_gate(
    gate: Gate, change: Change, choice: QuizItem, glossary: Glossary
) -> None:
    assert gate(choice, glossary) == ""
    assert gate(change(choice), glossary)


def test_options_that_are_all_the_key_are_turned_away_quietly(
    choice: QuizItem, glossary: Glossary
) -> None:
    item = replace(choice, options=(choice.key,) * 4)
    assert {r.gate for r in checks.check(item, glossary)} >= {"key fits the kind"}


def test_a_wrong_option_that_the_notes_support_is_turned_away(
    choice: QuizItem, glossary: Glossary
) -> None:
    item = replace(
        choice,
        stem="Which of these sends each frame of the machines in one building to a single port?",
        options=("Router", "Switch", "Firewall"),
    )
    assert checks.distractors_are_refuted(item, glossary)


def test_a_gap_needs_one_blank_and_a_short_key_that_is_not_given(
    gap: QuizItem, glossary: Glossary
) -> None:
    twice = replace(gap, stem=f"A {GAP} or {GAP} forwards packets between networks.")
    assert "key fits the kind" in gates_closed(twice, glossary)
    long = replace(gap, keys=("router that stands in the cellar of the house",))
    assert "key can be typed" in gates_closed(long, glossary)
    told = replace(gap, stem=f"A(n) {GAP}, as routers do, forwards packets between networks.")
    assert "answer is not in the stem" in gates_closed(told, glossary)
    alias = replace(gap, accepted=("packet forwarder",))
    assert "answer is not in the stem" in gates_closed(alias, glossary)


def test_a_gap_that_another_term_fills_as_well_is_turned_away(
    gap: QuizItem, glossary: Glossary
) -> None:
    granite = "Cools slowly deep under the surface and shows large crystals"
    chunk = next(chunk for chunk in glossary.chunks.values() if granite in chunk.text)
    item = replace(
        gap,
        stem=f"{GAP} cools slowly where lava meets water, with crystals too small to see.",
        keys=("Granite",),
        evidence=evidence(chunk, f"**Granite**: {granite}."),
    )
    assert "gap has one answer" in gates_closed(item, glossary)


def test_a_statement_must_agree_with_its_quote(verdict: QuizItem, glossary: Glossary) -> None:
    denied = replace(verdict, stem=verdict.stem.replace("forwards", "never forwards"))
    assert "quote supports key" in gates_closed(denied, glossary)
    assert check(replace(denied, keys=(FALSE,)), glossary) == []
    not_refuted = replace(verdict, keys=(FALSE,))
    assert "quote supports key" in gates_closed(not_refuted, glossary)
    off_topic = replace(verdict, stem="Granite shows large crystals in old walls.", keys=(FALSE,))
    assert "quote supports key" in gates_closed(off_topic, glossary)


def test_a_rejection_names_gate_reason_and_item(choice: QuizItem, glossary: Glossary) -> None:
    rejections = check(replace(choice, keys=("Modem",)), glossary)
    assert [(r.gate, r.reason) for r in rejections if r.gate == "key fits the kind"] == [
        ("key fits the kind", "Its key is not exactly one of the options.")
    ]
    assert {r.stem for r in rejections} == {choice.stem}


def test_a_repeat_of_another_item_is_turned_away(choice: QuizItem, gap: QuizItem) -> None:
    assert check_beside(gap, [choice])
    other = replace(
        choice,
        id="other",
        stem="Which of these amplifies a weak signal?",
        keys=("Repeater",),
        evidence=replace(choice.evidence, quote="**Repeater**: Amplifies a weak signal"),
    )
    assert check_beside(other, [choice]) == []


def test_sifting_keeps_sound_items_and_reports_the_rest(
    choice: QuizItem, gap: QuizItem, glossary: Glossary
) -> None:
    kept, rejections = sift([replace(choice, keys=("Modem",)), choice, gap], glossary)
    assert kept == [choice]
    assert {r.gate for r in rejections} >= {"key fits the kind", "not a repeat"}


def test_a_level_that_is_not_what_it_says_is_turned_away(
    choice: QuizItem, glossary: Glossary
) -> None:
    assert "level is what it says" in gates_closed(replace(choice, level=2), glossary)
    assert "level is what it says" in gates_closed(replace(choice, level=3), glossary)
    case = "You want to forward packets between different networks by their addresses. "
    applied = replace(choice, level=3, stem=f"{case}Which of these would you use?")
    assert check(applied, glossary) == []


def test_a_statement_whose_subject_lacks_its_article_is_turned_away(
    verdict: QuizItem, glossary: Glossary
) -> None:
    bare = replace(verdict, stem="Network contains a few kinds of devices.")
    assert checks.stem_reads_as_english(bare, glossary)
    whole = replace(verdict, stem="A network contains a few kinds of devices.")
    assert checks.stem_reads_as_english(whole, glossary) == ""


def test_a_key_that_takes_up_the_words_of_the_question_can_be_guessed(
    choice: QuizItem, glossary: Glossary
) -> None:
    told = replace(choice, options=("Switch", "Packet forwarder", "Firewall"))
    told = replace(told, keys=("Packet forwarder",))
    assert "not guessable by form" in gates_closed(told, glossary)


def test_an_item_from_elsewhere_is_linted_without_evidence(
    choice: QuizItem, glossary: Glossary
) -> None:
    foreign = replace(choice, evidence=Evidence("", "", (), 0, 0, None, "", ""))
    report = lint([foreign], glossary)
    assert {r.gate for r in report.findings[0].rejections} == {"quote is in the notes"}
    assert report.passed == 0


def test_lint_tells_what_single_items_hide(choice: QuizItem, glossary: Glossary) -> None:
    bank = [replace(choice, id=str(number)) for number in range(8)]
    report = lint(bank, glossary)
    assert report.key_places == {2: 8}
    assert report.repeats == 7
    assert report.kinds == {ItemKind.MULTIPLE_CHOICE: 8}
    assert report.covered == 1
    assert "8 of 8 keys lie at place 2." in [rejection.reason for rejection in report.bank]


def test_lint_tells_a_form_of_statements_that_is_always_true(
    verdict: QuizItem, glossary: Glossary
) -> None:
    said = [f"Part {letter} swells because the air is damp." for letter in "ABCDEFGH"]
    always = [replace(verdict, id=stem, stem=stem, keys=(TRUE,)) for stem in said]
    plain = [replace(one, id=f"not {one.id}", stem="It is dry.", keys=(FALSE,)) for one in always]
    reasons = [rejection.reason for rejection in lint([*always, *plain], glossary).bank]
    assert reasons == ["8 of 8 statements of one form (reason) are true."]
    assert best_cue([*always, *plain]) == ("reason", 1.0)
    mixed = [*always[:4], *(replace(one, keys=(FALSE,)) for one in always[4:])]
    assert lint(mixed, glossary).bank == ()
    assert best_cue([]) == ("", 0.0)


def test_every_gate_is_run() -> None:
    gates = {
        thing
        for thing in vars(checks).values()
        if inspect.isfunction(thing)
        and list(inspect.signature(thing).parameters) == ["item", "glossary"]
        and inspect.signature(thing).return_annotation == "str"
    }
    assert gates == set(checks.GATES)


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        (
            "A relay is a run in which the team that won the contest in 1920 hands on a stick.",
            False,
        ),
        ("A cache is a chest that is kept on the platform's floor.", False),
        ("A platform is a floor, and the platform is made of wood.", True),
        ("A relay is a run that ends with the step of handing on a stick.", True),
        ("A gauge is a tool that tells the step size of a screw.", True),
    ],
)
def test_a_thing_that_only_its_surroundings_tell_leaves_a_stem_hanging(
    text: str, alone: bool, verdict: QuizItem, glossary: Glossary
) -> None:
    assert (checks.stem_stands_alone(replace(verdict, stem=text), glossary) == "") is alone
