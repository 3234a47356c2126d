"""The gates that every quiz item passes, whoever drafted it.

A gate is a function named after what it demands. It returns why an item fails, or "" if it does
not. All gates run, so that an item bank can be mended in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems, content_words, stem, tokens
from tutor.quiz.definitions import is_presentable
from tutor.quiz.distractors import MAX_SHARED, is_refuted, rival
from tutor.quiz.english import is_plural
from tutor.quiz.glossary import Glossary
from tutor.quiz.terms import term_key
from tutor.quiz.wording import GAP, asked
from tutor.schema import ItemKind, QuizItem


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an item was turned away: the gate's name and a reason fit for the screen."""

    gate: str
    reason: str
    stem: str


Gate = Callable[[QuizItem, Glossary], str]

TRUE, FALSE = "True", "False"

_FRAME = frozenset(
    stem(word)
    for word in """
    which term terms means stands fits description describes described example illustrate
    illustrates called statement true false correct following best notes question does do
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|cannot|without|neither|nor|except)\b|n['\u2019]t\b", re.I
)
_CATCH_ALL = re.compile(
    r"\b(?:all|none|both|neither|any|some)\b.{0,12}\b(?:above|below|these|those|options)\b"
    r"|\b[a-d] and [a-d]\b",
    re.IGNORECASE,
)
_OPENING_PRONOUN = re.compile(
    r"(?:it|they|this|these|that|those|he|she|such|its|their|here|there|however|also|therefore|thus"
    r"|instead|then|moreover|furthermore|additionally|for (?:example|instance)"
    r"|in (?:this|that|summary))\b",
    re.IGNORECASE,
)

MIN_OPTIONS, MAX_OPTIONS = 3, 5
MAX_LENGTH_RATIO = 2.6
KEY_STANDS_OUT = 1.5
"""How many times longer the key may be than the longest wrong option."""
MIN_COVERAGE = 0.8
"""Share of an item's content words that its quote must hold."""
MIN_CONTENT = 3
"""Content words a stem needs besides the frame: with fewer it asks next to nothing."""
BABBLE_FROM = 4
"""Content words from which a stem may be found to repeat itself."""
ALIKE = 0.6
"""Share of common content words from which two stems count as one question."""


def check(item: QuizItem, glossary: Glossary) -> list[Rejection]:
    """Return every reason to turn ``item`` away; an empty list lets it pass."""
    reasons = [(_title(gate), gate(item, glossary)) for gate in GATES]
    return [Rejection(name, reason, item.stem) for name, reason in reasons if reason]


def _title(gate: Gate) -> str:
    return gate.__name__.replace("_", " ")


def sift(
    drafts: Iterable[QuizItem], glossary: Glossary, beside: Sequence[QuizItem] = ()
) -> tuple[list[QuizItem], list[Rejection]]:
    """Return the drafts that pass every gate and repeat neither each other nor ``beside``."""
    kept: list[QuizItem] = []
    rejections: list[Rejection] = []
    for item in drafts:
        reasons = check_beside(item, [*beside, *kept]) or check(item, glossary)
        if not reasons:
            kept.append(item)
        rejections += reasons
    return kept, rejections


def check_beside(item: QuizItem, others: Sequence[QuizItem]) -> list[Rejection]:
    """Return why ``item`` cannot stand in one quiz with ``others``: it repeats one of them."""
    own = _said(item)
    for other in others:
        theirs = _said(other)
        shared = len(own & theirs) / max(1, min(len(own), len(theirs)))
        if item.id == other.id or shared > ALIKE or _same_point(item, other):
            return [
                Rejection(
                    "not a repeat", f"It asks the same as \u201c{other.stem}\u201d.", item.stem
                )
            ]
    return []


def _same_point(item: QuizItem, other: QuizItem) -> bool:
    return item.evidence.quote == other.evidence.quote


def _said(item: QuizItem) -> set[str]:
    """Return the stems of what an item is about, key included, frame words left out."""
    text = asked(item.stem)
    if item.kind is not ItemKind.TRUE_FALSE:
        text = f"{text} {item.key}"
    return set(content_stems(text)) - _FRAME


def _stem_content(item: QuizItem) -> list[str]:
    return [word for word in content_stems(asked(item.stem)) if word not in _FRAME]


def _wrong(item: QuizItem) -> list[str]:
    return [option for option in item.options if option != item.key]


def _asks_for_term(item: QuizItem) -> bool:
    """Say whether the options are terms rather than whole descriptions."""
    return all(len(option.split()) <= 6 for option in item.options)


# -------------------------------------------------------------------------- evidence


def quote_is_in_the_notes(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the quote stands, letter by letter, in the chunk it names."""
    chunk = glossary.chunks.get(item.evidence.chunk_id)
    if chunk is None:
        return "The passage that it cites is not among the notes."
    quote = item.evidence.quote
    if not quote.strip() or quote not in chunk.text:
        return "Its quote does not stand in the passage that it cites."
    return ""


def quote_supports_key(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the quote holds what the item claims, and names what it asks for."""
    quote = clean(item.evidence.quote)
    said = set(content_stems(quote))
    stem_words = _stem_content(item)
    covered = sum(word in said for word in stem_words) / max(1, len(stem_words))
    if item.kind is ItemKind.TRUE_FALSE:
        return _supports_verdict(item, covered, quote)
    key_words = content_stems(item.key)
    names_key = any(glossary.mentions(quote, name) for name in (item.key, *item.accepted))
    if not names_key and not (key_words and set(key_words) <= said):
        return "Its quote does not hold the key."
    if covered < MIN_COVERAGE:
        return "Its quote does not hold what the question says."
    if _negated(item.stem) and not _negated(quote):
        return "It denies what its quote affirms."
    return ""


def _supports_verdict(item: QuizItem, covered: float, quote: str) -> str:
    same_polarity = _negated(item.stem) == _negated(quote)
    if item.key == TRUE and (covered < 0.95 or not same_polarity):
        return "Its quote does not say what the statement says."
    if item.key == FALSE:
        if covered < 0.5:
            return "Its quote is about something else and refutes nothing."
        if covered == 1 and same_polarity:
            return "Its quote does not refute the statement."
    return ""


def _negated(text: str) -> bool:
    return bool(_NEGATION.search(text))


# ----------------------------------------------------------------------- key and options


def key_is_one_option(item: QuizItem, glossary: Glossary) -> str:
    """Demand exactly one option equal to the key, or exactly one gap."""
    if item.kind is ItemKind.CLOZE:
        if item.stem.count(GAP) != 1:
            return "It does not have exactly one gap."
        return "" if re.search(r"\w", item.key) and not item.options else "It has no key."
    if item.options.count(item.key) != 1:
        return "Its key is not exactly one of the options."
    if item.kind is ItemKind.TRUE_FALSE:
        return "" if item.options == (TRUE, FALSE) else "Its options are not True and False."
    if not MIN_OPTIONS <= len(item.options) <= MAX_OPTIONS:
        return f"It has {len(item.options)} options, not {MIN_OPTIONS} to {MAX_OPTIONS}."
    return ""


def options_differ(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no two options mean the same, or one a kind of the other."""
    options = item.options if item.kind is ItemKind.MULTIPLE_CHOICE else ()
    for index, option in enumerate(options):
        for other in options[:index]:
            same = term_key(option) == term_key(other)
            if same or (_asks_for_term(item) and glossary.are_related(option, other)):
                return f"\u201c{option}\u201d and \u201c{other}\u201d overlap."
    return ""


def options_are_alike(item: QuizItem, glossary: Glossary) -> str:
    """Demand one grammatical number and similar lengths; the key must not stand out."""
    if item.kind is not ItemKind.MULTIPLE_CHOICE or item.key not in item.options:
        return ""
    wrong = _wrong(item)
    if _asks_for_term(item):
        plural = {is_plural(option) for option in wrong}
        if len(plural) == 1 and is_plural(item.key) not in plural:
            return "The key differs from the other options in number."
        alone = {glossary.usage.is_name(option) for option in wrong}
        if len(alone) == 1 and glossary.usage.is_name(item.key) not in alone:
            return "The key differs from the other options in kind."
        return _length_cue(item, wrong, slack=10)
    return _length_cue(item, wrong, slack=0)


def _length_cue(item: QuizItem, wrong: Sequence[str], slack: int) -> str:
    lengths = sorted(len(option) for option in item.options)
    if lengths[-1] > MAX_LENGTH_RATIO * lengths[0] + slack:
        return "Its options differ too much in length."
    if not wrong:
        return ""  # another gate says that there is nothing to choose from
    if len(item.key) > KEY_STANDS_OUT * max(map(len, wrong)) + slack:
        return "The key is by far the longest option."
    return ""


def no_catch_all(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no option speaks of other options."""
    caught = [option for option in item.options if _CATCH_ALL.search(option)]
    return f"\u201c{caught[0]}\u201d is no option of its own." if caught else ""


def distractors_are_wrong(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the notes support no wrong option: not the quote, nor anything said elsewhere."""
    if item.kind is not ItemKind.MULTIPLE_CHOICE:
        return ""
    quote = clean(item.evidence.quote)
    if not _asks_for_term(item):
        said = set(content_stems(quote))
        for option in _wrong(item):
            words = set(content_stems(option))
            if words and len(words & said) > 0.6 * len(words):
                return f"The quote also supports \u201c{option}\u201d."
            for term in glossary.terms_in(item.stem):
                if any(
                    len(words & other) > MAX_SHARED * len(words) for other in glossary.said_of(term)
                ):
                    return f"The notes do not rule out \u201c{option}\u201d."
        return ""
    for option in _wrong(item):
        if glossary.mentions(quote, option):
            return f"The quote also speaks of \u201c{option}\u201d."
        if not is_refuted(option, item.key, asked(item.stem), glossary):
            return f"The notes do not rule out \u201c{option}\u201d."
    return ""


# ------------------------------------------------------------------------------ stem


def stem_is_a_sentence(item: QuizItem, glossary: Glossary) -> str:
    """Demand one whole, clean sentence of a readable length."""
    text = item.stem.lstrip('\u201c"')
    ending = "?" if item.kind is ItemKind.MULTIPLE_CHOICE else "."
    if not text.endswith(ending) or not (
        text[:1].isupper() or text[:1].isdigit() or text[0] == "_"
    ):
        opens_small = text[:1].islower() and text.split()[0] != text.split()[0].lower()
        if not (opens_small and text.endswith(ending)):
            return "Its stem is not a whole sentence."
    if not 5 <= len(text.split()) <= 45:
        return "Its stem is too short or too long."
    if not all(is_presentable(part) for part in (asked(item.stem), *item.options)):
        return "Something in it hangs in the air or is left over from the notes' formatting."
    asks_for_description = bool(item.options) and not _asks_for_term(item)
    if len(_stem_content(item)) < (1 if asks_for_description else MIN_CONTENT):
        return "Its stem says too little."
    return ""


def stem_stands_alone(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the stem does not lean on a sentence before it."""
    leans = _OPENING_PRONOUN.match(item.stem) and not item.stem.startswith(GAP)
    return "Its stem begins with a word that points back." if leans else ""


def stem_does_not_babble(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the stem does not say the same words over and over, as small models do."""
    said = _stem_content(item)
    babbles = len(said) >= BABBLE_FROM and len(set(said)) < len(said) / 2
    return "Its stem repeats itself." if babbles else ""


def answer_is_not_in_the_stem(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no word of the key, and no whole option, stands in the stem."""
    if item.kind is ItemKind.TRUE_FALSE:
        return ""
    stem_words = set(_stem_content(item))
    answers = [item.key, *item.accepted]
    shared = {word for answer in answers for word in content_stems(answer)} & stem_words
    shared |= {
        stem(word)
        for word in content_words(item.key)
        if any(echoes(stem(word), o) or (len(o) >= 5 and o in word) for o in stem_words)
    }
    if item.kind is ItemKind.CLOZE:
        return "Its key stands in the stem." if shared else ""
    by_all = set.intersection(*(set(content_stems(option)) for option in item.options))
    if {stem(word) for word in shared} - by_all:
        return "A word of the key stands in the stem."
    if _asks_for_term(item) and any(
        glossary.mentions(item.stem, option) for option in _wrong(item)
    ):
        return "The stem names one of the options."
    return ""


def options_do_not_echo_the_stem(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no wrong option tempts by a word of the stem: that would be a trick or a cue."""
    if item.kind is not ItemKind.MULTIPLE_CHOICE:
        return ""
    stem_words = set(_stem_content(item))
    by_all = set.intersection(*(set(content_stems(option)) for option in item.options))
    for option in _wrong(item):
        for word in set(content_stems(option)) - by_all:
            if any(echoes(word, other) for other in stem_words):
                return f"\u201c{option}\u201d takes up a word of the stem."
    return ""


def echoes(word: str, other: str) -> bool:
    """Say whether two stems are of one family, such as ``quantiz`` and ``quantif``."""
    short, long = sorted((word, other), key=len)
    if word == other:
        return True
    return len(short) >= 4 and (short in long or (len(short) >= 6 and short[:6] == long[:6]))


def no_giveaway_grammar(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no article before the answer tells how it begins."""
    before = item.stem.split(GAP)[0] if GAP in item.stem else item.stem.rstrip("?: ")
    if item.kind is not ItemKind.TRUE_FALSE and re.search(r"\b(?:an|a)\s*$", before, re.I):
        return "The article before the answer gives it away."
    return ""


def gap_has_one_answer(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no other term of the notes is described in nearly the same way."""
    if item.kind is not ItemKind.CLOZE:
        return ""
    other = rival(item.key, asked(item.stem), glossary)
    return f"\u201c{other}\u201d may be right as well." if other else ""


def key_can_be_typed(item: QuizItem, glossary: Glossary) -> str:
    """Demand a short key for a gap: a term, not a clause."""
    if item.kind is not ItemKind.CLOZE:
        return ""
    return "" if 1 <= len(tokens(item.key)) <= 5 else "Its key is too long to be typed in."


GATES: tuple[Gate, ...] = (
    quote_is_in_the_notes,
    quote_supports_key,
    key_is_one_option,
    options_differ,
    options_are_alike,
    no_catch_all,
    distractors_are_wrong,
    stem_is_a_sentence,
    stem_stands_alone,
    stem_does_not_babble,
    answer_is_not_in_the_stem,
    options_do_not_echo_the_stem,
    no_giveaway_grammar,
    gap_has_one_answer,
    key_can_be_typed,
)
"""The gates for one item, in the order in which reasons are given."""

_ABOUT_OPTIONS = {
    options_differ,
    options_are_alike,
    distractors_are_wrong,
    options_do_not_echo_the_stem,
}


def is_about_options(rejection: Rejection) -> bool:
    """Say whether other wrong options could mend what ``rejection`` complains of."""
    return rejection.gate in {_title(gate) for gate in _ABOUT_OPTIONS}
