"""Do the notes cover a question? The decision to abstain, with its reason.

A tutor that guesses is worse than one that says "the notes do not cover this". Similarity alone
cannot decide: a lay paraphrase ("spotting strange credit card charges") is no nearer to its
passage than a question about something that is missing. So the decision rests on what is missing:

1. nothing is near: the best sentence is below ``FLOOR`` and hardly a word is found;
2. a name ("LoRA", "F1", "GPT-5") that the notes, or the passages found for it, never use;
3. a technical word, unknown to the notes and to everyday English, in a question whose other words
   the notes know (a lay paraphrase has several everyday words that the notes lack);
4. the topic of a definition or one side of a comparison is made of words the notes lack;
5. a name the notes use, asked for a thing ("which license ...", "how many tokens ...") that no
   sentence ties to that name;
6. a thing asked for ("what salary ...") that the notes never mention;
7. a number asked for, where none of the best sentences has one.

The constants were set on 167 questions over five files of lecture notes (of the 34 that the notes
do not answer 32 are declined, of the others none); benchmarks/questions.jsonl holds 107 of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.grounding.candidates import Candidate, Encoder, Page, open_pages, score_units
from tutor.grounding.definitions import has_new_number
from tutor.grounding.english import is_everyday
from tutor.grounding.markup import clean_heading
from tutor.grounding.questions import Expects, Form, read
from tutor.grounding.sentences import Kind
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import QUESTION_WORDS, STOP_WORDS, content_words, stem, tokens
from tutor.schema import Passage

FLOOR = 0.27
"""Cosine below which the best sentence has nothing to do with the question."""

_SURE = 0.78
"""Cosine above which a sentence answers the question whatever words are missing."""

_FOUND = 0.35
"""Share of the question's words, rare ones counting more, that makes a passage relevant."""

_TECHNICAL = 0.20
"""Share that unknown technical words must have in a question to decide it."""

_LIKELY = 0.60
_UNLIKELY = 0.45
"""Cosines above and below which a sentence more likely does, and does not, answer."""

_LOOKED_AT = 8
"""Sentences that are looked through for a number."""

_LAY = 3
"""Everyday words unknown to the notes that show a lay paraphrase; its names may stand for more."""

_MOST_TOPICS = 4

_SPELT = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?"
    r"|millions?|billions?|half|once|twice|single)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\s,;:()\"?!\[\]]+")
_VERSION = re.compile(r"\b([A-Z][A-Za-z]+|[a-z]+(?=-))[- ](\d+(?:\.\d+)*[A-Za-z]?)\b")
_FOCUS = re.compile(
    r"\b(?:what|which|how (?:many|much))\s+((?:(?!(?:is|are|was|were|do|does|did|can|could"
    r"|should|will|would|has|have|to|for|in|of|from|on|with|that|the|a|an|i|you|we|it|they)\b)[\w-]+\s+){1,4})"
    r"|\bwhat(?:'s| is| are| was) the ((?:(?!of\b)[\w-]+\s+){1,3})(?=of\b)",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    """
    thing things trick tricks technique techniques strategy strategies method methods way ways kind
    kinds type types sort term word name names phenomenon approach problem idea concept setting
    part parts one ones value values reason effect role purpose goal difference point topic year
    step steps range loop arrangement difficulty difficulties people person maker company tool tools
    """.split()  # noqa: SIM905
)
"""Nouns that ask for anything; they need not stand in the notes."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the notes cover a question.

    ``missing`` are the words that decided against it (none where nothing was near), ``topics``
    the nearest headings, best first. ``similarity`` is the cosine of the best sentence.
    """

    covered: bool
    similarity: float
    missing: tuple[str, ...]
    topics: tuple[str, ...]


def assess(
    question: str,
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    encoder: Encoder | None = None,
) -> Coverage:
    """Decide whether ``passages`` (best first, found for ``question``) answer it.

    ``question`` stands alone and is spelt right. Without an ``encoder`` the similarity of the
    passages themselves is used.
    """
    topics = nearest_topics(passages)
    if not passages:
        return Coverage(False, 0.0, (), topics)
    asked = question.lower() if question.isupper() else question
    candidates = score_units(asked, open_pages(passages), encoder)
    similarity = max(
        [passage.similarity for passage in passages] + [one.similarity for one in candidates]
    )
    missing = _missing(asked, candidates, passages, vocabulary, similarity)
    lost = similarity < FLOOR and _share_found(asked, passages, vocabulary) < _FOUND
    return Coverage(not missing and not lost, similarity, missing, topics)


def nearest_topics(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the titles of the sections the passages stand in, best first, each once."""
    titles: dict[str, str] = {}
    for passage in passages:
        title = clean_heading(passage.heading[-1]) if passage.heading else ""
        if 1 < len(title) <= 80 and not title.lower().startswith(("summary", "in summary")):
            titles.setdefault(title.lower().rstrip("s?"), title)
    return tuple(titles.values())[:_MOST_TOPICS]


# ---------------------------------------------------------------------------- evidence


def _missing(
    question: str,
    candidates: Sequence[Candidate],
    passages: Sequence[Passage],
    vocabulary: Vocabulary,
    similarity: float,
) -> tuple[str, ...]:
    """Return the words whose absence shows that the notes do not cover the question."""
    unknown = list(_unknown_names(question, passages, vocabulary))
    if unknown:
        return tuple(dict.fromkeys(unknown))
    if similarity >= _SURE:
        return ()
    return (
        _unknown_technical(question, vocabulary)
        or _unknown_topic(question, vocabulary)
        or _untied_focus(question, candidates, vocabulary)
        or _unknown_focus(question, vocabulary, similarity)
        or _scattered_topic(question, candidates, similarity)
        or _no_number(question, candidates)
    )


def _unknown_names(
    question: str, passages: Sequence[Passage], vocabulary: Vocabulary
) -> Iterator[str]:
    there = {stem(word) for one in passages for word in tokens(" ".join([*one.heading, one.text]))}
    lay = sum(not vocabulary.has_stem(word) for word in _topic_words(question)) >= _LAY
    for name in names_in(question):
        known = all(vocabulary.has_stem(word) for word in tokens(name))
        found = all(stem(word) in there for word in tokens(name))
        if not known or not (found or lay):
            yield name
    texts = [" " + " ".join(tokens(passage.text)) + " " for passage in passages]
    for match in _VERSION.finditer(question):
        words = tokens(match.group())
        known = words[0] not in STOP_WORDS and vocabulary.has_word(words[0])
        if known and not any(f" {' '.join(words)} " in text for text in texts):
            yield match.group()


def names_in(question: str) -> list[str]:
    """Return the words written like names.

    These have capitals inside, letters with digits, or a capital that opens no sentence.
    """
    names: list[str] = []
    for match in _TOKEN.finditer(question):
        word = re.sub(r"['\u2019]s$", "", match.group().strip(".'\u2018\u2019*`"))
        before = question[: match.start()].rstrip()
        opens = not before or before[-1] in ".?!"
        inner = any(letter.isupper() for letter in word[1:])
        coded = bool(re.search(r"\d", word)) and bool(re.search(r"[A-Za-z]", word))
        if inner or coded or (word[:1].isupper() and not opens):
            names.extend(part for part in [word] if not _is_plain(part))
    return names


def _is_plain(word: str) -> bool:
    return word.lower() in STOP_WORDS or word.lower() in QUESTION_WORDS


def _unknown_technical(question: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    words = _topic_words(question)
    unknown = [word for word in words if not vocabulary.has_stem(word)]
    technical = [word for word in unknown if not is_everyday(word)]
    if not technical or len(unknown) > len(technical):
        return ()
    total = sum(vocabulary.rarity(word) for word in words)
    share = sum(vocabulary.rarity(word) for word in technical) / total
    return tuple(technical) if share >= _TECHNICAL else ()


def _unknown_topic(question: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the topic of a definition, or the sides of a comparison, if the notes lack it."""
    ask = read(question)
    parts = ask.sides if ask.form is Form.COMPARISON else ()
    if ask.form is Form.DEFINITION:
        parts = (ask.topic,)
    lacking: list[str] = []
    for part in parts:
        words = _topic_words(part)
        if words and len(words) <= 3 and not any(vocabulary.has_word(word) for word in words):
            lacking.extend(words)
    return tuple(lacking)


def _untied_focus(
    question: str, candidates: Sequence[Candidate], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Return what is asked of a name if no sentence speaks of both.

    "Which layer ..." may be answered without the word "layer", so after "what" and "which" only
    nouns that the notes lack count, and compounds such as "learning rate".
    """
    names = [word for name in names_in(question) for word in tokens(name)]
    names = [word for word in names if word not in STOP_WORDS]
    focus = [word for word in _focus(question) if word not in names]
    if not names or not focus:
        return ()
    wanted = {stem(word) for word in focus}
    if not _asks_for_amount(question):
        unknown = [word for word in focus if not vocabulary.has_stem(word)]
        if not unknown and len(focus) < 2:
            return ()
        rarest = max(focus, key=vocabulary.rarity)
        wanted = {stem(word) for word in unknown} or {stem(rarest)}
    key = stem(max(names, key=vocabulary.rarity))
    if any(key in around and wanted & around for around in map(_around, candidates)):
        return ()
    return tuple(focus)


def _asks_for_amount(question: str) -> bool:
    """Tell "how many X" and "what is the X of" from "which X"."""
    match = _FOCUS.search(question)
    if match is None:
        return False
    return not match.group(1) or match.group().lower().startswith("how")


def _focus(question: str) -> list[str]:
    """Return the nouns that are asked for: "tokens" in "how many tokens fit into ..."."""
    match = _FOCUS.search(question)
    if not match:
        return []
    words = list(dict.fromkeys(content_words(match.group(1) or match.group(2) or "")))
    if not words or words[0] in _GENERIC:
        return []  # "which technique randomly silences ..."
    return [word for word in words if word not in _GENERIC | QUESTION_WORDS and word.isalpha()]


def _unknown_focus(question: str, vocabulary: Vocabulary, similarity: float) -> tuple[str, ...]:
    """Return the noun that is asked for if the notes never mention it."""
    focus = _focus(question)
    if focus and similarity < _LIKELY and not vocabulary.has_stem(focus[0]):
        return (focus[0],)
    return ()


def _scattered_topic(
    question: str, candidates: Sequence[Candidate], similarity: float
) -> tuple[str, ...]:
    """Return the topic of a definition if nothing is near and no sentence has all its words."""
    ask = read(question)
    wanted = {stem(word) for word in _topic_words(ask.topic)}
    if ask.form is not Form.DEFINITION or len(wanted) < 2 or similarity >= _UNLIKELY:
        return ()
    together = any(wanted <= _around(candidate) for candidate in candidates)
    return () if together else tuple(_topic_words(ask.topic))


def _no_number(question: str, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Return what is counted if a number is asked for and the best sentences have none."""
    if read(question).expects is not Expects.NUMBER:
        return ()
    best = candidates[:_LOOKED_AT]
    if any(has_new_number(one.plain, question) or _SPELT.search(one.plain) for one in best):
        return ()
    return tuple(_focus(question)) or tuple(_topic_words(question))


def _around(candidate: Candidate) -> set[str]:
    """Return the stems of a unit, of all titles above it and of the units next to it."""
    page, index = candidate.page, candidate.index
    near = [unit.text for unit in page.units[max(0, index - 1) : index + 2]]
    titles = " ".join(page.passage.heading)
    header = _header(page, index)
    return set(candidate.stems) | {
        stem(word) for text in (*near, titles, header) for word in tokens(text)
    }


def _header(page: Page, index: int) -> str:
    """Return the first row of the table that a row belongs to."""
    if page.units[index].kind is not Kind.ROW:
        return ""
    rows = [unit for unit in page.units if unit.kind is Kind.ROW]
    return rows[0].text


def _share_found(question: str, passages: Sequence[Passage], vocabulary: Vocabulary) -> float:
    """Return the largest share of the question's words that one passage has."""
    words = _topic_words(question)
    total = sum(vocabulary.rarity(word) for word in words)
    if not total:
        return 0.0
    bags = [
        {stem(word) for word in tokens(" ".join([*passage.heading, passage.text]))}
        for passage in passages
    ]
    return max(
        sum(vocabulary.rarity(word) for word in words if stem(word) in bag) / total for bag in bags
    )


def _topic_words(text: str) -> list[str]:
    words = dict.fromkeys(content_words(text))
    return [word for word in words if word not in QUESTION_WORDS]
