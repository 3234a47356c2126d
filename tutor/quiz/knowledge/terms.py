"""Which words of the notes are terms that can be asked for, and how to write them.

There is no dictionary: how a term is spelled and whether it takes an article comes from counts over
the notes themselves. Only the words that never make a term are listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from tutor.grounding.words import content_stems, content_words, stem, tokens
from tutor.quiz.english import (
    gerund_of,
    head_noun,
    indefinite_article,
    is_base_verb,
    is_plural,
)

_ASPECTS = frozenset(
    """
    about abstract action activity advantage advice aim algorithm alternative analysis answer
    application approach architecture area argument aspect assumption background basic basics
    benefit best capability caution caveat case challenge characteristic citation code comment
    comparison complexity component con concept conclusion condition connection cons consideration
    content context contribution cost data date definition description detail difference difficulty
    disadvantage drawback effect element enhancement equation error example exception exercise
    expected experience explanation fact factor feature field figure final finding first flow focus
    formula function future goal guide handling history hint how idea impact implication importance
    improvement initial input insight instance interpretation intuition introduction issue item key
    last layer lesson level limit limitation link list location main meaning mechanism method
    metric mission model motivation name need next note objective observation operation option order
    origin other outcome output overview parameter part pattern phase point practice preparation
    principle pro problem procedure process property pros purpose quality question rationale reason
    recommendation reference relationship remark remember representation requirement research
    resource result review risk role rule sample scale scope second section setup significance size
    solution source stage step strategy strength structure subject summary support syntax system
    takeaway target task team technique tip title tool topic trade training type usage use variant
    version warning weakness work
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)
"""Words of labels that name an aspect of something else ("Advantages: ...")."""

_ASPECT_HEADS = _ASPECTS - frozenset(
    """
    algorithm analysis architecture error function layer model network operation parameter problem
    process representation system technique tool training mechanism method metric structure scale
    code data rule sample
    """.split()  # noqa: SIM905
)
"""Aspects that stay aspects with another word before them: "Memory requirements"."""

_GENERIC = _ASPECTS | frozenset(
    """
    agent ai article author book chapter class company computer course dataset device document exam
    experiment file framework game group human image information job language laptop lecture library
    life line machine network number paper people person platform program project python
    reader researcher script sentence server software speaker student study symbol table
    teacher technology text thing today user value variable video way website word world year
    """.split()  # noqa: SIM905
)
"""Subjects too general to be asked for: half of the notes would fit."""

_NEVER_IN_TERM = frozenset(
    """
    a an the said says
    i we you he she it they this that these those there here such which who what how why
    when where while if although because since however therefore thus also then so but and or nor
    not no each every some any all both most many few several other another one two three first
    second our your my his her its their is are was were be been being has have had can could may
    might must should will would do does did as by at from with without than like into unlike using
    only just more less very versus vs key main common following above below previous next new same
    different important let's let goal idea aim purpose advantage example
    """.split()  # noqa: SIM905
)
_JUDGING = frozenset(
    """
    better best improved superior faster higher lower easier enhanced reduced increased advanced
    massive high low optimal traditional good great bad hands-on limited poor large small less
    specialized modern older simple special hard hardest easy seamless broad broadly
    """.split()  # noqa: SIM905
)
"""Words that open a label which praises or compares rather than names."""

_MASS = frozenset(
    """
    access advice behaviour behavior code computation content data feedback hardware information
    infrastructure knowledge literature memory money noise power progress research software storage
    text water
    """.split()  # noqa: SIM905
)
_ARTICLE_WITHIN = re.compile(r"\b(?:an?|the|another|any|each|every|no|some)\s", re.IGNORECASE)
_MEASURES = frozenset("amount degree extent number proportion quantity rate share sum".split())  # noqa: SIM905
_COMMON_ENDING = re.compile(r"(?:ing|tion|sion|ment|ness|ity|ism|ance|ence|sis|acy|ency)$")
"""Endings of nouns that are common and mostly not counted: "pruning", "regularization"."""

_AGENT = re.compile(r"(?:[^aeiou]er|[aeicps]tor|izer|ifier)$")
_NO_AGENT = frozenset(
    "butter copper fiber gender matter number power silver transfer water weather".split()  # noqa: SIM905
)
"""Endings of things that do something and are counted ("decoder"), and what only looks so."""

_ADJECTIVE = re.compile(r"[a-z]{3,}(?:[aeiouts]ive|ous|ful|less|[ai]ble|ical|ly)")

_OF_NAME = re.compile(r"(?:ean|[^t]ian|[st]tian)$")
_NOT_OF_NAME = frozenset("ocean guardian historian median radian librarian vegetarian".split())  # noqa: SIM905
"""Adjectives made of names ("Euclidean", "Gaussian"), and what only looks so."""

_COUNTED = frozenset(
    """
    algorithm architecture block cell class classifier curve device function gate graph group head
    kernel law layer list loop machine map matrix mechanism method metric model module network node
    number operator parameter point rate ratio region rule score series set step system table task
    technique tensor test theorem threshold tool tree unit value variable vector window
    """.split()  # noqa: SIM905
)
"""Nouns that English counts, however seldom these notes do."""

_BEHIND_NOUN = frozenset(("can", "has", "is", "that", "was", "which"))
"""Words that stand behind a whole phrase; not "of": "a stride of two" counts no strides."""

_SHORTEST_ACRONYM = 3

_WHOLE = 5
"""Letters of a stem that is heard inside a longer word."""

_TERM = re.compile(r"[^\W_][\w+#./'\u2019-]*(?:\s[\w+#./'\u2019-]+){0,4}")
_PLURAL_ACRONYM = re.compile(r"\b([A-Z][A-Z0-9-]*[A-Z0-9])s\b")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d(?:s|\b)")


def is_term(text: str) -> bool:
    """Say whether a label or the subject of a sentence can be the answer to a question."""
    lower = text.lower().split()
    if not _TERM.fullmatch(text) or _YEAR.search(text) or not re.search(r"[^\W\d_]{2}", text):
        return False
    if "/" in text or any(word in _NEVER_IN_TERM for word in lower) or lower[0] in _JUDGING:
        return False
    if is_aspect(text) or _is_activity(lower):
        return False
    head = re.split(r"\s(?:of|in|for|to|on)(?:\s|$)", text.lower())[0].split()[-1]
    if len(lower) > 1 and (
        _singular(head) in _ASPECT_HEADS or (head == lower[0] and is_aspect(head))
    ):
        return False
    return any(len(word) > 2 or word.isupper() for word in text.split())


def is_generic(term: str) -> bool:
    """Say whether the head of a term is a word that half of the notes fit: "NLP models"."""
    return _singular(term.lower().split()[-1]) in _GENERIC


def is_adjective(term: str) -> bool:
    """Say whether a label is one word that only describes: "Generative", "Scalable"."""
    return bool(_ADJECTIVE.fullmatch(term.lower()))


def is_aspect(text: str) -> bool:
    """Say whether every word of ``text`` only names an aspect or something quite general."""
    return all(word.isdigit() or _singular(word) in _GENERIC for word in tokens(text))


def names_an_aspect(noun: str) -> bool:
    """Say whether a noun, in either number, only names an aspect of something: "techniques"."""
    return _singular(noun.lower()) in _ASPECTS


def _is_activity(lower: list[str]) -> bool:
    """Say whether a label is a thing to do ("Generating music", "Upload files"), not a term."""
    first, plural = lower[0], is_plural(lower[-1])
    if len(lower) > 1 and first.endswith("ing") and gerund_of(first):
        return plural or len(lower) > 2 or lower[-1] in _MASS
    return len(lower) > 1 and plural and is_base_verb(first) and first not in {"model", "test"}


def _singular(word: str) -> str:
    if word in _GENERIC:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    for ending in ("es", "s"):
        if word.endswith(ending) and word[: -len(ending)] in _GENERIC:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=65536)
def term_key(term: str) -> tuple[str, ...]:
    """Return what two spellings of a term share: ``Fine-Tuning`` and ``fine tuning`` are one.

    Works for longer texts as well: where a text names a term, its key holds the term's key.
    """
    return tuple(stem(word) for word in tokens(_PLURAL_ACRONYM.sub(r"\1", term)))


def echoes(word: str, other: str) -> bool:
    """Say whether two stems are of one family, such as ``analysi`` and ``analyz``."""
    short, long = sorted((word.replace("s", "z"), other.replace("s", "z")), key=len)
    if short == long:
        return True
    return len(short) >= 4 and (short in long or (len(short) >= 6 and short[:6] == long[:6]))


def shares_word(term: str, text: str) -> bool:
    """Say whether a statement would define the term by itself, or look as if it did."""
    told = content_stems(text)
    if any(echoes(word, other) for word in content_stems(term) for other in told):
        return True
    if any(
        len(other) >= _WHOLE and other in word for word in content_words(term) for other in told
    ):
        return True  # "modalities" in "multimodality"
    return _shares_letter(term, text) or _spells_out(text, term)


def _shares_letter(term: str, text: str) -> bool:
    """Say whether a letter that stands alone is in both: "n-gram" and "a run of n tokens"."""
    letters = {word for word in tokens(term) if len(word) == 1 and word.isalpha()} - {"a", "i"}
    return not letters.isdisjoint(tokens(text))


def _spells_out(text: str, acronym: str) -> bool:
    """Say whether words in a row begin with the letters of an acronym."""
    letters = "".join(c for c in acronym if c.isupper()).lower()
    if len(letters) < _SHORTEST_ACRONYM or not acronym.split()[0].isupper():
        return False
    return letters in "".join(word[0] for word in tokens(text))


def abbreviates(one: str, other: str) -> bool:
    """Say whether one is made of initials of the other, in either direction."""
    short, long = sorted((one, other), key=len)
    letters = [c.lower() for c in short if c.isalpha()]
    if short.endswith("s") and len(letters) > 2:
        letters = letters[:-1]
    initials = "".join(w[0] for w in re.split(r"[\s-]+", long.lower()) if w)
    return (
        bool(letters)
        and letters[0] == initials[:1]
        and (sum(letter in initials for letter in letters) >= len(letters) - 1)
    )


@dataclass(frozen=True)
class Usage:
    """How the notes write their words: counts over running text, not over labels and headings.

    ``counted`` are uses of a word behind an indefinite article or "each", ``definite`` those right
    behind "the", ``other`` all but the first; ``openings`` are the first words of sentences, up to
    three, in lower case. "A variety of" counts nothing. ``single`` are whole phrases of up to three
    words behind "a", in lower case.
    """

    small: Counter[str] = field(default_factory=Counter)
    large: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    definite: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    single: Counter[str] = field(default_factory=Counter)
    _spelled: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, sentences: Iterable[str]) -> Usage:
        """Count the words of cleaned sentences; the first word of each says nothing of case."""
        usage = cls()
        for sentence in sentences:
            usage._count(re.findall(r"[^\W\d_][\w-]*", sentence))
        return usage

    def learn_label(self, term: str, definition: str) -> None:
        """Count a label that is explained as "a ..." as one that takes the article itself.

        A name does not, nor a word whose ending tells that it is no thing: "inflation", "duress".
        """
        head = head_noun(self.spelled(term)).lower()
        uncounted = head in _MASS or head.endswith("ess") or _COMMON_ENDING.search(head)
        if definition.startswith(("a ", "an ")) and not uncounted and not self.is_name(term):
            self.single[self.spelled(term).lower()] += 1

    def _count(self, all_words: list[str]) -> None:
        opening = [word.lower() for word in all_words[:3]]
        self.openings.update(" ".join(opening[:size]) for size in range(1, len(opening) + 1))
        self.pairs.update(f"{one} {other}" for one, other in pairwise(all_words))
        self.single.update(_led_by_article([word.lower() for word in all_words]))
        for position, word in enumerate(all_words[1:], start=1):
            lower = word.lower()
            (self.small if word == lower else self.large)[lower] += 1
            before = [near.lower() for near in all_words[max(0, position - 3) : position]]
            self.definite[lower] += before[-1] == "the"
            if not set(before) & {"a", "an", "each", "every"}:
                self.other[lower] += 1
            elif all_words[position + 1 : position + 2] != ["of"]:
                self.counted[lower] += 1

    def spelled(self, term: str) -> str:
        """Return ``term`` as it stands inside a sentence: small where the notes write it small.

        A word that occurs in no sentence stays as it is if it is the whole term.
        """
        if term not in self._spelled:
            self._spelled[term] = self._spell(term)
        return self._spelled[term]

    def _spell(self, term: str) -> str:
        written = term.split()
        small = [self._spelled_word(word, alone=len(written) == 1) for word in written]
        small = self._names_whole(written, small)
        keeps_a_capital = any(w[:1].isupper() and not _has_inner_capital(w) for w in small[1:])
        if written and small[0] != written[0] and keeps_a_capital:
            return term  # not "intersection over Union"
        return " ".join(small)

    def _names_whole(self, written: list[str], small: list[str]) -> list[str]:
        """Return a spelling in which a name keeps its capitals to the end: "Great Barrier Reef"."""
        spelled = small[:]
        for place in range(1, len(written)):
            pair = f"{spelled[place - 1]} {written[place]}"
            follows = self.pairs[pair] + self.pairs[f"{pair}s"]
            if spelled[place - 1][:1].isupper() and follows > self.pairs[pair.lower()]:
                small_pair = f"{spelled[place - 1]} {small[place]}"
                if follows > self.pairs[small_pair] + self.pairs[f"{small_pair}s"]:
                    spelled[place] = written[place]
        return spelled

    def is_said(self, pair: str) -> bool:
        """Say whether two words stand side by side anywhere in the notes, however spelled."""
        return pair in self._small_pairs

    @cached_property
    def _small_pairs(self) -> frozenset[str]:
        return frozenset(pair.lower() for pair in self.pairs)

    def lowered(self, text: str) -> str:
        """Return ``text`` with its first word as it stands inside a sentence."""
        first, space, rest = text.partition(" ")
        return f"{self._spelled_word(first)}{space}{rest}"

    def _spelled_word(self, word: str, *, alone: bool = False) -> str:
        if not word[:1].isupper() or len(word) == 1 or _has_inner_capital(word):
            return word
        parts = re.findall(r"[^\W\d_]+", word.lower())
        if all(self.large[part] > 2 * self.small[part] for part in parts):
            return word  # a name
        unseen = not any(self.small[part] for part in parts)
        if unseen and _OF_NAME.search(word) and word.lower() not in _NOT_OF_NAME:
            return word
        if alone and unseen and not _COMMON_ENDING.search(word):
            return word
        return word.lower()

    def is_name(self, term: str) -> bool:
        """Say whether ``term`` is a proper name or acronym, by how the notes spell it."""
        words = self.spelled(term).split()
        return any(word[:1].isupper() or _has_inner_capital(word) for word in words)

    def as_subject(self, term: str) -> str:
        """Return ``a kernel`` for ``kernel``: the term with the article that a sentence needs."""
        spelled = self.spelled(term)
        head = head_noun(spelled).lower()
        if is_plural(term):
            return spelled
        bare = spelled.lower() if " " in spelled else f"{spelled.lower()} is"
        if self.single[spelled.lower()] > self.openings[bare]:
            return f"{indefinite_article(spelled)} {spelled}"
        if " " in spelled and head in _COUNTED and self.is_name(spelled.rsplit(" ", 1)[0]):
            return f"the {spelled}"  # the one of that name
        if head not in _COUNTED and self.openings[f"{spelled.lower()} is"]:
            return spelled
        is_acronym = spelled.isupper() and self.counted[head] >= 3
        is_agent = _AGENT.search(head) and head not in _NO_AGENT and not self.is_name(term)
        if self.is_counted(head) or is_acronym or is_agent:
            return f"{indefinite_article(spelled)} {spelled}"
        uncounted = head in _MASS or _COMMON_ENDING.search(head) or self.openings[term.lower()]
        seldom = self.definite[head] < (1 if " " in spelled else 2)
        return spelled if uncounted or self.is_name(term) or seldom else f"the {spelled}"

    def is_counted(self, head: str) -> bool:
        """Say whether the notes count ``head``: "a layer", but not "data" or "regularization"."""
        if head in _COUNTED:
            return True
        if head in _MASS or _COMMON_ENDING.search(head):
            return False
        return self.counted[head] >= 2 and self.counted[head] * 5 >= self.other[head]

    def with_article(self, phrase: str) -> str | None:
        """Return a bare noun phrase with the article it needs; ``None`` where that is not clear."""
        head = head_noun(phrase).lower()
        if head in _MASS or is_plural(head):
            return phrase
        place = phrase.lower().find(head)
        before, behind = phrase[:place], phrase[place + len(head) :]
        if _ARTICLE_WITHIN.search(before):
            return None  # "old learning disturbs the recall of new facts" is no noun phrase
        counted = self.is_counted(head)
        if behind.startswith(" of ") and (head in _MEASURES or not counted):
            return f"the {phrase}"  # "the death of tissue through lack of blood"
        in_which = behind.startswith(" in which ") and not _COMMON_ENDING.search(head)
        return f"{indefinite_article(phrase)} {phrase}" if counted or in_which else None


def _led_by_article(words: list[str]) -> Iterator[str]:
    """Yield the phrases behind "a" of which it is plain where they end: "a logit is"."""
    for place, word in enumerate(words):
        if word in ("a", "an"):
            for end in range(place + 2, min(place + 5, len(words))):
                if words[end] in _BEHIND_NOUN:
                    yield " ".join(words[place + 1 : end])


def is_process(term: str) -> bool:
    """Say whether a term names something done, such as stemming or regularization."""
    return bool(_COMMON_ENDING.search(term.lower()))


def _has_inner_capital(word: str) -> bool:
    """Say whether a word is like GPT-2, T5, PyTorch or mAP; "Self-Attention" only looks so."""
    return any(part[1:] != part[1:].lower() or part[1:].isdigit() for part in word.split("-"))
