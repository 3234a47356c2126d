"""Formulas of notes whose names the notes explain: "TP / (TP + FP)", with TP the true positives."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tutor.grounding.markup import clean
from tutor.grounding.sentences import Kind, Unit
from tutor.grounding.words import content_stems
from tutor.quiz.english import indefinite_article, is_plural
from tutor.quiz.knowledge.formulas import (
    fraction,
    names_in,
    parse,
    read_number,
)
from tutor.quiz.knowledge.terms import Usage, is_aspect
from tutor.quiz.knowledge.worked import Given, Worked
from tutor.schema import Chunk

_CODE = re.compile(r"`(?P<code>[^`=]+)`")
DEFINED = re.compile(
    r"^(?P<subject>(?:(?:An?|The)\s)?\*\*(?P<term>[^*]{2,50})\*\*)(?:\s\([^()]{2,60}\))?\s(?:is|are)\b"
)
_SYMBOL_OF = r"(?P<phrase>(?:[a-z]+\s){{1,2}})`{symbol}`"
_SYMBOL_IS = r"`{symbol}`\s(?:is|stands for|means)\s(?:the\s)?(?P<phrase>[a-z]+(?:\s[a-z]+){{0,3}})"

EQUATION = re.compile(r"`(?P<left>[^`=]+)=\s*(?P<right>-?[\d,]+(?:\.\d+)?)(?P<percent>%?)`")


class Meanings:
    """What the capital letters of a formula stand for, by the initials of words around them."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._texts = [clean(chunk.text) for chunk in chunks]

    def of(self, symbol: str) -> str:
        """Return the plural that a symbol such as TP abbreviates, or ""."""
        if not re.fullmatch(r"[A-Z]{2,3}", symbol):
            return ""
        initials = r"\s".join(rf"{letter.lower()}[a-z]{{2,}}" for letter in symbol)
        here = [text for text in self._texts if re.search(rf"\b{symbol}\b", text)]
        text = " ".join(here).lower()
        told = re.findall(rf"\b({initials})\s\({symbol.lower()}\)", text)
        said = re.findall(rf"(?<![\w-]){initials}(?=[\s.,;])", text)
        plural = [p for p in said if p.endswith("s") and not p.endswith("ss") and _is_phrase(p)]
        found = [p if is_plural(p) else f"{p}s" for p in told] or plural
        best = Counter(found).most_common(1)
        return best[0][0] if best else ""


def _is_phrase(words: str) -> bool:
    """Say whether words that begin with the right letters are a thing and not mere neighbours."""
    return bool(content_stems(words)) and len(content_stems(words)) == len(words.split())


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that a sentence gives for a term, and what its names stand for."""

    unit: Unit
    term: str
    tree: ast.expr
    phrases: Mapping[str, str]
    counts: bool


def definitions(units: Sequence[Unit], meanings: Meanings) -> Iterator[Formula]:
    """Yield the formulas that units give for a term, where all names in them are explained."""
    for unit in units:
        if unit.kind not in (Kind.SENTENCE, Kind.ITEM):
            continue
        text = " ".join(unit.text.split())
        code = [found["code"] for found in _CODE.finditer(text)]
        written = [part for part in code if len(part) > 4] or [fraction(text)]
        tree = parse(written[-1]) if written[-1] else None
        term = _term_of(text, unit, units)
        if tree is None or not term or len(names_in(tree)) < 2 or EQUATION.search(text):
            continue
        phrases = {name: _meaning(name, text, meanings) for name in names_in(tree)}
        if all(phrases.values()) and len(set(phrases.values())) == len(phrases):
            counts = all(is_plural(phrase) for phrase in phrases.values())
            yield Formula(unit, term, tree, phrases, counts)


def _term_of(text: str, unit: Unit, units: Sequence[Unit]) -> str:
    """Return what a formula is the formula of: the term defined, or the subject before "is"."""
    if defined := DEFINED.match(text):
        return defined["term"]
    if found := re.search(r", the (?P<term>[a-z]+(?:\s[a-z]+){0,2}) (?:is|equals) `", text):
        return found["term"]
    if not unit.label or "frac" not in text:
        return ""
    owner = units[unit.parent].label if unit.parent is not None else ""
    return re.sub(r"\s\([^()]*\)$", "", owner if is_aspect(unit.label) else unit.label)


def _meaning(name: str, text: str, meanings: Meanings) -> str:
    """Return the words for a name of a formula: told beside it, initials, or the name itself."""
    for pattern in (_SYMBOL_OF, _SYMBOL_IS):
        if found := re.search(pattern.format(symbol=re.escape(name)), text):
            words = [w for w in found["phrase"].split() if w not in ("and", "for", "the", "with")]
            return " ".join(words)
    if "_" in name:
        return name.replace("_", " ").lower()
    if len(name) == 1 and name.isupper():
        plain = re.sub(r"`[^`]*`", " ", clean(text)).lower()
        fits = {w for w in re.findall(r"[a-z]{4,}", plain) if w.startswith(name.lower())}
        return fits.pop() if len(fits) == 1 else ""
    return meanings.of(name)


def asked(
    unit: Unit, defined: Sequence[Formula], chunk: Chunk, calls: Calls, usage: Usage
) -> Iterator[Worked]:
    """Yield the formula of a unit as a statement, with the numbers that its rivals need as well."""
    own = next((one for one in defined if one.unit is unit), None)
    if own is None:
        return
    rivals = [
        one for one in defined
        if one.unit is not unit and set(one.phrases) & set(own.phrases) and one.counts == own.counts
    ]  # fmt: skip
    needed = dict(own.phrases)
    for one in rivals[:3]:
        needed.update(one.phrases)
    names = sorted(needed) if own.counts else list(needed)  # the order must not tell the formula
    examples = calls.values(names, chunk)
    usual = "40" if own.counts else "0.5" if _are_shares(own) else "8"
    given = tuple(Given(name, examples.get(name, usual)) for name in names)
    parts, before = [], "Given "
    for place, phrase in enumerate(needed[name] for name in names):
        article = "" if own.counts else f"{indefinite_article(phrase)} {phrase} of "
        parts.append(before + article)
        before = (f" {phrase}" if own.counts else "") + (
            " and " if place == len(names) - 2 else ", "
        )
    whole = "floor" in ast.dump(own.tree)
    told = f"{before.removesuffix(', ')}, the {usage.spelled(own.term)} is "
    yield Worked(
        (*parts, told, ""), given, own.tree, 0 if whole else 2, False, chunk, unit.text,
        "", 0, own.term, tuple(one.tree for one in rivals), whole,
    )  # fmt: skip


def _are_shares(formula: Formula) -> bool:
    """Say whether the names of a formula are shares: words such as precision, by one letter."""
    return all(len(name) == 1 and name.isupper() for name in formula.phrases)


class Calls:
    """The numbers with which code of the notes calls its functions, by the names they take."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._text: dict[str, str] = {}
        for chunk in chunks:
            self._text[chunk.source] = f"{self._text.get(chunk.source, '')}\n{chunk.text}"

    def values(self, names: Sequence[str], chunk: Chunk) -> dict[str, str]:
        """Return numbers for ``names`` from a call that gives one to each of them, or nothing."""
        text = self._text.get(chunk.source, "")
        for found in re.finditer(r"def (\w+)\(([^()]*)\)", text):
            taken = [part.split("=")[0].strip() for part in found[2].split(",")]
            if set(taken) != set(names):
                continue
            for call in re.findall(rf"(?<!def ){found[1]}\(([^()]*)\)", text):
                parts = [part.strip() for part in call.split(",")]
                value = dict(zip(taken, (p for p in parts if "=" not in p), strict=False))
                value |= dict(part.split("=", 1) for part in parts if "=" in part)
                if set(value) == set(names) and all(map(read_number, value.values())):
                    return value
        return {}


def lowered(term: str) -> str:
    """Return a term as it stands inside a sentence, unless it begins with an abbreviation."""
    return term if term[1:2].isupper() or term[:2].isupper() else term[:1].lower() + term[1:]
