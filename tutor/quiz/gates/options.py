"""Gates on options: of one kind and length, none like another, and the wrong ones surely wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.distractors import (
    MAX_SHARED,
    is_refuted,
    is_refuted_as_member,
    is_refuted_statement,
)
from tutor.quiz.english import is_plural
from tutor.quiz.gates.gate import (
    CHOICES,
    asks_for_clause,
    asks_for_relation,
    asks_for_term,
    changes_over,
    claim,
    names_a_class,
    negated,
    stem_content,
    wrong,
)
from tutor.quiz.items import TRUE
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.mistakes import is_called_wrong
from tutor.quiz.knowledge.terms import echoes, term_key
from tutor.quiz.questions import differ_in_a_word
from tutor.quiz.wording import ILLUSTRATES, SAID_OF_IT, SIDE_OF, asked
from tutor.schema import ItemKind, QuizItem

MAX_LENGTH_RATIO = 2.6
"""How many times longer the longest option may be than the shortest."""

KEY_STANDS_OUT = 1.5
"""How many times longer the key may be than the longest wrong option."""

WHOLE = 0.95
"""Share of a statement's content words that a sentence which says it, or denies it, holds."""

_CATCH_ALL = re.compile(
    r"\b(?:all|none|both|neither|any|some)\b.{0,12}\b(?:above|below|these|those|options)\b"
    r"|\b[a-d] and [a-d]\b",
    re.IGNORECASE,
)


def options_differ(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no two options mean the same, or one a kind of the other."""
    if item.kind is ItemKind.TRUE_FALSE:
        return ""
    for index, option in enumerate(item.options):
        for other in item.options[:index]:
            same = term_key(option) == term_key(other)
            overlap = item.kind in CHOICES and asks_for_term(item)
            if same or (overlap and glossary.are_related(option, other)):
                return f"\u201c{option}\u201d and \u201c{other}\u201d overlap."
    return ""


def options_are_alike(item: QuizItem, glossary: Glossary) -> str:
    """Demand one grammatical number, class and length; the key must not stand out.

    Where the stem names a class, being of it is enough: "Of the 5 V's of big data, which ...?"
    """
    if item.kind not in CHOICES or not set(item.keys) <= set(item.options):
        return ""
    others = wrong(item)
    if not asks_for_term(item):
        return _length_cue(item, others, slack=0)
    if item.kind is ItemKind.MULTIPLE_CHOICE and not names_a_class(item):
        plural = {is_plural(option) for option in others}
        if len(plural) == 1 and is_plural(item.key) not in plural:
            return "The key differs from the other options in number."
        names = {glossary.usage.is_name(option) for option in others}
        if len(names) == 1 and glossary.usage.is_name(item.key) not in names:
            return "The key differs from the other options in kind."
        for option in others if not _shows_a_case(item, glossary) else ():
            if not glossary.classes.can_be_one(item.key, option):
                return f"\u201c{option}\u201d is another class of thing than the key."
    return _length_cue(item, others, slack=10)


def _length_cue(item: QuizItem, others: Sequence[str], slack: int) -> str:
    lengths = sorted(len(option) for option in item.options)
    if lengths[-1] > MAX_LENGTH_RATIO * lengths[0] + slack:
        return "Its options differ too much in length."
    if not others:
        return ""  # another gate says that there is nothing to choose from
    if min(map(len, item.keys)) > KEY_STANDS_OUT * max(map(len, others)) + slack:
        return "The key is by far the longest option."
    return ""


def no_catch_all(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no option speaks of other options."""
    caught = [option for option in item.options if _CATCH_ALL.search(option)]
    return f"\u201c{caught[0]}\u201d is no option of its own." if caught else ""


def distractors_are_refuted(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the notes, searched as a whole, support no wrong option and no other pair."""
    match item.kind:
        case ItemKind.MULTIPLE_CHOICE if asks_for_term(item):
            return _refute_terms(item, glossary)
        case ItemKind.MULTIPLE_CHOICE:
            return _refute_descriptions(item, glossary)
        case ItemKind.MULTIPLE_RESPONSE:
            return _refute_responses(item, glossary)
        case ItemKind.MATCHING:
            return _refute_pairs(item, glossary)
        case ItemKind.TRUE_FALSE:
            return _refute_verdict(item, glossary)
        case _:
            return ""


def _refute_terms(item: QuizItem, glossary: Glossary) -> str:
    quote = clean(item.evidence.quote)
    for option in wrong(item):
        if glossary.mentions(quote, option):
            return f"The quote also speaks of \u201c{option}\u201d."
        told = claim(item)
        by_case = _shows_a_case(item, glossary) and _is_nearer(told, item.key, option, glossary)
        if not by_case and not is_refuted(option, item.key, told, glossary):
            return f"The notes do not rule out \u201c{option}\u201d."
    return ""


def _shows_a_case(item: QuizItem, glossary: Glossary) -> bool:
    """Say whether an example is to be put under one of the terms that one list of the notes holds.

    The list makes them one class, and the notes put the example under one of them.
    """
    names = {option.lower() for option in item.options}
    return item.stem.endswith(ILLUSTRATES) and any(
        names <= {name.lower() for name in one.names} for one in glossary.lists
    )


def _is_nearer(example: str, key: str, option: str, glossary: Glossary) -> bool:
    """Say whether an example is at least as near in meaning to what is said of the key."""
    own, other = (
        [fact.definition for fact in glossary.by_term.get(glossary.identity(name), ())]
        for name in (key, option)
    )
    likeness = glossary.similarity(example, [*own, *other])
    return not other or likeness[: len(own)].max(initial=-1.0) >= likeness[len(own) :].max()


def _refute_descriptions(item: QuizItem, glossary: Glossary) -> str:
    said = set(content_stems(clean(item.evidence.quote)))
    # Of two things side by side, sentences that compare them would speak for either.
    compared = re.match(SIDE_OF, item.stem)
    about = [] if compared else glossary.terms_in(asked(item.stem))
    for option in wrong(item):
        if differ_in_a_word(option, item.key):
            continue  # the opposite of the key, or another number
        words = set(content_stems(option))
        if words and len(words & said) > 0.6 * len(words):
            return f"The quote also supports \u201c{option}\u201d."
        for term in about:
            if any(
                len(words & other) > MAX_SHARED * len(words) for other in glossary.said_of(term)
            ):
                return f"The notes may say \u201c{option}\u201d of {term}, too."
    return ""


def _refute_responses(item: QuizItem, glossary: Glossary) -> str:
    if asks_for_relation(item):
        return _refute_descriptions(item, glossary)
    refuted = is_refuted_as_member if asks_for_term(item) else is_refuted_statement
    for option in wrong(item):
        if not refuted(option, asked(item.stem), glossary):
            return f"The notes do not rule out \u201c{option}\u201d."
    return ""


_CASE_OF_MISTAKE = re.compile(r"^Without an? [^,]+, ")
"""The case in which a belief is a mistake: it denies nothing that the belief claims."""


def _refute_verdict(item: QuizItem, glossary: Glossary) -> str:
    """Hold a statement against every sentence of the notes, not only against its quote.

    None may say what is called false, and none may deny what is called true.
    """
    words = set(stem_content(item))
    for sentence in glossary.saying(words, WHOLE):
        if changes_over(item.stem, sentence):
            continue
        mistaken = is_called_wrong(sentence)
        denies = negated(_CASE_OF_MISTAKE.sub("", item.stem) if mistaken else item.stem)
        affirms = (negated(sentence) == denies) != mistaken
        if affirms != (item.key == TRUE):
            return f"The notes say otherwise: \u201c{sentence}\u201d"
    return ""


def _refute_pairs(item: QuizItem, glossary: Glossary) -> str:
    if item.stem.endswith(SAID_OF_IT):
        return ""  # what is said of a thing by one aspect may well bear on it by another
    owners = {pair.match: pair.prompt for pair in item.pairs}
    for pair in item.pairs:
        for option in item.options:
            owner = owners.get(option, "")
            if owner != pair.prompt and not is_refuted(pair.prompt, owner, option, glossary):
                return f"\u201c{option}\u201d may fit \u201c{pair.prompt}\u201d as well."
    return ""


def options_do_not_echo_the_stem(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no wrong option tempts by a word of the stem: that would be a trick or a cue."""
    if item.kind is not ItemKind.MULTIPLE_CHOICE or asks_for_clause(item):
        return ""
    stem_words = set(stem_content(item))
    by_all = set.intersection(*(set(content_stems(option)) for option in item.options))
    for option in wrong(item):
        for word in set(content_stems(option)) - by_all:
            if any(echoes(word, other) for other in stem_words):
                return f"\u201c{option}\u201d takes up a word of the stem."
    return ""


def not_guessable_by_form(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the key is not the one option whose letters take up the stem.

    This is the guess of a learner who knows nothing: it compares runs of four letters.
    """
    if item.kind is not ItemKind.MULTIPLE_CHOICE or item.key not in item.options:
        return ""
    stem = _runs(item.stem)
    scores = {
        option: len(_runs(option) & stem) / max(1, len(_runs(option))) for option in item.options
    }
    best = max((scores[option] for option in wrong(item)), default=0.0)
    if scores[item.key] > 0.34 and scores[item.key] > 2 * best:
        return "The key can be guessed: it takes up the words of the question."
    return ""


def _runs(text: str) -> set[str]:
    words = re.findall(r"[a-z]{4,}", text.lower())
    return {word[start : start + 4] for word in words for start in range(len(word) - 3)}
