"""Ordering items: the steps of a procedure, or events, whose order the notes themselves state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.quiz.desk import Desk
from tutor.quiz.english import finite_verb, gerund_of, is_base_verb, sentence_case, verb_of, words
from tutor.quiz.gates.form import MAX_STEPS, MIN_STEPS
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import LONGEST_QUOTE, NoteList, step_name
from tutor.quiz.knowledge.terms import Usage, is_process
from tutor.schema import ItemKind, QuizItem

LONGEST_STEP = 22
"""Words of a step that can be taken in at a glance."""

LONGEST_NAME = 3
"""Words of a title that is read as a name."""

FEWEST_NAMED = 4
"""Steps whose bare names have to be put in order: of three the first and the last are common
sense ("define, develop, deploy")."""

_STEPS_OF = re.compile(
    r"^(?:the )?(?:steps?|process|stages|phases) (?:of|for|in|to) (?:the |an? )?|^how to ",
    re.IGNORECASE,
)
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
_CALLED = re.compile(r"\b(?:phases|stages)\b", re.IGNORECASE)
_NAMED_STAGES = re.compile(r"^(?:the )?(?:\w+ )?(?:phases|stages) (?:of|in) ", re.IGNORECASE)
"""Titles under which a mere noun is the name of a stage: "Phases of mitosis"."""

_OPENS_WITH_CIRCUMSTANCE = re.compile(r"(?:To|During|In|For|After|Before|At|By|On|Here)\b")


def steps(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 1: the names of the steps, where these name deeds and do not tell their places."""
    names = [step_name(member) for member in one.steps]
    if len(names) < FEWEST_NAMED or not all(names) or _spell_a_name(names, one):
        return
    stages = _NAMED_STAGES.match(one.topic) and not any(map(_tells_its_place, names))
    if (stages or all(map(_is_deed, names))) and _are_parallel(names):
        yield from _item(desk, one, [_uncapped(name, desk.glossary.usage) for name in names])


def step_descriptions(desk: Desk, one: NoteList) -> Iterator[QuizItem]:
    """Level 2: what happens in each step, without its name."""
    texts = [member.text.rstrip(".") for member in one.steps]
    sizes = all(5 <= len(text.split()) <= LONGEST_STEP for text in texts)
    if texts and sizes and not any(map(_tells_its_place, texts)):
        yield from _item(desk, one, texts)


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
    """Level 1: events of different years, the years left out."""
    dated = one.events
    years = [year for year, _, _ in dated]
    if len(dated) < MIN_STEPS or years != sorted(set(years)):
        return
    dated = dated[:MAX_STEPS]
    texts = [sentence_case(what) for _, what, _ in dated]
    if not all(verb_of([word.lower() for word in words(text)]) for text in texts):
        return  # approaches or periods, which may overlap
    start, end = dated[0][2].start, dated[-1][2].end
    told = "; ".join(f"{year}: {what}" for year, what, _ in dated)
    yield _ordering(
        desk,
        one,
        f"Put {_events_of(one)} in the order in which they happened.",
        texts,
        one.chunk.text[start:end],
        f"{told}.",
    )


def _events_of(one: NoteList) -> str:
    """Return how events are called: by their title, unless it says no more than that they are."""
    plain = not one.topic or _CALENDAR.fullmatch(one.topic) is not None
    return "these events" if plain else f"the events of \u201c{one.topic}\u201d"


def _item(desk: Desk, one: NoteList, texts: list[str]) -> Iterator[QuizItem]:
    name, called = _name_of(one), _in_sentence(_name_of(one), desk.glossary)
    last = one.steps[-1]
    quote = one.chunk.text[one.start : last.end]
    fits = MIN_STEPS <= len(texts) <= MAX_STEPS and len(quote) <= LONGEST_QUOTE
    if fits and name and not _goes_on(desk, one):
        yield _ordering(
            desk,
            one,
            f"Put the {_parts_of(one)} of {called} in their right order.",
            [sentence_case(text) for text in texts],
            quote,
            f"The notes have: {'; '.join(texts)}.",
        )


def _name_of(one: NoteList) -> str:
    """Return what the steps are those of, or "" where the titles do not name it plainly."""
    title = next((title for title in one.titles if len(title.split()) > 1), one.topic)
    works = _WORKS.match(title)
    name = works["name"] if works else _STEPS_OF.sub("", title)
    plain = not re.search(r"[,;:?]", name) and finite_verb([w.lower() for w in words(name)]) is None
    return sentence_case(name) if plain else ""


def _parts_of(one: NoteList) -> str:
    """Return what the notes call the members of a procedure: steps, phases or stages."""
    called = _CALLED.search(one.topic)
    return called.group().lower() if called else "steps"


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
