"""Names in a question, and which of them the notes never use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tutor.grounding.questions import Form, are_questions, read
from tutor.grounding.vocabulary import Vocabulary
from tutor.grounding.words import QUESTION_WORDS, STOP_WORDS, stem, tokens
from tutor.schema import Passage

_LONGEST_NAME = 3
"""Words of a thing called by what it does."""

_TOKEN = re.compile(r"[^\s,;:()\"?!\[\]]+")
_VERSION = re.compile(r"\b([A-Z][A-Za-z]+|[a-z]+(?=-))[- ](\d+(?:\.\d+)*[A-Za-z]?)\b")


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
        if (inner or coded or (word[:1].isupper() and not opens)) and not _is_plain(word):
            names.append(word)
    return names


def versions_in(text: str) -> dict[str, set[str]]:
    """Return the versions that a text names: ``{"gpt": {"2", "4"}}`` for "GPT-2 and GPT-4"."""
    found: dict[str, set[str]] = {}
    for match in _VERSION.finditer(text):
        found.setdefault(match[1].lower(), set()).add(match[2].lower())
    return found


def names_lacking(
    question: str, passages: Sequence[Passage], vocabulary: Vocabulary
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that the notes never use, and those that only the passages do not.

    A name of several parts ("GPT-5", "Claude 3.5") has to stand there as it is, and so has a thing
    called by what it does: "bagging" is no "bag", and what "boosts" is no "boosting".
    """
    texts = [f" {' '.join(tokens(' '.join([*one.heading, one.text])))} " for one in passages]
    stems = {stem(word) for text in texts for word in text.split()}
    versions = [match.group() for match in _VERSION.finditer(question)]
    unknown: set[str] = set()
    unfound: set[str] = set()
    unknown.update(word for word in _techniques(question) if not vocabulary.has_word(word))
    for name in [*names_in(question), *versions]:
        words = tokens(name)
        if not words or words[0] in STOP_WORDS:
            continue
        there = any(f" {' '.join(words)} " in text for text in texts)
        if not all(vocabulary.has_stem(word) for word in words):
            unknown.add(name)
        elif not there and not (len(words) == 1 and stem(words[0]) in stems):
            unfound.add(name)
    return frozenset(unknown), frozenset(unfound)


def as_written(name: str, texts: Sequence[str]) -> str:
    """Return ``name`` with the capitals inside its words that the notes write: "lstm" is "LSTM"."""
    return re.sub(r"[^\W_]+", lambda word: _usual_form(word.group(), texts), name)


def _usual_form(word: str, texts: Sequence[str]) -> str:
    pattern = re.compile(rf"(?<![^\W_]){word}(?=s?(?![^\W_]))", re.IGNORECASE)
    forms = Counter(match.group() for text in texts for match in pattern.finditer(text))
    usual = max(forms, key=forms.__getitem__, default=word)
    return usual if any(letter.isupper() for letter in usual[1:]) else word


def _techniques(question: str) -> list[str]:
    """Return the words in "-ing" among the things that a question defines or compares."""
    ask = read(question)
    things = ask.sides if ask.form is Form.COMPARISON and not are_questions(ask.sides) else ()
    if ask.form is Form.DEFINITION:
        things = (ask.topic,)
    words = [tokens(thing) for thing in things if len(thing.split()) <= _LONGEST_NAME]
    return [word for thing in words for word in thing if word.endswith("ing") and len(word) > 5]


def _is_plain(word: str) -> bool:
    return word.lower() in STOP_WORDS or word.lower() in QUESTION_WORDS
