"""Questions that a list of the notes answers: "What are the types of ...?" and "How do I ...?"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from tutor.evaluation.drafting.draft import Draft, key_words, must_have, span
from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.questions import list_noun
from tutor.grounding.sentences import Kind, Unit, split
from tutor.quiz.english import gerund_of, head_noun, is_base_verb, is_plural
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.terms import is_aspect
from tutor.schema import Chunk

_FEWEST, _MOST = 3, 8
"""Items of a list that is worth asking for."""

_MOST_ASKED = 4
_LONGEST_NAME = 4
_LONGEST_TITLE = 8
_ANNOUNCED = re.compile(
    r"(?:(?:here|there|these) are|(?:the )?following(?: are)?) (?P<a>.+)"
    r"|(?P<b>the .+?) (?:are|include|includes|are as follows|are the following)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:other|further|some|more|several|many|examples?|few|various|vs|how|why|what|when|where)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"\b(?:contents?|references?|related|tags?|agenda|exercises?|quiz|reading|sources?|outcomes"
    r"|summary|links?|questions?|notes?|resources?|objectives?|takeaways?|mistakes|pitfalls)\b",
    re.IGNORECASE,
)
_ASPECTS = (
    r"(?:advantages|disadvantages|benefits|drawbacks|limitations|challenges|applications|domains"
    r"|components|features|types|steps|stages|uses|use cases|concepts|principles|considerations"
    r"|techniques|methods|ideas|parts)"
)
_ATTRIBUTE = re.compile(
    r"(?:(?:main|key|core|common|typical|important|different|real-world|basic|major|application) )*"
    rf"{_ASPECTS}(?: and {_ASPECTS})?",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|has|have|can|consists?|includes?|to remember)\b", re.IGNORECASE
)
_STEPS = re.compile(
    r"^the steps (?:of|to|for|in) |,? (?:step by step|in \w+ steps)$", re.IGNORECASE
)
_ASKS = re.compile(r"(?:why|how|which|what) (?:is|are|do|does|can|should) .*[^\s:]", re.IGNORECASE)
_PURPOSE = re.compile(r"To (?P<task>(?P<verb>[a-z]+) [^,:]{6,70}), (?P<way>.{15,})")
_TELLS = re.compile(
    r"(?:you|we)\b|[a-z]+ (?:the|an?|your|it|them|one|each|every|all|both|this|these|off|out|up)\b"
)
"""What opens an instruction: "scrape the hull", "you scrape ..."."""

_HOW_TO = re.compile(r"how to (?P<task>.+)", re.IGNORECASE)


def lists(glossary: Glossary) -> Iterator[Draft]:
    """Yield questions after lists with a plural title, or with a question for one."""
    for chunk in glossary.chunks.values():
        units = split(chunk.text)
        for run in _runs(units):
            items = [units[index] for index in run]
            question = _question(units, run[0], chunk, glossary)
            if question and len(run) <= _MOST and not _are_aspects(items):
                yield _list(question, items, chunk)


def how_tos(glossary: Glossary) -> Iterator[Draft]:
    """Yield "How do I ...?" after "To do this, do that." and numbered lists under "How to ..."."""
    for chunk in glossary.chunks.values():
        units = split(chunk.text)
        yield from (made for unit in units if (made := _purpose(unit, chunk)))
        for run in _runs(units):
            question = _how(units, run[0], chunk, glossary)
            if question and len(run) <= _MOST and all(units[index].numbered for index in run):
                yield _steps(question, units, run, chunk)


def _runs(units: tuple[Unit, ...]) -> Iterator[list[int]]:
    """Yield the items of each list, as indices."""
    items = [index for index, unit in enumerate(units) if unit.kind is Kind.ITEM]
    ordered = sorted(items, key=lambda index: (units[index].parent or -1, index))
    for _, run in groupby(ordered, key=lambda index: (units[index].parent, units[index].numbered)):
        listed = list(run)
        if len(listed) >= _FEWEST:
            yield listed


# -------------------------------------------------------------------------------- lists


def _list(question: str, items: list[Unit], chunk: Chunk) -> Draft:
    quote = chunk.text[items[0].start : items[-1].end]
    told = [_name(item) or clean(item.text).rstrip(" .:;") for item in items]
    return Draft(
        kind="list",
        question=question,
        answer="; ".join(told) + ".",
        gold=(span(quote),),
        must=tuple(dict.fromkeys(_phrases(one, question) for one in items[:_MOST_ASKED])),
        chunk=chunk,
        quote=quote,
        about=question,
        difficulty=2,
    )


def _phrases(item: Unit, question: str) -> tuple[str, ...]:
    """Return what shows that an answer has an item: its name, or else its most telling word."""
    if name := _name(item):
        return (name.lower(),)
    return tuple(key_words(clean(item.text), question)[:1])


def _name(unit: Unit) -> str:
    """Return the short name of an item, without what stands in brackets."""
    name = re.sub(r"\s*\([^)]*\)", "", unit.label or clean(unit.text)).strip(" .;,")
    fits = 0 < len(name.split()) <= _LONGEST_NAME and is_presentable(name)
    return name if fits and not name.endswith(("...", ":")) else ""


def _are_aspects(items: list[Unit]) -> bool:
    """Tell aspects of one thing ("Description, Examples, Uses") from things of one kind."""
    return sum(is_aspect(item.label) for item in items if item.label) > 1


def _question(units: tuple[Unit, ...], first: int, chunk: Chunk, glossary: Glossary) -> str:
    """Return what a list answers: the question above it, or one after its plural title."""
    above = clean_heading(chunk.heading[-1]) if chunk.heading else ""
    parent = units[first].parent
    if _ASKS.match(above) and (parent is None or units[parent].kind is Kind.HEADING):
        opening, _, rest = above.rstrip("?: ").partition(" ")
        return f"{opening} {glossary.usage.spelled(rest)}?"
    title = _title(units, first, chunk, glossary)
    return f"What are {title}?" if title else ""


def _title(units: tuple[Unit, ...], first: int, chunk: Chunk, glossary: Glossary) -> str:
    """Return what a list is a list of, as it stands in a question: "the types of prompts"."""
    parent = units[first].parent
    named = clean_heading(units[parent].text) if parent is not None else ""
    if parent is not None and units[parent].kind is Kind.LEAD:
        announced = _ANNOUNCED.fullmatch(named)
        named = (announced["a"] or announced["b"]) if announced else ""
    above = [clean_heading(title) for title in chunk.heading]
    if parent is None and above:
        named = above.pop()
    if not _can_be_asked(named):
        return ""
    title = _ATTRIBUTE.sub(lambda found: found[0].lower(), glossary.usage.spelled(named), count=1)
    if _ATTRIBUTE.fullmatch(named) or " " not in named:
        subjects = [one for one in reversed(above) if one != named and not _NO_TITLE.search(one)]
        if not subjects or len(subjects[0].split()) > _LONGEST_NAME or "?" in subjects[0]:
            return ""
        title = f"{title.lower()} of {glossary.usage.spelled(subjects[0])}"
    return title if title.lower().startswith("the ") else f"the {title}"


def _can_be_asked(title: str) -> bool:
    words = title.split()
    if not 0 < len(words) <= _LONGEST_TITLE or not is_presentable(title):
        return False
    head = head_noun(title)
    return (
        bool(head)
        and is_plural(head)
        and bool(list_noun(f"What are the {title}?"))
        and not is_base_verb(words[0])
        and not words[0].endswith("ing")
        and not _OPEN.search(title)
        and not _VERB.search(title)
        and not re.search(r"\d\.|\.\s", title)
        and not _NO_TITLE.search(title)
    )


# ------------------------------------------------------------------------------- how-to


def _purpose(unit: Unit, chunk: Chunk) -> Draft | None:
    """Read "To clean a find, brush it with water."."""
    plain = clean(unit.text)
    match = _PURPOSE.match(plain)
    if unit.kind not in (Kind.SENTENCE, Kind.ITEM) or not match or not is_presentable(plain):
        return None
    if not is_base_verb(match["verb"]) or re.search(r"\b(?:its?|them|they)\b", match["task"]):
        return None
    told = is_base_verb(match["way"].split()[0]) or _TELLS.match(match["way"])
    return Draft(
        kind="howto",
        question=f"{'How do I' if told else 'What is done to'} {match['task']}?",
        answer=plain,
        gold=(span(unit.text),),
        must=must_have([match["way"]], match["task"]),
        chunk=chunk,
        quote=unit.text,
        about=match["task"],
        difficulty=2,
    )


def _steps(question: str, units: tuple[Unit, ...], run: list[int], chunk: Chunk) -> Draft:
    quote = chunk.text[units[run[0]].start : units[run[-1]].end]
    steps = [clean(units[index].text).rstrip(".: ") for index in run]
    told = [words[0] for step in steps if (words := must_have([step], question))]
    return Draft(
        kind="howto",
        question=question,
        answer=". ".join(f"{number}. {step}" for number, step in enumerate(steps, 1)) + ".",
        gold=(span(quote),),
        must=tuple(dict.fromkeys(told[:_MOST_ASKED])),
        chunk=chunk,
        quote=quote,
        about=question,
        difficulty=2,
    )


def _how(units: tuple[Unit, ...], first: int, chunk: Chunk, glossary: Glossary) -> str:
    """Return what a numbered list answers, by the title above it.

    "How to train a model" and "Training a model" ask how I do it, "Training a model step by
    step" and "The steps of training" for the steps.
    """
    parent = units[first].parent
    titles = [clean_heading(units[parent].text)] if parent is not None else []
    titles += [clean_heading(title) for title in chunk.heading[-1:]]
    for title in titles:
        whole = _STEPS.sub("", title.rstrip("?"))
        if len(whole.split()) > _LONGEST_TITLE or not is_presentable(whole):
            continue
        if told := _task(title.rstrip("?")):
            return f"How do I {glossary.usage.spelled(told)}?"
        if _STEPS.search(title) and not _VERB.search(title):
            return f"What are the steps of {whole[:1].lower()}{whole[1:]}?"
    return ""


def _task(title: str) -> str:
    """Return "train a model" for "How to train a model" and "Training a model"."""
    if match := _HOW_TO.fullmatch(title):
        return match["task"]
    words = title.split()
    verb = gerund_of(words[0]) if words[:1] and words[0].endswith("ing") else None
    rest = words[2:] if words[1:2] == ["of"] else words[1:]
    return " ".join([verb, *rest]) if verb and rest and not _STEPS.search(title) else ""
