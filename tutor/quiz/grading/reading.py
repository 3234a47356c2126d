"""Reading free text as statements: what is said of one subject, each word with its polarity.

There is no parser. Sentences are cut where a new subject begins, verbs and negations are told by
closed word lists, and a negation turns its clause or what follows it in that clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from tutor.grounding.english import is_everyday
from tutor.grounding.sentences import sentence_spans
from tutor.grounding.words import STOP_WORDS, stem
from tutor.quiz.english import is_base_verb, is_third_person
from tutor.quiz.grading.opposites import end_of

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?|[,;:()\u2013\u2014]|\.(?=\s)|\s-\s")
_MARKS = frozenset(",;:().\u2013\u2014-")

_AUXILIARIES = frozenset(
    """
    is are was were be been has have had can could may might must should will would does do did
    isn't aren't wasn't weren't hasn't haven't can't couldn't mustn't shouldn't won't wouldn't
    doesn't don't didn't cannot it's that's they're there's
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
_AFTER_NOUN = frozenset("of and or in from that which who for is are was were with to on".split())  # noqa: SIM905
_JOINS = frozenset(
    """
    because since so which who when if until unless although though where and or then
    """.split()  # noqa: SIM905
)
_PARTS = frozenset({"while", "whereas", "but", "however", ";", "."})
"""Words behind which another subject or its opposite is spoken of."""

_OPENERS = frozenset("and or so then".split())  # noqa: SIM905
_DENIES = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "nothing",
        "nobody",
        "neither",
        "nor",
        "cannot",
        "hardly",
        "barely",
        "scarcely",
        "false",
        "untrue",
        "myth",
    ]
)
_DENIES_WHAT_FOLLOWS = frozenset(
    {"without", "lack", "except", "fail", "unabl", "ceas", "prevent", "refus", "forbid", "ignor"}
)
_BARS = frozenset({"stop", "keep", "hinder", "block"})
_REACH = 5
"""Words behind "stops" among which "from" makes it a denial: "stops the light from passing"."""

_DOUBTS = frozenset("wrong incorrect mistaken opposite contrary".split())  # noqa: SIM905
_PRONOUNS = frozenset("i we you he she it they this".split())  # noqa: SIM905
_SHORTEST = 3
"""Words of a clause that can have a subject of its own."""

_ONLY = frozenset({"only", "just", "merely", "simply", "necessarily", "alone"})
_PREFIX = re.compile(r"(?:un|non)(?=\w{4})")
_RELATIVE = frozenset({"that", "which", "who"})
_CONTRASTS = frozenset(
    {("rather", "than"), ("instead", "of"), ("opposed", "to"), ("place", "of"), ("contrast", "to")}
)
"""What follows these, or "unlike", is set aside to the end of the clause."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its stem and its place.

    ``sign`` is -1 where it is denied, and 0 where it is named only to be set aside. A word before
    the verb of its clause is ``leading``: it names what is spoken of.
    """

    text: str
    stem: str
    start: int
    end: int
    sign: int = 1
    leading: bool = False

    @property
    def telling(self) -> bool:
        """Whether it carries meaning; "below" does, for it has an opposite."""
        if end_of(self.stem) is not None or not self.sign:
            return bool(self.sign)
        return self.text not in STOP_WORDS and (len(self.text) > 1 or self.text.isdigit())


@dataclass(frozen=True, slots=True)
class Statement:
    """One or more clauses of a text that say something of one subject.

    ``above`` are the words of the same sentence before it, which may name what it speaks of.
    """

    clauses: tuple[tuple[Word, ...], ...]
    above: tuple[Word, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, negations left out."""
        return tuple(word for clause in self.clauses for word in clause)

    @property
    def subject(self) -> tuple[Word, ...]:
        """The words up to the first verb: the subject, with what stands before it.

        A first clause without a verb is all of it: "the first one: a person ...".
        """
        words = self.words
        head = self.clauses[0]
        if len(head) < len(words) and not any(is_verb(head, at) for at in range(len(head))):
            return head
        for place in range(1, len(words)):
            if is_verb(words, place):
                return words[:place]
        return words

    @property
    def has_verb(self) -> bool:
        """Whether it has a finite verb."""
        return any(is_verb(self.words, place) for place in range(len(self.words)))


def statements(text: str) -> list[Statement]:
    """Return the statements of ``text`` in order; offsets point into it."""
    return [
        statement
        for line in re.finditer(r"[^\n]+", text)
        for start, end in sentence_spans(line.group())
        for statement in _sentence(text, line.start() + start, line.start() + end)
    ]


def denials(text: str) -> int:
    """Return how many words of ``text`` deny something or call it wrong; "not only" does not."""
    words = [match.group().lower().replace("\u2019", "'") for match in _TOKEN.finditer(text)]
    return sum(
        word in _DENIES | _DOUBTS
        or word.endswith("n't")
        or _denies_what_follows(before, word, stem(word), words[place:])
        for place, (before, word) in enumerate(pairwise(["", *words]), start=1)
        if not _ONLY.intersection(words[place : place + 1])
    )


def is_verb(words: Sequence[Word], place: int) -> bool:
    """Say whether there is a word at ``place`` that looks like a finite verb."""
    if place >= len(words):
        return False
    word = words[place].text
    if word in _AUXILIARIES:
        return True
    after = words[place + 1].text if place + 1 < len(words) else "of"
    if is_third_person(word):
        return after not in _AFTER_NOUN or after in {"in", "from", "to", "on", "with", "that"}
    before = words[place - 1].text if place else ""
    return is_base_verb(word) and (before in {"they", "we", "you", "to"} or before.endswith("s"))


# ------------------------------------------------------------------------- sentences


class _Break(IntEnum):
    """What stands before a clause: nothing, what may open a new subject, or what surely does."""

    NONE = 0
    SOFT = 1
    HARD = 2


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words between two marks or joining words; ``openers`` are those before it."""

    tokens: tuple[Word, ...]
    openers: frozenset[str]
    opened_by: _Break
    relative: bool

    def shares_denial(self, before: _Clause) -> bool:
        """Say whether "is not" in the clause before denies this one, as in "... one that links"."""
        if self.opened_by is not _Break.NONE:
            return False
        if self.relative:
            return "," not in self.openers
        if self.tokens[0].text in _PRONOUNS:
            return False
        runs_on = self.openers <= {",", "and", "or", "(", ")"}
        return runs_on and (before.relative or not is_verb(self.tokens, 0))


def _sentence(text: str, start: int, end: int) -> Iterator[Statement]:
    """Cut one sentence into statements."""
    tokens = [
        Word(match.group().strip().lower().replace("\u2019", "'"), "", match.start(), match.end())
        for match in _TOKEN.finditer(text, start, end)
    ]
    told = None
    above: tuple[Word, ...] = ()
    before, denied = None, 1
    for clause in _clauses(tokens):
        denied = denied if before is not None and clause.shares_denial(before) else 1
        before = clause
        words, denied = _signed(clause, denied)
        if told is None:
            told = Statement((words,), above) if words else None
        elif words and _is_apart(clause, words, told):
            yield told
            above += told.words
            told = Statement((words,), above)
        elif words:
            told = Statement((*told.clauses, words), above)
    if told is not None:
        yield told


def _is_apart(clause: _Clause, words: Sequence[Word], told: Statement) -> bool:
    """Say whether a clause begins a statement of its own behind ``told``."""
    if clause.opened_by is _Break.HARD:
        return True
    return clause.opened_by is _Break.SOFT and told.has_verb and len(words) >= _SHORTEST


def _clauses(tokens: Sequence[Word]) -> Iterator[_Clause]:
    clause: list[Word] = []
    openers: list[str] = []
    opened_by, relative = _Break.NONE, False
    for place, token in enumerate(tokens):
        is_relative = token.text in _RELATIVE and (
            token.text != "that" or is_verb(tokens, place + 1)
        )
        if not (is_relative or token.text in _MARKS | _PARTS | _JOINS):
            clause.append(token)
            continue
        if clause:
            yield _Clause(tuple(clause), frozenset(openers), opened_by, relative)
            clause, openers, opened_by, relative = [], [], _Break.NONE, False
        openers.append(token.text)
        relative = relative or is_relative
        rest = [word for word in tokens[place + 1 :] if word.text not in _OPENERS]
        if token.text in _PARTS:
            opened_by = _Break.HARD
        elif token.text in {",", "and"} and _begins_with_subject(rest):
            opened_by = max(opened_by, _Break.SOFT)
    if clause:
        yield _Clause(tuple(clause), frozenset(openers), opened_by, relative)


def _begins_with_subject(tokens: Sequence[Word]) -> bool:
    """Say whether a few words and then a verb come: "the other one judges ..."."""
    for place, token in enumerate(tokens[:6]):
        if token.text in _MARKS or token.text in _PARTS:
            return False
        if is_verb(tokens, place):
            return place > 0 and not tokens[0].text.endswith("ly")
    return False


def _signed(clause: _Clause, denied: int) -> tuple[tuple[Word, ...], int]:
    """Return the words of a clause with stems and polarity, negations left out, and its last sign.

    ``denied`` is -1 if the clause before denies this one. A negation turns what follows it; in a
    relative clause ("weights that are not needed end ...") only as far as the next verb.
    """
    sign = denied
    words: list[Word] = []
    texts = ["", *(token.text for token in clause.tokens), ""]
    verb = _first_verb(clause.tokens)
    turned = False  # whether a telling word of a relative clause has been turned
    for place, token in enumerate(clause.tokens):
        before, after, rest = texts[place], texts[place + 2], texts[place + 2 :]
        root = stem(token.text)
        if turned and (is_verb(clause.tokens, place) or is_base_verb(token.text)):
            sign, turned = denied, False
        if token.text in _DENIES or token.text.endswith("n't"):
            if after not in _ONLY:
                sign = -denied if token.text == "nor" else -sign
        elif (before, token.text) in _CONTRASTS or token.text == "unlike":
            sign = 0
        elif _denies_what_follows(before, token.text, root, rest):
            sign = -sign if words else -1  # "without x and without y" denies both
        else:
            read = replace(token, stem=root, sign=sign, leading=place < verb)
            words.append(_denied_by_prefix(read))
            turned = turned or (clause.relative and sign != denied and words[-1].telling)
    return tuple(words), sign or denied


def _first_verb(tokens: Sequence[Word]) -> int:
    """Return the place of the first verb behind the first word; 0 if there is none."""
    return next((place for place in range(1, len(tokens)) if is_verb(tokens, place)), 0)


def _denied_by_prefix(word: Word) -> Word:
    """Read "unneeded" as a denied "needed", where there is such a word."""
    prefix = _PREFIX.match(word.text)
    if prefix is None or not is_everyday(word.text[prefix.end() :]):
        return word
    return replace(word, stem=stem(word.text[prefix.end() :]), sign=-word.sign)


def _denies_what_follows(before: str, word: str, root: str, rest: Sequence[str]) -> bool:
    """Tell "without", "fails to", "kept from", "stops improving" and "stops it from improving".

    "Leaves it as it is" denies whatever else might be done with it.
    """
    if root == "leav" and "as" in rest:
        return True
    if root in _DENIES_WHAT_FOLLOWS or (before, word) == ("kept", "from"):
        return True
    if root == "stop" and rest and rest[0].endswith("ing"):
        return True
    return root in _BARS and "from" in rest[1:_REACH]
