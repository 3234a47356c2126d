"""What the notes say about their terms: definitions, behaviour and examples, each with its quote.

Two shapes carry nearly all of it: labelled items ("**Stride**: The step size ...") and definition
sentences ("A corpus is ...", "... is called stemming"). The patterns are strict on purpose: a fact
missed costs nothing, a wrong one becomes a wrong question.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from tutor.grounding.markup import clean, clean_heading
from tutor.grounding.sentences import Kind, Unit, split, trail
from tutor.grounding.words import content_stems
from tutor.quiz.english import (
    Form,
    form_of,
    head_noun,
    is_base_verb,
    is_plural,
    is_third_person,
    words,
)
from tutor.quiz.terms import Usage, abbreviates, is_term, term_key
from tutor.schema import Chunk


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the notes say of a term, and where.

    ``definition`` is as it stands inside a sentence, with no stop, and ``form`` is its shape.
    ``verb`` joins term and definition in a sentence of the notes (``is``, ``refers to``, or ``""``
    where the definition begins with its own verb); it is ``None`` for a labelled item.
    ``statement`` is that whole sentence, cleaned, and ``article`` the one before the term in it.
    ``topic`` is the nearest heading, ``trail`` is source, headings and labels above, ``order`` the
    place in the notes. ``example`` illustrates the term; a fact whose form is a
    sentence is kept for its example only.
    """

    term: str
    aliases: tuple[str, ...]
    definition: str
    form: Form
    verb: str | None
    statement: str
    article: str
    plural: bool
    chunk: Chunk
    quote: str
    topic: str
    trail: tuple[str, ...]
    order: int = 0
    example: str = ""
    example_quote: str = ""


MIN_WORDS, MAX_WORDS = 5, 32
"""Words in a definition that can be asked about: fewer say too little, more read badly."""

MIN_CONTENT = 3
"""Words of a definition that carry meaning."""

MIN_WORDS_OF_ACT = 9
"""The same for what a subject does, where few words would fit many subjects."""

_DANGLING = re.compile(
    r"\b(?:this|these|those|such|above|below|aforementioned|previous(?:ly)?|earlier|following|here"
    r"|former|latter|i|we|you|your|our|us|my|let's|figure|fig|slide|lecture|chapter|page|section"
    r"|etc)(?![\w-])",
    re.IGNORECASE,
)
_UNCLEAN = re.compile(
    r"[=\\{}<>|~^`#$@\u2190-\u21ff\u25a0-\u27bf*_\ufffd:?!]|https?:|www\.|\.\.|\u2026|\be\.?g\.?$"
    r"|\bAl-"  # an AI that went through text recognition
    r"|\b(\w{4,})\b \w+ \1\b"  # "gradient stochastic gradient": a slip of the pen
)
_OPENS_BADLY = re.compile(
    r"(?:it|they|this|these|that|those|there|he|she|here|such|instead|however|also|then|both|each"
    r"|either|its|their|not|when|if|while|by|for|to|in)\b",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:\(?\d{1,3}[.)]|[a-z][.)])\s+")
_ALIAS = re.compile(r"(?P<term>.+?)\s*\((?P<alias>[^()]{2,60})\)\s*$")
_YEAR = re.compile(r"\d{4}|\d+s\b")
_PROCESS = re.compile(r"(?:ing|tion|sion|ment|sis|al|ence|ure)$")
_LIST = re.compile(r"(?:[^,]+, ){2,}|[^,]+, \S+(?: \S+)?$")
_CUT_SHORT = re.compile(r"\.\.|\u2026")
_EXAMPLE = re.compile(r"examples?\s*:\s*", re.IGNORECASE)

_SUBJECT = (
    r"(?:(?P<article>An?|The)\s+)?(?P<term>[^\W\d_][\w'\u2019/+.#-]*(?:\s[\w'\u2019/+.#-]+){0,4}?)"
    r"(?:\s*\((?P<alias>[^()]{2,60})\))?"
)
_IS = re.compile(
    _SUBJECT + r",?\s(?P<verb>is|are|refers? to|means|denotes?|describes?)\s(?P<definition>\w.+)"
)
_CALLED = re.compile(
    r"(?P<definition>.+?)\s(?:is|are)\s(?:called|known\sas|termed|referred\sto\sas)\s"
    r"(?P<article>an?\s|the\s)?(?P<term>[^\W\d_][\w'\u2019/+-]*(?:\s[\w'\u2019/+-]+){0,3})"
    r"(?:\s*\((?P<alias>[^()]{2,60})\))?"
)
_ACTS = re.compile(_SUBJECT + r"\s(?P<definition>(?:\w+ly\s)?(?P<verb>[a-z]+)\s.+)")
_SHORTEN_AT = re.compile(r"\s*;\s|,? (?:while|whereas|although) |\s[-\u2013\u2014]+\s|\s*\u2014\s*")
_SAYS_LITTLE = frozenset(
    """
    have has include includes represent represents models functions features works forms samples
    results layers tasks networks steps tests changes notes values plays play comes come goes go
    does do needs need uses use helps help gives makes make takes offer offers provide provides
    enhance enhances improve improves excel excels allow allows enable enables speeds
    """.split()  # noqa: SIM905
)
"""Verbs that are as often nouns, and verbs that say nothing by which a term could be told."""

_PRAISE = re.compile(
    r"(?:an?|the|one)\s(?:of the\s)?(?:most|very|powerful|key|important|great|good|essential"
    r"|significant|usual|practical|crucial|critical|popular|major|common|big|leading|pioneering|fundamental|valuable|useful"
    r"|simple|specific|hot|vital|core|broad|complex|natural|perfect|result|part|way|subset|\w+est)\b"
)
_RELATIVE_TO_UNSAID = re.compile(
    r"(?:\S+ ){1,4}(?:version|variant|extension|one|case)\b(?! (?:of|to)\b)"
    r"|(?:an?|the) (?:opposite|other|same|next|second)\b",
    re.I,
)
"""A version of what? The words before it, which are not quoted, would have said."""

_EXCITED = re.compile(
    r"\b(?:crucial|cutting-edge|breeze|invaluable|amazing|incredibl[ey]|powerful|essential|exciting"
    r"|revolution\w+|game-chang\w+|became|, it|, they)\b"
)
"""Words of advertising and of running on: what follows is no definition."""

_LONG_ASIDE = re.compile(r"\s*\((?:[^()]{45,}|e\.g\.[^()]*|i\.e\.[^()]*|see [^()]*)\)")


def facts(chunks: Sequence[Chunk], usage: Usage) -> list[Fact]:
    """Return the facts of the notes in reading order, without repeats and aspect labels."""
    found = [fact for chunk in chunks for fact in _ChunkReader(chunk, usage).read()]
    found = [fact for fact in found if fact.form is not Form.SENTENCE or fact.example]
    found = _without_aspects([replace(fact, order=i) for i, fact in enumerate(found)])
    defined = {term_key(name) for fact in found if fact.verb != "" for name in names(fact)}
    known = [f for f in found if f.verb != "" or any(term_key(n) in defined for n in names(f))]
    return _without_repeats(known)


def names(fact: Fact) -> tuple[str, ...]:
    """Return the names by which the notes call the term of ``fact``."""
    return (fact.term, *fact.aliases)


def plain_sentences(chunk: Chunk) -> list[str]:
    """Return the cleaned sentences and list items of a chunk: all that it states."""
    return [
        clean(unit.text)
        for unit in split(chunk.text)
        if unit.kind in (Kind.SENTENCE, Kind.ITEM, Kind.LEAD)
    ]


def is_presentable(text: str) -> bool:
    """Say whether a cleaned stretch can be shown by itself: no debris, nothing left dangling."""
    return (
        not _UNCLEAN.search(text)
        and not _DANGLING.search(text)
        and text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
        and text.count("\u201c") == text.count("\u201d")
    )


# ------------------------------------------------------------------------ one chunk


class _ChunkReader:
    """Reads the facts of one chunk, examples attached."""

    def __init__(self, chunk: Chunk, usage: Usage) -> None:
        self.chunk = chunk
        self.usage = usage
        self.units = split(chunk.text)
        self.found: list[Fact] = []
        self.owners: dict[int, int] = {}  # unit -> its fact in ``found``

    def read(self) -> list[Fact]:
        for index, unit in enumerate(self.units):
            if unit.kind not in (Kind.ITEM, Kind.SENTENCE) or _CUT_SHORT.search(unit.text):
                continue
            if example := _EXAMPLE.match(plain := clean(unit.text)):
                self._attach_example(unit, plain[example.end() :].removesuffix(".").strip())
            elif fact := self._stated(index) or self._labelled(index):
                self.owners[index] = len(self.found)
                self.found.append(fact)
        return self.found

    def _fact(self, index: int, end: int, parts: _Parts) -> Fact:
        above = [self.units[i] for i in trail(self.units, index)]
        headings = [clean_heading(heading) for heading in self.chunk.heading]
        headings += [
            unit.label for unit in above if unit.kind is Kind.HEADING and " " in unit.label
        ]
        return Fact(
            **asdict(parts),
            chunk=self.chunk,
            quote=self.chunk.text[self.units[index].start : end],
            topic=headings[-1] if headings else "",
            trail=(self.chunk.source, *headings, *(u.label or clean(u.text) for u in above)),
        )

    def _attach_example(self, unit: Unit, example: str) -> None:
        owner = self.owners.get(unit.parent) if unit.parent is not None else None
        if owner is None or self.found[owner].example or not is_presentable(example):
            return
        fact = self.found[owner]
        others = {u.label.lower() for u in self.units if u.label} - {fact.term.lower()}
        if any(re.search(rf"\b{re.escape(other)}\b", example.lower()) for other in others):
            return  # an example of several things, or of what stands above them
        quote = self.chunk.text[self.chunk.text.index(fact.quote) : unit.end]
        self.found[owner] = replace(fact, example=example, example_quote=quote)

    def _labelled(self, index: int) -> Fact | None:
        """Read "**Label**: definition", or a label with its text right below."""
        unit = source = self.units[index]
        if not unit.label:
            return None
        if unit.bare:
            below = self.units[index + 1] if index + 1 < len(self.units) else None
            if below is None or below.parent != index or below.label or below.kind is Kind.CODE:
                return None
            source = below
        body = _body(source)
        if body.startswith(unit.label) or not body[:1].isupper():
            return None
        parts = self._label_parts(unit.label, _definition(body))
        return self._fact(index, source.end, parts) if parts else None

    def _label_parts(self, label: str, definition: str) -> _Parts | None:
        term, aliases = _split_alias(label)
        if not definition or not is_term(term):
            return None
        form = form_of(definition)
        if form is Form.OTHER or (form is Form.BARE and _LIST.match(definition)):
            return None
        if form is Form.GERUND and not _PROCESS.search(term):
            return None
        if form is Form.BARE:
            return self._bare_parts(term, aliases, self._lowered_head(definition))
        if form is Form.GERUND and self.usage.lowered(definition)[0].isupper():
            return None  # "Hugging Face ..."
        is_clause = form is Form.SENTENCE
        definition = self.usage.lowered(definition) if is_clause else _small(definition)
        return _Parts(term, aliases, definition, form, None, plural=is_plural(term))

    def _bare_parts(self, term: str, aliases: tuple[str, ...], definition: str) -> _Parts | None:
        """Give a definition without article the one it needs: "framework for" is "a framework"."""
        whole = self.usage.with_article(definition)
        plural = is_plural(term)
        if whole is None or definition[0].isupper():
            form = Form.SENTENCE  # or a phrase that no frame fits
        elif whole != definition:
            form = Form.NOUN
        elif not plural and is_plural(head_noun(definition)):
            return None  # "Image captioning: systems that ..."
        else:
            form = Form.BARE
        return _Parts(term, aliases, whole or definition, form, None, plural=plural)

    def _lowered_head(self, definition: str) -> str:
        """Write "Business Intelligence tool for ..." small as far as its head noun."""
        end = definition.find(head_noun(definition)) + len(head_noun(definition))
        return self.usage.spelled(definition[:end]) + definition[end:]

    def _stated(self, index: int) -> Fact | None:
        """Read a sentence that defines its subject or says what it does."""
        unit = self.units[index]
        sentence = _body(unit)
        if not re.fullmatch(r"[A-Z].*[.]", sentence) or not is_presentable(sentence):
            return None
        for pattern, reader in ((_CALLED, _named), (_IS, _defined), (_ACTS, _acting)):
            match = pattern.fullmatch(sentence.rstrip("."))
            parts = reader(match) if match else None
            if parts:
                definition = self.usage.lowered(parts.definition)
                if re.match(r"(?:An?|The)\b", definition):
                    definition = _small(definition)
                parts = replace(parts, definition=definition, statement=sentence)
                return self._fact(index, unit.end, parts)
        return None


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a fact that one piece of text gives, before its place is known."""

    term: str
    aliases: tuple[str, ...]
    definition: str
    form: Form
    verb: str | None
    statement: str = ""
    article: str = ""
    plural: bool = False


def _body(unit: Unit) -> str:
    """Return the cleaned text of a unit behind its label; all of it where no mark sets that off."""
    plain = _NUMBERING.sub("", clean(unit.text))
    separated = re.compile(re.escape(unit.label) + r"\s*(?:[:\u2013\u2014-]+(?:\s+|$)|$)")
    match = separated.match(plain) if unit.label else None
    return plain[match.end() :] if match else plain


def _split_alias(label: str) -> tuple[str, tuple[str, ...]]:
    """Split ``Support Vector Machine (SVM)``; a year or an aside in brackets is dropped."""
    match = _ALIAS.fullmatch(label)
    if not match:
        return label, ()
    alias = match["alias"].strip()
    is_name = is_term(alias) and not _YEAR.search(alias) and abbreviates(alias, match["term"])
    return match["term"], (alias,) if is_name else ()


def _definition(text: str) -> str:
    """Return a definition fit for a question, or ``""``: one clause group, no stop, no debris."""
    text = _LONG_ASIDE.sub("", re.sub(r"\.([\"\u201d])?$", r"\1", text.strip())).strip()
    cut = _SHORTEN_AT.search(text)
    if cut:
        text = text[: cut.start()].strip()
        if len(words(text)) < MIN_WORDS:
            return ""
    if not MIN_WORDS <= len(words(text)) <= MAX_WORDS or not is_presentable(text):
        return ""
    unfit = _OPENS_BADLY.match(text) or _PRAISE.match(text.lower()) or _EXCITED.search(text)
    if unfit or _RELATIVE_TO_UNSAID.match(text) or len(content_stems(text)) < MIN_CONTENT:
        return ""
    return text


# ------------------------------------------------------------------------ sentences


def _subject(match: re.Match[str], definition: str, form: Form, verb: str, plural: bool) -> _Parts:
    term, alias = match["term"], match["alias"]
    aliases = (alias,) if alias and abbreviates(alias, term) else ()
    article = (match["article"] or "").strip().lower()
    return _Parts(term, aliases, definition, form, verb, article=article, plural=plural)


def _named(match: re.Match[str]) -> _Parts | None:
    """Read "The process of ... is called tokenization"."""
    definition = match["definition"]
    opening = re.match(r"(?:The|An?)\s|\w+ing\s", definition)
    if not opening or not is_term(match["term"]) or not _definition(definition):
        return None
    form = form_of(definition)
    if form not in (Form.NOUN, Form.GERUND):
        return None
    return _subject(match, definition, form, "is called", plural=is_plural(match["term"]))


def _defined(match: re.Match[str]) -> _Parts | None:
    """Read "A corpus is a text dataset ..." and "Lemmas are root forms of words"."""
    definition, verb = _definition(match["definition"]), match["verb"]
    if not definition or not is_term(match["term"]):
        return None
    form, plural = form_of(definition), verb in {"are", "refer to", "denote", "describe"}
    if form is Form.GERUND and verb in {"is", "are"}:
        return None  # "is gaining ..."
    if form is Form.BARE and not (verb == "are" and _is_plural_noun(definition)):
        return None
    if form not in (Form.NOUN, Form.BARE, Form.GERUND):
        return None
    return _subject(match, definition, form, verb, plural)


def _is_plural_noun(definition: str) -> bool:
    """Say whether a bare definition is a plural noun phrase and not an adjective or participle."""
    return is_plural(head_noun(definition)) and not words(definition)[0].endswith(
        ("ed", "ly", "ing")
    )


def _acting(match: re.Match[str]) -> _Parts | None:
    """Read "Dropout randomly sets ..." and "Encoders compress ..."."""
    verb, term, definition = match["verb"], match["term"], _definition(match["definition"])
    if not definition or not is_term(term) or match["article"] == "The":
        return None
    if verb in _SAYS_LITTLE or len(words(definition)) < MIN_WORDS_OF_ACT:
        return None
    if is_third_person(verb) and not is_plural(term):
        return _subject(match, definition, Form.VERB, "", plural=False)
    if is_base_verb(verb) and is_plural(term):
        return _subject(match, definition, Form.PLURAL_VERB, "", plural=True)
    return None


# ------------------------------------------------------------------------- whole notes


def _without_aspects(found: list[Fact]) -> list[Fact]:
    """Drop labels that recur under different parents with different texts: they name aspects."""
    uses: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for fact in found:
        if fact.verb is None:
            uses[term_key(fact.term)].add((fact.trail[-1], fact.definition[:40]))
    aspects = {
        key for key, places in uses.items()
        if len({parent for parent, _ in places}) > 2 and len({text for _, text in places}) > 2
    }  # fmt: skip
    return [f for f in found if f.verb is not None or term_key(f.term) not in aspects]


def _without_repeats(found: list[Fact]) -> list[Fact]:
    seen: set[tuple[tuple[str, ...], str]] = set()
    kept = []
    for fact in found:
        key = (term_key(fact.term), fact.definition.lower())
        if key not in seen:
            seen.add(key)
            kept.append(fact)
    return kept
