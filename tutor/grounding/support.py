"""Holding every sentence of an answer against the passages.

A sentence is supported if the passages say what it says. By rules alone this is decided so that it
is hard to pass by chance. The sentence is held against the unit of the notes that shares most with
it: it must have none of the ``flaws``, its words have to stand there or right beside it (a word or
two may be replaced by near ones), and the whole must be near in meaning. When in doubt the answer
is no.

A good paraphrase has few words of what it says again. So where there is a judge of entailment, it
decides on a sentence that has no flaw and comes near, but not near enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.grounding.candidates import Encoder
from tutor.grounding.citations import cited_numbers, has_unknown_marker, without_markers
from tutor.grounding.evidence import Evidence, evidence_in
from tutor.grounding.flaws import is_flawed, written_out
from tutor.grounding.markup import clean
from tutor.grounding.sentences import split_sentences
from tutor.grounding.swaps import is_swapped
from tutor.grounding.words import content_stems, content_words, stem
from tutor.schema import Citation, Claim, Passage

Judge = Callable[[str, str], bool]
"""Tells whether a premise (some lines of the notes) says what a sentence says."""

SUPPORTED = 0.75
"""Support from which a sentence may be shown unmarked."""

_NEAR = 0.55
"""Cosine that a sentence needs to its evidence, where there is an encoder."""

_WORDS = 0.70
"""Share of a sentence's content words that its evidence must have as they are."""

_FEWEST_WORDS, _LEAST_NEAR = 0.55, 0.35
"""Share of content words, and cosine, below which no judge is asked: of what has fewer words of its
evidence, more was invented than said in other words."""

_SAME_MEANING = 0.55
"""Cosine from which a word stands for one of the evidence ("allows" for "enables")."""

_UNTESTED = 0.90
"""Share of content words that is asked for where there is no encoder to tell near words."""

_AS_NEAR = 0.05
"""Units this close to the nearest one in what they share are looked at as well."""

_FLAW = 0.5
"""The most support that is left to a sentence with a flaw."""

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
_LONGEST_NAME = 5
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,2}[.)])\s+")
_OPENING = re.compile(r"^(?:\d{1,2}[.)]\s+)?(?:(?:yes|no),\s+)?", re.IGNORECASE)
"""What says nothing by itself: the number of an item, and "yes"."""


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
class _Held:
    """A sentence beside one piece of evidence: what the rules make of it.

    ``swapped`` says that it tells of one thing what the evidence tells of another, ``doubtful``
    that it has no flaw and comes near.
    """

    score: float
    evidence: Evidence
    flawed: bool
    swapped: bool
    doubtful: bool

    @property
    def passes(self) -> bool:
        return self.score >= SUPPORTED


class Grounds:
    """The passages of one question, ready to hold sentences against; passage 1 is the first.

    The ``judge`` is asked about what the rules leave in doubt; without it, that is not supported.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        encoder: Encoder | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._passages = tuple(passages)
        self._encoder = encoder
        self._judge = judge
        self._evidence = [
            evidence
            for number, passage in enumerate(passages, 1)
            for evidence in evidence_in(number, passage)
        ]
        self._vectors: NDArray[np.float32] | None = None

    def support(self, sentence: str) -> Support:
        """Return how well the passages support ``sentence`` (markers in it do not matter)."""
        plain = _OPENING.sub("", clean(without_markers(sentence)))
        whole = self._held(plain)
        if whole is None:
            return Support(0.0, 0, "")
        parts = self._parts(plain)  # "A is this, while B is that"
        swapped = any(part.swapped for part in parts)
        if whole.passes and not swapped:
            return _settled(plain, [whole], self._judge)
        if parts and all(part.passes or part.doubtful for part in parts):
            return _settled(plain, parts, self._judge)
        if swapped:
            return Support(min(whole.score, _FLAW), whole.evidence.number, whole.evidence.quote)
        return _settled(plain, [whole], self._judge)

    def _parts(self, plain: str) -> list[_Held]:
        """Return the clauses of a sentence held apart, if it consists of several."""
        clauses = [part for part in _CLAUSES.split(plain) if len(part.split()) >= _CLAUSE_WORDS]
        is_one = len(split_sentences(plain)) == 1
        if not is_one or len(clauses) < 2 or sum(map(len, clauses)) < 0.9 * len(plain):
            return []
        return [held for clause in clauses if (held := self._held(clause))]

    def _held(self, plain: str) -> _Held | None:
        """Hold a cleaned sentence against what shares most with it."""
        words = list(dict.fromkeys(content_words(plain)))
        if not words or not self._evidence:
            return None
        cosines = self._cosines(plain)
        held = [self._held_against(plain, words, i, cosines) for i in self._nearest(words, cosines)]
        best = max(held, key=lambda found: found.score)
        if best.doubtful and cosines is not None:
            likest = self._held_against(plain, words, int(cosines.argmax()), cosines)
            told = {stem(word) for word in words}
            of_both = (len(told & held.evidence.stems) for held in (likest, best))
            return likest if likest.flawed and next(of_both) >= next(of_both) else best
        return best

    def check(self, text: str) -> tuple[Claim, ...]:
        """Return a claim for every sentence of ``text`` (markers resolved), in order.

        What announces a list is part of the first of its items that is supported, and each item is
        held under the name of its list: it says nothing of any other.
        The claim cites the passages it is marked with if they support it, else the passage that
        does. A sentence with a marker to no passage is never supported.
        """
        claims: list[Claim] = []
        lead = name = ""
        for sentence in split_sentences(text):
            if sentence.endswith(":"):
                lead = f"{lead}\n{sentence}".strip() if self._may_announce(sentence) else lead
                name = sentence if len(sentence.split()) <= _LONGEST_NAME else ""
                continue
            name = name if is_item(sentence) else ""
            claim = self.claim(sentence, name)
            if lead and claim.supported:
                claim = replace(claim, text=f"{lead}\n{claim.text}")
            if claim.supported or not is_item(sentence):
                lead = ""
            claims.append(claim)
        return (*claims, Claim(lead, (), 0.0, False)) if lead else tuple(claims)

    def _may_announce(self, sentence: str) -> bool:
        """Tell whether what announces a list, which says little, gets nothing wrong."""
        held = self._held(clean(without_markers(sentence)))
        return held is None or not held.flawed

    def claim(self, sentence: str, under: str = "") -> Claim:
        """Hold one sentence (markers resolved) against the passages.

        ``under`` is the name of the list that it is an item of.
        """
        if _is_code(sentence):
            return self._code_claim(sentence)
        support = self.support(f"{under} {_ITEM.sub('', sentence)}" if under else sentence)
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
    ) -> _Held:
        evidence = self._evidence[index]
        told = [word for word in words if stem(word) not in _GENERIC] or list(words)
        known = evidence.nearby | written_out(plain, evidence.context)
        missing = [word for word in told if stem(word) not in known]
        share = _share(told, known)
        near = float(cosines[index]) if cosines is not None else 1.0
        score = 0.5 * share + 0.5 * min(1.0, max(0.0, near) / _NEAR)
        if not self._is_backed(share, near, missing, evidence):
            score = min(score, SUPPORTED - 0.01)
        flawed = is_flawed(plain, evidence)
        if flawed:
            score = min(score * 0.6, _FLAW)
        return _Held(
            score,
            evidence,
            flawed,
            swapped=share >= _WORDS and is_swapped(plain, evidence),
            doubtful=not flawed
            and score < SUPPORTED
            and share >= _FEWEST_WORDS
            and near >= _LEAST_NEAR,
        )

    def _is_backed(
        self, share: float, near: float, missing: Sequence[str], evidence: Evidence
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


def _settled(plain: str, parts: Sequence[_Held], judge: Judge | None) -> Support:
    """Return the support of a sentence from that of its parts, having asked the judge."""
    weakest = min(parts, key=lambda held: held.score)
    score, evidence = weakest.score, weakest.evidence
    if judge is not None and weakest.doubtful:
        premise = "\n".join(dict.fromkeys(held.evidence.premise for held in parts))
        score = SUPPORTED if judge(premise, plain) else score
    return Support(round(score, 4), evidence.number, evidence.quote)


def is_item(sentence: str) -> bool:
    """Tell whether a sentence is an item of a list."""
    return bool(_ITEM.match(sentence))


def _share(words: Sequence[str], stems: frozenset[str]) -> float:
    return sum(stem(word) in stems for word in words) / len(words)


def _is_code(sentence: str) -> bool:
    return sentence.lstrip().startswith(("```", "~~~"))
