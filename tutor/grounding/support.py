"""Holding every sentence of an answer against the passages.

A sentence is supported if the passages say what it says. Without a model that judges entailment
this is decided by rules that are hard to pass by chance. The sentence is held against the unit of
the notes that shares most with it: every number and name has to stand there or right beside it,
so have its other words (a word or two may be replaced by near ones), no negation or opposite may
have been added or dropped, and the whole must be near in meaning. When in doubt the answer is no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.candidates import Encoder
from tutor.grounding.citations import cited_numbers, has_unknown_marker, without_markers
from tutor.grounding.markup import clean
from tutor.grounding.names import names_in
from tutor.grounding.sentences import Kind, Unit, split, split_sentences, trail
from tutor.grounding.words import STOP_WORDS, content_stems, content_words, stem, tokens
from tutor.schema import Citation, Claim, Passage

SUPPORTED = 0.75
"""Support from which a sentence may be shown unmarked."""

_NEAR = 0.55
"""Cosine that a sentence needs to its evidence, where there is an encoder."""

_WORDS = 0.70
"""Share of a sentence's content words that its evidence must have as they are."""

_SAME_MEANING = 0.55
"""Cosine from which a word stands for one of the evidence ("allows" for "enables")."""

_UNTESTED = 0.90
"""Share of content words that is asked for where there is no encoder to tell near words."""

_AS_NEAR = 0.05
"""Units this close to the nearest one in what they share are looked at as well."""

_WINDOW = 2
"""Units before and after the nearest one that count as the same place."""

_FLAW = 0.5
"""The most support that is left to a sentence with a wrong number, name or negation."""

_DENIALS = frozenset({"not", "no", "never", "none", "nor", "neither", "cannot"})
_LACKS = frozenset({"without", "lack", "fail", "unabl", "hard", "rare", "unlik", "except"})
"""Words, and stems, that turn a sentence round."""

_COMMON = """
    keep make let give get take need use become include involve provide mean show call help learn
    allow enable happen occur work apply refer describe contain consist represent serve act way
    thing process kind type form term example various different several certain specific example
    important main basically essentially typically usually often generally simply
"""
_GENERIC = frozenset(stem(word) for word in _COMMON.split())
"""Stems that say so little that a sentence may have them where its evidence has not."""

_CLAUSES = re.compile(r";\s+|,\s+(?:(?:while|whereas|but|and|so)\s+)?(?=[A-Za-z])")
_CLAUSE_WORDS = 4
_CONTRACTED = re.compile(r"\b(\w+)n['\u2019]t\b", re.IGNORECASE)
_PAIRS = """
    increase/decrease quick/slow quickly/slowly rapid/slow raise/lower more/less high/low
    higher/lower large/small larger/smaller
    fast/slow faster/slower best/worst better/worse first/last before/after add/remove
    supervised/unsupervised labeled/unlabeled labelled/unlabelled always/never all/none
    maximize/minimize encoder/decoder generator/discriminator input/output precision/recall
    cheap/expensive cheaper/costlier positive/negative left/right forward/backward early/late
    easy/hard simple/complex true/false improve/worsen prevent/cause structured/unstructured
    generative/discriminative volatile/non-volatile real/fake open/closed
    overfitting/underfitting reduce/increase many/few strong/weak
"""
_OPPOSITES = tuple(frozenset(stem(word) for word in pair.split("/")) for pair in _PAIRS.split())


@dataclass(frozen=True, slots=True)
class Support:
    """How well the passages support a sentence: 0 to 1, the passage number and its quote.

    ``number`` is 0 and ``quote`` empty where nothing comes near.
    """

    score: float
    number: int
    quote: str

    @property
    def supported(self) -> bool:
        """Whether the sentence may be shown unmarked."""
        return self.score >= SUPPORTED


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One unit of a passage: its words with those of the names above it and of its neighbours."""

    number: int
    text: str
    quote: str
    context: str
    stems: frozenset[str]
    nearby: frozenset[str]


class Grounds:
    """The passages of one question, ready to hold sentences against; passage 1 is the first."""

    def __init__(self, passages: Sequence[Passage], encoder: Encoder | None = None) -> None:
        self._passages = tuple(passages)
        self._encoder = encoder
        self._evidence = [
            evidence
            for number, passage in enumerate(passages, 1)
            for evidence in (*_evidence_of(number, passage), *_lists_of(number, passage))
        ]
        self._vectors: NDArray[np.float32] | None = None

    def support(self, sentence: str) -> Support:
        """Return how well the passages support ``sentence`` (markers in it do not matter)."""
        plain = clean(without_markers(sentence))
        whole = self._support_of(plain)
        clauses = [part for part in _CLAUSES.split(plain) if len(part.split()) >= _CLAUSE_WORDS]
        if whole.supported or len(clauses) < 2 or sum(map(len, clauses)) < 0.9 * len(plain):
            return whole
        parts = [self._support_of(clause) for clause in clauses]  # "A is this, while B is that"
        weakest = min(parts, key=lambda found: found.score)
        return weakest if weakest.supported else whole

    def _support_of(self, plain: str) -> Support:
        words = list(dict.fromkeys(content_words(plain)))
        if not words or not self._evidence:
            return Support(0.0, 0, "")
        cosines = self._cosines(plain)
        held = [self._held_against(plain, words, i, cosines) for i in self._nearest(words, cosines)]
        return max(held, key=lambda found: found.score)

    def check(self, text: str) -> tuple[Claim, ...]:
        """Return a claim for every sentence of ``text`` (markers resolved), in order.

        The claim cites the passages it is marked with if they support it, else the passage that
        does. A sentence with a marker to no passage is never supported.
        """
        return tuple(self.claim(sentence) for sentence in split_sentences(text))

    def claim(self, sentence: str) -> Claim:
        """Hold one sentence (markers resolved) against the passages."""
        if _is_code(sentence):
            return self._code_claim(sentence)
        support = self.support(sentence)
        marked = cited_numbers(sentence)
        supported = support.supported and not has_unknown_marker(sentence)
        if support.number and (supported or not marked):
            numbers = marked if support.number in marked else (support.number,)
        else:
            numbers = marked
        return Claim(sentence, numbers if supported else marked, support.score, supported)

    def citations(self, claims: Sequence[Claim]) -> tuple[Citation, ...]:
        """Return a citation for every passage that a supported claim cites, by number.

        The quote is the sentence of the passage that best supports the first such claim.
        """
        found: dict[int, Citation] = {}
        for claim in claims:
            if not claim.supported:
                continue
            for number in claim.citations:
                if number not in found:
                    passage = self._passages[number - 1]
                    quote = self._quote_from(claim.text, number) or passage.text
                    found[number] = Citation(number, passage, quote)
        return tuple(found[number] for number in sorted(found))

    # ---------------------------------------------------------------------- one sentence

    def _cosines(self, plain: str) -> NDArray[np.float32] | None:
        if self._encoder is None:
            return None
        if self._vectors is None:
            self._vectors = self._encoder.embed([evidence.text for evidence in self._evidence])
        vector: NDArray[np.float32] = self._encoder.embed([plain])[0]
        cosines: NDArray[np.float32] = self._vectors @ vector
        return cosines

    def _nearest(self, words: Sequence[str], cosines: NDArray[np.float32] | None) -> list[int]:
        """Return the unit that shares most with the sentence, and those that are as near."""
        wanted = {stem(word) for word in words}
        shares = np.array([len(wanted & one.stems) / len(wanted) for one in self._evidence])
        beside = np.array([len(wanted & one.nearby) / len(wanted) for one in self._evidence])
        near = shares + 0.3 * beside + (0.3 * cosines if cosines is not None else 0.0)
        order = np.argsort(-near, kind="stable")
        return [int(i) for i in order[:3] if near[i] >= near[order[0]] - _AS_NEAR]

    def _held_against(
        self,
        plain: str,
        words: Sequence[str],
        index: int,
        cosines: NDArray[np.float32] | None,
    ) -> Support:
        evidence = self._evidence[index]
        told = [word for word in words if stem(word) not in _GENERIC] or list(words)
        missing = [word for word in told if stem(word) not in evidence.nearby]
        share = 1 - len(missing) / len(told)
        near = float(cosines[index]) if cosines is not None else 1.0
        score = 0.5 * share + 0.5 * min(1.0, max(0.0, near) / _NEAR)
        if not self._is_backed(share, near, missing, evidence):
            score = min(score, SUPPORTED - 0.01)
        if _has_flaw(plain, evidence):
            score = min(score * 0.6, _FLAW)
        return Support(round(score, 4), evidence.number, evidence.quote)

    def _is_backed(
        self, share: float, near: float, missing: Sequence[str], evidence: _Evidence
    ) -> bool:
        """Tell whether enough words of a sentence are in its evidence, and the others near."""
        if self._encoder is None:
            return share >= _UNTESTED
        if share < _WORDS or near < _NEAR:
            return False
        if not missing:
            return True
        there = sorted(set(content_words(evidence.context)))
        if not there:
            return False
        vectors = self._encoder.embed([*missing, *there])
        likeness = vectors[: len(missing)] @ vectors[len(missing) :].T
        return bool((likeness.max(axis=1) >= _SAME_MEANING).all())

    def _quote_from(self, sentence: str, number: int) -> str:
        """Return the unit of passage ``number`` that shares most with ``sentence``, verbatim."""
        wanted = set(content_stems(clean(without_markers(sentence))))
        units = [one for one in self._evidence if one.number == number]
        best = max(units, key=lambda one: len(wanted & one.stems), default=None)
        return best.quote if best else ""

    def _code_claim(self, sentence: str) -> Claim:
        """Support a code block only if a passage has all of its lines."""
        lines = [line.strip() for line in sentence.strip("`~\n ").splitlines()[1:] if line.strip()]
        for number, passage in enumerate(self._passages, 1):
            there = {line.strip() for line in passage.text.splitlines()}
            if lines and all(line in there for line in lines):
                return Claim(sentence, (number,), 1.0, True)
        return Claim(sentence, (), 0.0, False)


def support(sentence: str, passages: Sequence[Passage], encoder: Encoder | None = None) -> Support:
    """Return how well ``passages`` support one sentence."""
    return Grounds(passages, encoder).support(sentence)


def check(
    text: str, passages: Sequence[Passage], encoder: Encoder | None = None
) -> tuple[Claim, ...]:
    """Return a claim for every sentence of ``text``; see `Grounds.check`."""
    return Grounds(passages, encoder).check(text)


# ----------------------------------------------------------------------------- evidence


def _evidence_of(number: int, passage: Passage) -> list[_Evidence]:
    units = split(passage.text)
    said = [clean(unit.text) for unit in units]
    titled = [_titled(passage, units, index) for index in range(len(units))]
    pieces: list[_Evidence] = []
    for index, unit in enumerate(units):
        if unit.kind in (Kind.HEADING, Kind.CODE):
            continue
        around = range(max(0, index - _WINDOW), min(len(units), index + _WINDOW + 1))
        context = " ".join(titled[i] for i in around)
        names = [units[above].label for above in trail(units, index) if units[above].label]
        pieces.append(
            _Evidence(
                number,
                ": ".join([*names[-1:], said[index]]),
                unit.text,
                context,
                frozenset(stem(word) for word in tokens(titled[index])),
                frozenset(stem(word) for word in tokens(context)),
            )
        )
    return pieces


def _lists_of(number: int, passage: Passage) -> list[_Evidence]:
    """Return each list of named things as one piece, so that an enumeration finds its evidence."""
    units = split(passage.text)
    lists: list[_Evidence] = []
    for parent in {unit.parent for unit in units if unit.kind is Kind.ITEM and unit.label}:
        items = [unit for unit in units if unit.parent == parent and unit.label]
        if len(items) < 2 or parent is None:
            continue
        names = ", ".join(item.label for item in items)
        text = f"{units[parent].label or clean(units[parent].text)}: {names}"
        context = " ".join([*passage.heading[-2:], text])
        stems = frozenset(stem(word) for word in tokens(context))
        quote = passage.text[units[parent].start : items[-1].end]
        lists.append(_Evidence(number, text, quote, context, stems, stems))
    return lists


def _titled(passage: Passage, units: tuple[Unit, ...], index: int) -> str:
    """Return a unit with the titles of its section and the names above it."""
    names = [units[above].label for above in trail(units, index)]
    return " ".join([*passage.heading[-2:], *names, clean(units[index].text)])


def _has_flaw(plain: str, evidence: _Evidence) -> bool:
    """Tell whether a sentence has a number, name, negation or opposite its evidence has not."""
    numbers = {token for token in tokens(plain) if token[0].isdigit()}
    if any(stem(number) not in evidence.nearby for number in numbers):
        return True
    names = [word for name in names_in(plain) for word in tokens(name)]
    opening = tokens(plain)[:1]
    if opening and plain[:1].isupper() and opening[0] not in STOP_WORDS:
        names += [word for word in opening if len(word) > 3 and word not in names]
        names = [word for word in names if word != opening[0]] + _if_name(opening[0], plain)
    if any(stem(name) not in evidence.nearby for name in names if name not in STOP_WORDS):
        return True
    return _negations(plain) != _negations(evidence.text) or _turned(plain, evidence)


def _if_name(word: str, plain: str) -> list[str]:
    """Return the first word of a sentence if a capital elsewhere shows that it opens a name."""
    second = plain.split()[1:2]
    return [word] if second and second[0][:1].isupper() else []


def _negations(text: str) -> tuple[bool, bool]:
    """Tell whether a text has an odd number of denials, and of words such as "without"."""
    words = tokens(_CONTRACTED.sub(r"\1 not", text))
    return (
        sum(word in _DENIALS for word in words) % 2 == 1,
        sum(stem(word) in _LACKS for word in words) % 2 == 1,
    )


def _turned(plain: str, evidence: _Evidence) -> bool:
    """Tell whether a sentence has one of two opposites and its evidence only the other."""
    here = {stem(word) for word in tokens(plain)}
    there = {stem(word) for word in tokens(evidence.text)}
    for pair in _OPPOSITES:
        mine, theirs = here & pair, there & pair
        if mine and theirs and not mine & theirs:
            return True
    return False


def _is_code(sentence: str) -> bool:
    return sentence.lstrip().startswith(("```", "~~~"))
