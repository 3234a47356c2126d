"""Gates on the stem: one whole English sentence that stands alone and does not tell the answer."""

from __future__ import annotations

import re

from tutor.grounding.words import content_stems, content_words, stem
from tutor.quiz.english import indefinite_article, is_third_person
from tutor.quiz.gates.gate import CHOICES, asks_for_clause, asks_for_term, stem_content, wrong
from tutor.quiz.items import GAP
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.terms import echoes
from tutor.quiz.wording import asked, split_scope
from tutor.schema import ItemKind, QuizItem

MIN_CONTENT = 3
"""Content words a stem needs besides the frame: with fewer it asks next to nothing."""

BABBLE_FROM = 4
"""Content words from which a stem may be found to repeat itself."""

_ASKS = frozenset({ItemKind.MULTIPLE_CHOICE, ItemKind.SHORT_ANSWER, ItemKind.LONG_ANSWER})
"""Kinds whose stem is a question rather than a statement or a task."""

OPENING_PRONOUN = re.compile(
    r"(?:it|they|this|these|that|those|he|she|such|its|their|here|there|however|also|therefore|thus"
    r"|instead|then|moreover|furthermore|additionally|for (?:example|instance)"
    r"|in (?:this|that|summary))\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\bthe (?P<noun>challenge|company|competition|contest|experiment|lecture|paper|platform"
    r"|project|site|step|study|workshop)(?=\W*$|[.,;:?!)'\u2019]|\s(?:and|are|in|is|on|to|was|were)\b)"
)
"""Things that only their surroundings tell, with nothing behind that does ("the step of ...")."""

_SLIP = re.compile(
    r"\b(?:an?|the) (?:an?|the)\b|\b(\w+) \1\b|\s[,.;:?!]|\b(?:is|are) (?:is|are)\b", re.IGNORECASE
)
"""Two articles, a word said twice, a space before a stop."""

_ARTICLE = re.compile(r"\b(an?)\s+([A-Za-z][\w-]*)", re.IGNORECASE)


def stem_is_a_sentence(item: QuizItem, glossary: Glossary) -> str:
    """Demand one whole, clean sentence of a readable length."""
    text = item.stem.lstrip('\u201c"')
    if not _ends_well(item) or not _begins_well(text):
        return "Its stem is not a whole sentence."
    if not _FEWEST.get(item.kind, 5) <= len(text.split()) <= 50:
        return "Its stem is too short or too long."
    scope, rest = split_scope(item.stem)
    parts = (scope.removeprefix("Of these "), asked(rest), *item.options)
    if not all(map(is_presentable, parts)):
        return "Something in it hangs in the air or is left over from the notes' formatting."
    least = MIN_CONTENT if item.kind in _SAYS_MUCH else 0
    if item.options and not asks_for_term(item):
        least = min(least, 1)
    return "Its stem says too little." if len(stem_content(item)) < least else ""


_FEWEST = {ItemKind.MATCHING: 4, ItemKind.ORDERING: 4, ItemKind.MULTIPLE_RESPONSE: 4}
_SAYS_MUCH = (ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.CLOZE)


def _ends_well(item: QuizItem) -> bool:
    if item.kind in _ASKS:
        return item.stem.endswith(("?", ".") if item.kind is not ItemKind.MULTIPLE_CHOICE else "?")
    return item.stem.endswith((".", "?") if item.kind is ItemKind.MULTIPLE_RESPONSE else ".")


def _begins_well(text: str) -> bool:
    """Say whether a text opens large, with a number, with the gap, or with a name like "mAP"."""
    first = text.split(" ", 1)[0]
    return text[:1].isupper() or text[:1].isdigit() or text[:1] == "_" or first != first.lower()


def stem_reads_as_english(item: QuizItem, glossary: Glossary) -> str:
    """Demand articles where English has them, and no slip such as a word said twice."""
    if slip := _SLIP.search(item.stem.replace(GAP, "something")):
        return f"\u201c{slip.group().strip()}\u201d is not English."
    for article, word in _ARTICLE.findall(item.stem):
        if article != "A" and word.islower() and article.lower() != indefinite_article(word):
            return f"\u201c{article} {word}\u201d should have the other article."
    statement = split_scope(item.stem)[1] if item.kind is ItemKind.TRUE_FALSE else ""
    if statement and (bare := _bare_subject(statement, glossary)):
        return f"\u201c{bare}\u201d lacks its article."
    return ""


def _bare_subject(text: str, glossary: Glossary) -> str:
    """Return the subject of a statement if it needs an article and has none ("Decoder turns")."""
    words = text.split()
    if words[0].lower() in _DETERMINERS:
        return ""
    for size in (1, 2, 3):
        subject = " ".join(words[:size])
        if len(words) > size and _is_verb(words[size]):
            wanted = glossary.usage.as_subject(subject)
            return subject if wanted.startswith(("a ", "an ")) else ""
    return ""


_DETERMINERS = frozenset(
    ["a", "an", "the", "each", "every", "any", "some", "no", "its", "their", "our", "one"]
)


def _is_verb(word: str) -> bool:
    return is_third_person(word) or word in ("is", "has", "can", "was", "does")


def stem_stands_alone(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the stem does not lean on a sentence before it, nor a description."""
    leans = OPENING_PRONOUN.match(item.stem) and not item.stem.startswith(GAP)
    if leans:
        return "Its stem begins with a word that points back."
    said = [item.stem] if asks_for_term(item) else [item.stem, *item.options]
    unsaid = next(filter(None, map(_unsaid, said)), "")
    return f"It does not say which one \u201c{unsaid}\u201d is." if unsaid else ""


def _unsaid(text: str) -> str:
    """Return a definite phrase for a thing of which nothing says which it is: "the contest"."""
    for match in _DEFINITE.finditer(text):
        if not re.search(rf"\b{match['noun']}", text[: match.start()], re.IGNORECASE):
            return match.group()
    return ""


def stem_does_not_babble(item: QuizItem, glossary: Glossary) -> str:
    """Demand that the stem does not say the same words over and over, as small models do."""
    said = stem_content(item)
    babbles = len(said) >= BABBLE_FROM and len(set(said)) < len(said) / 2
    return "Its stem repeats itself." if babbles else ""


def answer_is_not_in_the_stem(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no word of the key, and no whole option, stands in the stem."""
    if item.kind not in (*CHOICES, ItemKind.CLOZE):
        return ""
    if item.kind is ItemKind.MULTIPLE_RESPONSE:
        return _right_ones_stand_out(item)
    if item.options and asks_for_clause(item):
        return ""
    told = set(stem_content(item))
    shared = {w for answer in (item.key, *item.accepted) for w in content_stems(answer)} & told
    shared |= {
        stem(word)
        for word in content_words(item.key)
        if any(echoes(stem(word), o) or (len(o) >= 5 and o in word) for o in told)
    }
    if item.kind is ItemKind.CLOZE:
        return "Its key stands in the stem." if shared - _behind_gap(item) else ""
    by_all = set.intersection(*(set(content_stems(option)) for option in item.options))
    if {stem(word) for word in shared} - by_all:
        return "A word of the key stands in the stem."
    if asks_for_term(item) and any(glossary.mentions(item.stem, one) for one in wrong(item)):
        return "The stem names one of the options."
    return ""


def _behind_gap(item: QuizItem) -> set[str]:
    """Return the stem of the word behind a gap that only the long names of the key end with."""
    behind = re.search(rf"{GAP} ([\w-]+)", item.stem)
    if not behind or behind[1].lower() in item.key.lower().split():
        return set()
    return {stem(behind[1].lower())}


def _right_ones_stand_out(item: QuizItem) -> str:
    """Say whether right options take up words of the stem and the wrong ones do not."""
    told = set(stem_content(item))
    right = any(told & set(content_stems(key)) for key in item.keys)
    others = any(told & set(content_stems(option)) for option in wrong(item))
    return "Only right options take up words of the stem." if right and not others else ""


def no_giveaway_grammar(item: QuizItem, glossary: Glossary) -> str:
    """Demand that no article before the answer tells how it begins."""
    before = item.stem.split(GAP)[0] if GAP in item.stem else item.stem.rstrip("?: ")
    if item.kind is not ItemKind.TRUE_FALSE and re.search(r"\b(?:an|a)\s*$", before, re.I):
        return "The article before the answer gives it away."
    return ""
