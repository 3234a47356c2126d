"""Reading one definition: from a labelled item, or from a sentence that defines its subject.

The patterns are strict on purpose: a definition missed costs nothing, a wrong one becomes a wrong
question. So nothing passes that dangles, praises, or says too little to be told by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

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
from tutor.quiz.knowledge.terms import Usage, abbreviates, is_term

MIN_WORDS, MAX_WORDS = 5, 32
"""Words in a definition that can be asked about: fewer say too little, more read badly."""

MIN_CONTENT = 3
"""Words of a definition that carry meaning."""

MIN_WORDS_OF_ACT = 9
"""The same for what a subject does, where few words would fit many subjects."""

_DANGLING = re.compile(
    r"\b(?:this|these|those|such(?! as\b)|above|below|aforementioned|previous(?:ly)?|earlier"
    r"|following|here|former|latter|(?-i:i|us)|I (?:am|can|have|was|will|would)|we|you|your|our|my"
    r"|let's|figure(?! of speech)|fig|slide|lecture|chapter|page|section|etc)(?![\w-])",
    re.IGNORECASE,
)
_UNCLEAN = re.compile(
    r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[=\\{}<>|~^`#$@\u2190-\u21ff\u25a0-\u27bf*_\ufffd:?!]|https?:|www\.|\.\.|\u2026|\be\.?g\.?$"
    r"|\bAl-"  # an AI that went through text recognition
    # "gradient stochastic gradient": a slip of the pen
    r"|\b(\w{4,})\b (?!(?:is|are|means|by|after|to|and|or|from|with)\b)\w+ \1\b"
)
_OPENS_BADLY = re.compile(
    r"(?:it|they|this|these|that|those|there|he|she|here|such|instead|however|also|then|both|each"
    r"|either|its|their|not|when|if|while|by|for|to|in)\b"
    r"|the (?:more|less|\w+er)\b.*, the (?:more|less|\w+er)\b",
    re.IGNORECASE,
)
_ALIAS = re.compile(r"(?P<term>.+?)\s*\((?P<alias>[^()]{2,60})\)\s*$")
_YEAR = re.compile(r"\d{4}|\d+s\b")
_PROCESS = re.compile(r"(?:ing|tion|sion|ment|sis|al|ence|ure)$")
_LIST = re.compile(r"(?:[^,]+, ){2,}|[^,]+, \S+(?: \S+)?$")

_SUBJECT = (
    r"(?!E\.g\.|I\.e\.)(?:(?P<article>An?|The)\s+)?(?P<term>[^\W\d_][\w'\u2019/+.#-]*(?:\s[\w'\u2019/+.#-]+){0,4}?)"
    r"(?:\s*\((?P<alias>[^()]{2,60})\))?"
)
_IS = re.compile(
    _SUBJECT
    + r",?\s(?P<verb>is|are|was|were|refers? to|means|denotes?|describes?)\s(?P<definition>\w.+)"
)
_CALLED = re.compile(
    r"(?P<definition>.+?)\s(?:is|are)\s(?:called|known\sas|termed|referred\sto\sas)\s"
    r"(?P<article>an?\s|the\s)?(?P<term>[^\W\d_][\w'\u2019/+-]*(?:\s[\w'\u2019/+-]+){0,3})"
    r"(?:\s*\((?P<alias>[^()]{2,60})\))?"
)
_USED = re.compile(
    _SUBJECT + r"\s(?:is|are)\s"
    r"(?:(?:also|often|widely|commonly|mainly|mostly|primarily|typically)\s)?"
    r"(?P<definition>used\s(?:to|for)\s.+)"
)
_ACTS = re.compile(_SUBJECT + r"\s(?P<definition>(?:\w+ly\s)?(?P<verb>[a-z]+)\s.+)")
_SHORTEN_AT = re.compile(
    r"\s*;\s|,? (?:while|whereas|although|because) |\s[-\u2013\u2014]+\s|\s*\u2014\s*"
)
_SAYS_LITTLE = frozenset(
    """
    have has include includes represent represents models functions features works forms samples
    results layers tasks networks steps tests changes notes values plays play comes come goes go
    does do needs need uses use helps help gives makes make takes offer offers provide provides
    enhance enhances improve improves excel excels allow allows enable enables speeds require
    requires tend tends become becomes remain remains face faces suffer suffers lack lacks benefit
    benefits continue continues differ differs involve involves
    """.split()  # noqa: SIM905
)
"""Verbs that are as often nouns, and verbs that say nothing by which a term could be told."""

TELLING = 5
"""Words with meaning that a predicate needs, to be true of few things only."""

_PRAISE = re.compile(
    r"(?:an?|the|one)\s(?:of the\s)?(?:most|very|powerful|key|important|great|good|essential"
    r"|significant|usual|practical|crucial|critical|popular|major|common|big|leading|pioneering"
    r"|fundamental|valuable|useful|hot|vital|core|broad|perfect|result|way|subset|\w+est"
    r"|(?:complex|natural|part|simple|specific)\b(?!.*\b(?:that|which|who|where)))\b"
)
_RELATIVE_TO_UNSAID = re.compile(
    r"(?:\S+ ){1,4}(?:version|variant|extension)\b(?! (?:of|to)\b)"
    r"|(?:\S+ ){1,4}(?:one|case)(?= (?:that|which|where|with|in)\b|$)"
    r"|(?:an?|the) (?:opposite|other|same|next|second)\b"
    r"|(?:an?|the) (?:branch|counterpart|half|predecessor|rest|successor)\b(?! (?:of|to)\b)"
    r"|an? (?:(?:more|less) \w+|\w+er) [\w-]+ than\b|.*\bthe (?:well-known|said)\b",
    re.I,
)
"""A version of what? The words before it, which are not quoted, would have said."""

_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where|when|if|what|how|whether|so)\b", re.I)
_EXCITED = re.compile(
    r"\b(?:crucial|cutting-edge|breeze|invaluable|amazing|incredibl[ey]|powerful|essential|exciting"
    r"|revolution\w+|game-chang\w+|became|, it|, they)\b"
    r"|, (?:and )?[A-Z]\w*s (?:are|learn|use|consist|model|generate)\b"
)
"""Words of advertising and of running on: what follows is no definition."""

_KNOWN_FOR = re.compile(
    r"\b(?:(?:well|widely|best|also) known|renowned|famous|celebrated|popular|praised)"
    r" (?:for|as|in)\b"
)
_LOOSE_PRONOUN = re.compile(
    r"(?:\b(?:that|which|who)\s(?:\w+ly\s)?\w+|^(?:\w+ly\s)?\w+s)\s(?:it|them)\b"
    r"(?! (?:easy|easier|possible|hard|clear)\b)"
    r"|^(?:\w+ly\s)?\w+s\sboth(?=$|\s(?:to|with|in|on|by|from|for|at|down|into)\b)",
    re.I,
)
"""An object right behind the first verb that names nothing: "persuades it to learn"."""

_BARE_NUMBER = re.compile(r"\b(?:about|around|nearly|over|from|than|to)\s[\d.,]+$")
"""A number of what? The noun was in the next sentence or column."""

_BY_EXAMPLE = re.compile(
    r"\w+ing\s(?:[\w-]+(?:\s[\w-]+)?,\s)+(?:and|or)\s(?:even\s|other\s)?[\w-]+(?:\s[\w-]+)?", re.I
)
"""A few things done, and no more: "writing letters, reports, and even poems" defines nothing."""

_LIKE = re.compile(r",\slike\s[^,]+$|,?\se\.g\.\s.+$", re.I)
"""An example at the end of a definition, which does not belong to it."""

_SAME_VERB_LEFT_OUT = re.compile(
    r",\s(?:and\s)?(?!\w+(?:ed|ing|ly)\s|(?:about|as|at|but|by|for|from|if|in|into|like|not|of|often|on|or"
    r"|over|that|to|under|when|where|which|who|with)\s)[a-z][\w-]+\s(?:an?|the)\s"
    r"|,\s[A-Z]\w+(?:\s[A-Z]\w+)?\s(?:an?|the)\s"
)
"""A second definition without its verb: "a green gas, bromine a red liquid"."""

_LONG_ASIDE = re.compile(r"\s*\((?:[^()]{45,}|e\.g\.[^()]*|i\.e\.[^()]*|see [^()]*)\)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A term and what is said of it, as read from one piece of text; see ``facts.Fact``."""

    term: str
    aliases: tuple[str, ...]
    definition: str
    form: Form
    verb: str | None
    statement: str = ""
    article: str = ""
    plural: bool = False


def says_little(predicate: str) -> bool:
    """Say whether many things do what a predicate says: "helps ...", "detects edges"."""
    return words(predicate)[0] in _SAYS_LITTLE or len(content_stems(predicate)) < TELLING


def is_presentable(text: str) -> bool:
    """Say whether a cleaned stretch can be shown by itself: no debris, nothing left dangling."""
    return (
        not _UNCLEAN.search(text)
        and not _DANGLING.search(text)
        and text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
        and text.count("\u201c") == text.count("\u201d")
    )


# ----------------------------------------------------------------------------- labels


def read_label(label: str, body: str, usage: Usage) -> Parts | None:
    """Read "**Label**: body"; ``None`` where that is no definition that could be asked about."""
    definition = _definition(body)
    term, aliases = _split_alias(label)
    if not definition or not is_term(term):
        return None
    form = form_of(definition)
    if form is Form.OTHER or (form is Form.BARE and _LIST.match(definition)):
        return None
    if form is Form.GERUND and not _PROCESS.search(term):
        return None
    if form is Form.BARE:
        return _bare(term, aliases, _lowered_head(definition, usage), usage)
    if form is Form.GERUND and usage.lowered(definition)[0].isupper():
        return None  # "Hugging Face ..."
    is_clause = form is Form.SENTENCE
    definition = usage.lowered(definition) if is_clause else _small(definition)
    return Parts(term, aliases, definition, form, None, plural=is_plural(term))


def _bare(term: str, aliases: tuple[str, ...], definition: str, usage: Usage) -> Parts | None:
    """Give a definition without article the one it needs: "framework for" is "a framework"."""
    whole = usage.with_article(definition)
    plural = is_plural(term)
    if whole is None or definition[0].isupper():
        form = Form.SENTENCE  # or a phrase that no frame fits
    elif whole != definition:
        form = Form.NOUN
    elif not plural and is_plural(head_noun(definition)):
        return None  # "Image captioning: systems that ..."
    else:
        form = Form.BARE
    return Parts(term, aliases, whole or definition, form, None, plural=plural)


def _lowered_head(definition: str, usage: Usage) -> str:
    """Write "Business Intelligence tool for ..." small as far as its head noun."""
    end = definition.find(head_noun(definition)) + len(head_noun(definition))
    return usage.spelled(definition[:end]) + definition[end:]


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
    text = _LIKE.sub("", text)
    cut = _SHORTEN_AT.search(text)
    if cut:
        text = text[: cut.start()].strip()
        if len(words(text)) < MIN_WORDS:
            return ""
    if not MIN_WORDS <= len(words(text)) <= MAX_WORDS or not is_presentable(text):
        return ""
    if _runs_on(text) or _is_loose(text):
        return ""
    if text.isupper() or _SAME_VERB_LEFT_OUT.search(text):
        return ""
    unfit = _OPENS_BADLY.match(text) or _PRAISE.match(text.lower()) or _EXCITED.search(text)
    if unfit or _RELATIVE_TO_UNSAID.match(text) or len(content_stems(text)) < MIN_CONTENT:
        return ""
    return text


def _is_loose(text: str) -> bool:
    """Say whether a definition leans on what is not quoted, praises, or only gives examples."""
    return any(
        pattern.search(text) for pattern in (_KNOWN_FOR, _LOOSE_PRONOUN, _BARE_NUMBER)
    ) or bool(_BY_EXAMPLE.fullmatch(text))


def _runs_on(text: str) -> bool:
    """Say whether a second statement with a subject of its own follows behind a comma.

    "Measures overlap, NMS removes duplicates" defines nothing by its second half. What follows a
    relative word belongs to it ("that cuts text, ...").
    """
    for comma in re.finditer(r",\s+(?:and\s+|but\s+|yet\s+|so\s+)?", text):
        clause = re.split(r",\s", text[comma.end() :])[0]
        if not words(clause) or _RELATIVE.match(clause) or _RELATIVE.search(text[: comma.start()]):
            continue
        inner = words(clause)[1:4]  # a verb right behind a subject; "and removes" has none
        acts = any(is_third_person(word) for word in inner) and not is_third_person(
            words(clause)[0]
        )
        if form_of(clause) is Form.SENTENCE or (acts and form_of(text) is Form.VERB):
            return True
    return False


# -------------------------------------------------------------------------- sentences


def read_sentence(sentence: str, usage: Usage) -> Parts | None:
    """Read a cleaned sentence that defines its subject or says what it does."""
    if not re.fullmatch(r"[A-Z].*[.]", sentence) or not is_presentable(sentence):
        return None
    for pattern, reader in ((_CALLED, _named), (_USED, _used), (_IS, _defined), (_ACTS, _acting)):
        match = pattern.fullmatch(sentence.rstrip("."))
        parts = reader(match) if match else None
        if parts:
            definition = usage.lowered(parts.definition)
            if re.match(r"(?:An?|The)\b", definition):
                definition = _small(definition)
            return replace(parts, definition=definition, statement=sentence)
    return None


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _subject(match: re.Match[str], definition: str, form: Form, verb: str, plural: bool) -> Parts:
    term, alias = match["term"], match["alias"]
    aliases = (alias,) if alias and abbreviates(alias, term) else ()
    article = (match["article"] or "").strip().lower()
    return Parts(term, aliases, definition, form, verb, article=article, plural=plural)


def _named(match: re.Match[str]) -> Parts | None:
    """Read "The process of ... is called tokenization"."""
    definition = match["definition"]
    opening = re.match(r"(?:The|An?)\s|\w+ing\s", definition)
    if not opening or not is_term(match["term"]) or not _definition(definition):
        return None
    form = form_of(definition)
    if form not in (Form.NOUN, Form.GERUND):
        return None
    return _subject(match, definition, form, "is called", plural=is_plural(match["term"]))


def _defined(match: re.Match[str]) -> Parts | None:
    """Read "A corpus is a text dataset ..." and "Lemmas are root forms of words"."""
    definition, verb = _definition(match["definition"]), match["verb"]
    if not definition or not is_term(match["term"]):
        return None
    form, plural = form_of(definition), verb in {"are", "were", "refer to", "denote", "describe"}
    if form is Form.GERUND and not verb.startswith(("means", "refer")):
        return None  # "is gaining ...", "describe ranking and ignore ..."
    if form is Form.BARE and not (verb in ("are", "were") and _is_plural_noun(definition)):
        return None
    if form not in (Form.NOUN, Form.BARE, Form.GERUND):
        return None
    return _subject(match, definition, form, verb, plural)


def _used(match: re.Match[str]) -> Parts | None:
    """Read "Cosine similarity is used to compare ..."."""
    term, definition = match["term"], _definition(match["definition"])
    if not definition or not is_term(term) or match["article"] == "The":
        return None
    return _subject(match, definition, Form.USE, "is", plural=is_plural(term))


def _is_plural_noun(definition: str) -> bool:
    """Say whether a bare definition is a plural noun phrase and not an adjective or participle."""
    return is_plural(head_noun(definition)) and not words(definition)[0].endswith(
        ("ed", "ly", "ing")
    )


def _acting(match: re.Match[str]) -> Parts | None:
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
