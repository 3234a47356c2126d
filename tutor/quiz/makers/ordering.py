"""Ordering items: the steps of a procedure, or events, whose order the notes themselves state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from tutor.quiz.desk import Desk
from tutor.quiz.english import finite_verb, gerund_of, is_base_verb, sentence_case, verb_of, words
from tutor.quiz.gates.form import MAX_STEPS, MIN_STEPS
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import (
    LONGEST_QUOTE,
    Event,
    NoteList,
    clause_of_how,
    is_instruction,
    step_name,
)
from tutor.quiz.knowledge.scope import lowered
from tutor.quiz.knowledge.terms import Usage, is_process
from tutor.schema import ItemKind, QuizItem

LONGEST_STEP = 22
"""Words of a step that can be taken in at a glance."""

TELLING_STEP, SHORTEST_STEP = 5, 3
"""Words of a step that says enough: any, and one that is a clause."""

LONGEST_NAME = 3
"""Words of a title that is read as a name."""

FEWEST_NAMED = 4
"""Steps whose bare names have to be put in order: of three the first and the last are common
sense ("define, develop, deploy")."""

_STEPS_OF = re.compile(
    r"^(?:the )?(?:steps?|process|stages|phases) (?:of|for|in|to) (?:the |an? )?|^how to ",
    re.IGNORECASE,
)
_AS_FOLLOWS = re.compile(r" (?:is|are|goes|runs|works|proceeds)(?: as follows| like this)$", re.I)
_WORKS = re.compile(r"^how (?:the |an? )?(?P<name>.+?) works?$", re.IGNORECASE)
_TELLS_ITS_PLACE = re.compile(
    r"\b(?:input|output|first|second|third|final|finally|initial|last|next|start|begin|end)\b"
    r"|\b(?:pre|post)-",
    re.IGNORECASE,
)
"""Words by which a step is put in its place without any knowledge."""

_CALENDAR = re.compile(
    r"(?:(?:a|the|key|main|important|brief|short) )*"
    r"(?:timeline|time line|chronology|dates?|events?|history|milestones|calendar)",
    re.IGNORECASE,
)
_STEPS = re.compile(r"(?:process(?:ing)?|training|reasoning|working|using)", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:phases|stages)\b", re.IGNORECASE)
_NAMED_STAGES = re.compile(
    r"^(?:the )?(?:(?:\w+ )?(?:phases|stages)|chain) (?:of|in) ", re.IGNORECASE
)
"""Titles under which a mere noun is the name of a stage: "Phases of mitosis"."""

_OPENS_WITH_CIRCUMSTANCE = re.compile(r"(?:To|During|In|For|After|Before|At|By|On|Here)\b")


def steps(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 1: the names of the steps, where these name deeds and do not tell their places."""
    names = [step_name(member) for member in one.steps]
    if len(names) < FEWEST_NAMED or not all(names) or _spell_a_name(names, one):
        return
    named = _NAMED_STAGES.match(one.topic) or one.parted[1] in ("phases", "stages")
    stages = named and not any(map(_tells_its_place, names))
    if (stages or all(map(_is_deed, names))) and _are_parallel(names):
        yield from _item(desk, one, [_uncapped(name, desk.glossary.usage) for name in names])


def step_descriptions(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 2: what happens in each step, without its name."""
    texts = [member.text.rstrip(".") for member in one.steps]
    if texts and all(map(_is_told, texts)) and not any(map(_tells_its_place, texts)):
        yield from _item(desk, one, texts)


def _is_told(text: str) -> bool:
    """Say whether a step says enough to be known by: a few words only where they are a clause."""
    size = len(text.split())
    enough = size >= TELLING_STEP or (size >= SHORTEST_STEP and _is_clause(text))
    return enough and size <= LONGEST_STEP


def _is_clause(text: str) -> bool:
    said = [word.lower() for word in words(text)]
    return is_instruction(text) or (bool(said) and verb_of(said) is not None)


def _tells_its_place(text: str) -> bool:
    return bool(_TELLS_ITS_PLACE.search(text) or _OPENS_WITH_CIRCUMSTANCE.match(text))


def _is_deed(text: str) -> bool:
    """Say whether a step tells what is done or happens, and not its own place in the order."""
    if _tells_its_place(text):
        return False
    said = [word.lower() for word in words(text)]
    opens = is_base_verb(said[0]) or gerund_of(said[0]) is not None
    return opens or is_process(said[-1]) or verb_of(said) is not None


def _uncapped(name: str, usage: Usage) -> str:
    """Return the name of a step without the capitals of a heading: "Weigh the Flour"."""
    return " ".join(
        word.lower() if word.istitle() and usage.large[word.lower()] <= 1 else word
        for word in usage.spelled(name).split()
    )


def _are_parallel(names: Sequence[str]) -> bool:
    """Say whether all steps are put alike: all open with a verb, all with an -ing form, or none."""
    opens = [words(name)[0].lower() for name in names]
    shapes = {"ing" if gerund_of(word) else "verb" if is_base_verb(word) else "" for word in opens}
    return len(shapes) == 1


def _spell_a_name(names: Sequence[str], one: NoteList) -> bool:
    """Say whether the initials of the steps are an abbreviation of their title, as in RAG."""
    initials = "".join(name[0] for name in names).upper()
    return any(initials in title for title in one.titles) or initials in one.chunk.text.split()


def _goes_on(desk: Desk, one: NoteList) -> bool:
    """Say whether the next chunk of the note goes on with the list."""
    number = len(one.members) + 1
    following = (
        chunk
        for chunk in desk.glossary.chunks.values()
        if chunk.source == one.chunk.source and chunk.position == one.chunk.position + 1
    )
    return any(re.search(rf"(?m)^\W*{number}[.)]\s", chunk.text) for chunk in following)


def events(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 1: events of which each surely came after the one before, the dates left out.

    What is only named may have gone on for long: its date has to be exact.
    """
    dated = _in_turn(one.events)[:MAX_STEPS]
    texts = [sentence_case(event.what) for event in dated]
    happen = all(map(_happens, texts))
    if len(dated) < MIN_STEPS or not (happen or all(event.when.exact for event in dated)):
        return
    start, end = dated[0].member.start, dated[-1].member.end
    yield _ordering(
        desk,
        one,
        f"Put {_called(one, texts)}.",
        texts,
        one.chunk.text[start:end],
        _told(dated),
    )


def _in_turn(dated: Sequence[Event]) -> list[Event]:
    """Return events of which each begins after the one before has ended.

    There are none where the notes themselves are not in the order of time.
    """
    if any(later.when.last < one.when.first for one, later in combinations(dated, 2)):
        return []
    kept: list[Event] = []
    for event in dated:
        if not kept or kept[-1].when.last < event.when.first:
            kept.append(event)
    return kept


def _happens(text: str) -> bool:
    """Say whether some part of a line of a timeline is a clause."""
    parts = re.split(r"[;,]\s|\sand\s", text)
    return any(verb_of([word.lower() for word in words(part)]) is not None for part in parts)


def _told(dated: Sequence[Event]) -> str:
    """Return events with their dates as the notes have them, in one sentence."""
    return f"{'; '.join(' '.join(_line(event).split()) for event in dated)}."


def _line(event: Event) -> str:
    member = event.member
    whole = f"{member.name}: {member.text}" if member.name else member.text
    return whole.rstrip(".")


def _called(one: NoteList, texts: Sequence[str]) -> str:
    """Return how events are called, and in what order they are to be put.

    Their title tells nothing where it says no more than that they are events, or is one of things.
    """
    if not all(map(_happens, texts)):
        return "these events in order, the earliest first"
    plain = not one.topic or _CALENDAR.fullmatch(one.topic) is not None
    what = "these events" if plain else f"the events of \u201c{one.topic}\u201d"
    return f"{what} in the order in which they happened"


def _item(desk: Desk, one: NoteList, texts: list[str]) -> Iterator[QuizItem]:
    what = _what_of(desk, one)
    last = one.steps[-1]
    quote = one.chunk.text[one.start : last.end]
    fits = MIN_STEPS <= len(texts) <= MAX_STEPS and len(quote) <= LONGEST_QUOTE
    if fits and what and not _goes_on(desk, one):
        yield _ordering(
            desk,
            one,
            f"Put the {_parts_of(one)} {what} in their right order.",
            [sentence_case(text) for text in texts],
            quote,
            f"The notes have: {'; '.join(texts)}.",
        )


def _what_of(desk: Desk, one: NoteList) -> str:
    """Return "of" and what the steps are those of, or "by which" it comes about; else ""."""
    works = _WORKS.match(one.topic)
    if (clause := clause_of_how(one.topic)) and not works:
        return f"by which {lowered(clause, desk.glossary.usage)}"
    name = _name_of(one)
    return f"of {_in_sentence(name, desk.glossary)}" if name else ""


def _name_of(one: NoteList) -> str:
    """Return what the steps are those of, or "" where the titles do not name it plainly."""
    title = one.parted[0] or next(filter(_is_telling, one.titles), one.topic)
    works = _WORKS.match(title)
    name = works["name"] if works else _STEPS_OF.sub("", _AS_FOLLOWS.sub("", title))
    plain = not re.search(r"[,;:?]", name) and finite_verb([w.lower() for w in words(name)]) is None
    if name.isupper() and " " in name:
        name = name.lower()
    return sentence_case(name) if plain else ""


def _is_telling(title: str) -> bool:
    """Say whether a title names something, and not only that it is done: "Procedure"."""
    return " " in title or (is_process(title) and not _STEPS.fullmatch(title))


def _parts_of(one: NoteList) -> str:
    """Return what the notes call the members of a procedure: steps, phases or stages."""
    called = _CALLED.search(one.topic)
    usual = "stages" if re.search(r"\bstep\b", one.topic) else "steps"
    return called.group().lower() if called else usual


def _in_sentence(name: str, glossary: Glossary) -> str:
    """Return the name of a procedure as a sentence of the notes has it, or else in quotes."""
    known = len(name.split()) <= LONGEST_NAME and glossary.sentences_on(name)
    return glossary.usage.as_subject(name) if known else f"\u201c{name}\u201d"


def _ordering(
    desk: Desk, one: NoteList, stem: str, texts: list[str], quote: str, told: str
) -> QuizItem:
    return desk.item(
        one, ItemKind.ORDERING, stem, quote, keys=texts, options=texts, explanation=told
    )
