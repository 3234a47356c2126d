"""What a question asks for: a definition, a list, steps, a comparison or a fact.

Rules over the wording, no model: a wrong guess costs a less tidy answer, never a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tutor.grounding.words import QUESTION_WORDS, STOP_WORDS, content_words, singular, tokens


class Form(StrEnum):
    """The form of answer that a question wants."""

    DEFINITION = "definition"
    LIST = "list"
    STEPS = "steps"
    COMPARISON = "comparison"
    VERDICT = "verdict"  # yes or no
    FACT = "fact"


class Expects(StrEnum):
    """The kind of thing that has to stand in a right answer to a fact question."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    MONEY = "money"
    PLACE = "place"
    REASON = "reason"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question taken apart.

    ``topic`` is what a definition is of or what is said to work, what is claimed where yes or no
    is asked for, else the whole question, and empty for other steps. ``sides`` are the two things
    compared, and ``parts`` the two questions that a comparison or a double question comes down
    to (empty elsewhere). ``count`` is the number of things a list question names, 0 for none.
    """

    form: Form
    topic: str
    sides: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    expects: Expects = Expects.ANYTHING
    count: int = 0


_FLAGS = re.IGNORECASE
_NUMBER_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_SIDES = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"\b(?:difference|differences|comparison|distinction)s?\s+(?:between|of|betwe?e?n)\s+(?P<a>.+?)\s+(?:and|&|vs\.?|or)\s+(?P<b>[^?.,:]+)",
        r"\bcompare\s+(?P<a>.+?)\s+(?:and|with|to|vs\.?|against)\s+(?P<b>[^?.,:]+)",
        r"\bhow\s+(?:do|does|did|is|are)\s+(?P<a>.+?)\s+(?:and|&)\s+(?P<b>.+?)\s+(?:differ|compare|different)\b",
        r"\bhow\s+(?:do|does|did|is|are)\s+(?P<a>.+?)\s+(?:differ|differs|different|compare)\s+(?:from|to|with|than)\s+(?P<b>[^?.,:]+)",
        r"(?P<a>.+?)\s+(?:compared|as opposed|in contrast)\s+(?:to|with)\s+(?P<b>[^?.,:]+)",
        r"(?P<a>.+?)\s+(?:vs\.?|versus)\s+(?!of\b)(?P<b>[^?.,:]+)",
        r"^(?P<a>(?!wh|how)\S+(?:\s\S+){0,2})\s+against\s+(?P<b>[^?.,:]+)",
        r"^(?P<a>[^:?]+?)\s+and\s+(?P<b>[^:?]+?):\s*(?:how|what|which)\b.*\beach\b",
        r"^(?:what|how)\s+(?:do|does)\s+(?P<a>.+?)\s+and\s+(?P<b>\S+(?:\s\S+)?)\s+(?:each|both)\b",
        r"^how\s+do\s+(?P<a>\S+(?:\s\S+)?)\s+and\s+(?P<b>\S+(?:\s\S+)?)\s+\w+\s+(?:their|its)\b",
        r"what\s+(?:do|does)\s+(?P<a>.+?)\s+do\s+that\s+(?P<b>.+?)\s+(?:do|does)\b",
        r"(?P<a>.+?),?\s+(?:and|but|while|whereas)\s+(?:what|which|how|who|when)\s+(?P<b>[^?]+)",
    )
)
_DIFFER = re.compile(r"\b(?:differ\w*|compar\w*|versus|vs|distinction|contrast)\b", _FLAGS)
_STEPS = re.compile(
    r"\bstep[- ]by[- ]step\b|\bwhat steps\b|\bwhich steps\b|\b(?:the|main|key) steps\b"
    r"|^(?:steps|stages|phases) (?:to|of|in|for)\b"
    r"|\bprocedure\b|\bhow (?:do|can|would|should|could) (?:i|we|you|one)\b|\bhow to\b"
    r"|\bhow (?:is|are|was|were) .*\b(?:trained|computed|calculated|implemented|built|done|made"
    r"|created|performed|used|set up|applied)\b|\bget(?:ting)? started\b|\bcode (?:for|to)\b",
    _FLAGS,
)
_WORKS = re.compile(
    r"^(?:\w+,?\s+)?how (?:do|does) (?:an?\s+|the\s+)?(?P<a>.+?)\s+work\b"
    r"|\bhow (?:an?\s+|the\s+)?(?P<b>(?!(?:do|does)\b)[^?]+?)\s+works?\W*$",
    _FLAGS,
)
_LIST_NOUNS = (
    r"types|kinds|sorts|categories|components|parts|elements|examples|steps|stages|phases"
    r"|advantages|benefits|disadvantages|drawbacks|limitations|challenges|difficulties|problems"
    r"|issues|applications|uses|use cases|techniques|methods|approaches|ways|features|properties"
    r"|characteristics|principles|goals|reasons|tasks|apis|tools|metrics|measures|measurements"
    r"|modalities|founders|models|layers|parameters|packages|libraries|strategies|options|roles"
    r"|functions|differences|factors|criteria|concepts|ingredients|levels|vs|variants|versions"
    r"|tricks|algorithms|architectures|fields|areas|domains|things|names|terms|points"
)
_LIST = re.compile(
    r"\b(?:what|which|name|list|give(?: me)?|enumerate|mention)\s+"
    r"(?:(?!(?:is|has|have|do|does|did|of|in"
    rf"|for|with|that|to|on|from|by|i|we|you)\b)[\w'-]+\s+){{0,5}}?(?:{_LIST_NOUNS})\b"
    rf"|^(?:(?:the|all|some|main|key|different|common|various)\s+)*(?:{_LIST_NOUNS})"
    rf"(?:\s+(?:and|or)\s+(?:{_LIST_NOUNS}))?\s+(?:of|for|in|to|against)\b"
    r"|^(?:list|name|enumerate)\b|\bwho (?:were|are)\b|\bwhat (?:are|were)\b",
    _FLAGS,
)
_PLURAL = re.compile(
    r"^(?:(?:what|which)\s+(?P<are>are\s+(?:the\s+|all\s+)?)?|(?:list|name|give)\s+(?:the\s+|all\s+)*)"
    r"(?:(?!(?:is|are|was|were|do|does|did|has|of|in)\b)[\w'-]+\s+){0,2}?"
    r"(?P<noun>(?!(?:does|has|was|is|this|its)\b)[a-z]{3,}(?<![su])s|phenomena|criteria)"
    r"\s+(?:are|were|do|does|did|can|could|has|have|exist|(?(are)(?:of|in|for)|are))\b",
    _FLAGS,
)
"""Asks for several of any kind: "which remedies are there", "what are the symptoms of flu"."""

_NOUN = re.compile(rf"\b({_LIST_NOUNS})\b", _FLAGS)
_ONE_OF_THEM = re.compile(
    r"^(?:what|which)\s+(?:type|kind|sort|part|tool|method|model|metric|technique|layer|function"
    r"|api|approach|step|library|strategy|measure|way)\b(?!s)|\bwhich one\b",
    _FLAGS,
)
_COUNTED = re.compile(
    rf"\b(?:the|all|which|what|name|list)\s+(?:\w+\s+)?(\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})\b",
    _FLAGS,
)
_DEFINITION = re.compile(
    r"^(?:so\s+|and\s+|please\s+)*(?:"
    r"what(?:'s|s| is| are| was| were)\s+(?:meant by\s+|an?\s+|the\s+)?(?P<a>[^?,]+?)"
    r"|what (?:do|does)\s+(?:an?\s+|the\s+)?(?P<f>[^?,]+?)\s+do"
    r"|what (?:kind|type|sort) of [\w ]+? (?:is|are) (?:an?\s+|the\s+)?(?P<e>[^?,]+?)"
    r"|what does\s+(?:the\s+)?(?:term\s+|word\s+)?['\"\u2018\u201c]?(?P<b>.+?)['\"\u2019\u201d]?"
    r"\s+(?:mean|stand for|refer to)\b.*?"
    r"|(?:please\s+)?(?:define|explain|describe)\s+(?:what\s+)?(?:an?\s+|the\s+)?(?P<c>[^?]+?)"
    r"(?:\s+(?:is|are|means))?"
    r"|(?:can you |could you )?(?:tell me about|explain)\s+(?P<d>[^?]+?)"
    r")[?.! ]*$",
    _FLAGS,
)
_CLAIM = re.compile(
    r"^(?!(?:can|could|will|would|do|did) you\b)"
    r"(?:(?:is|isn['\u2019]?t) it (?:true|correct|right|the case)(?: that)?|(?:is|are|was|were|do"
    r"|does|did|can|could|should|will|would|has|have|must)(?:n['\u2019]?t)?)\s+(?P<claim>[^?]+)",
    _FLAGS,
)
"""A question that is answered by yes or no."""

_WHAT_IT_IS = re.compile(
    r"(?<=\w)(\s+\w+)\s+(?:problem|issue|phenomenon|effect|concept|technique)s?$", _FLAGS
)
"""What sort of thing a name stands for, after two words of it: "the vanishing gradient problem"."""

_NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|long|often|far|fast|high|old)\b"
    r"|\b(?:what|which) (?!is|are|was|were)(?:\w+ )?(?:number|size|rate|range|percentage|share"
    r"|amount|ratio|accuracy)\b|\bin what range\b",
    _FLAGS,
)
_MONEY = re.compile(
    r"\bhow (?:much|expensive)\b.*\b(?:costs?|cheap|paid|pays?|charges?|charged|earns?|worth)\b"
    r"|\b(?:what|which|how (?:much|large|high))\b.*\b(?:price|salary|budget|bill|fee|wages?)\b",
    _FLAGS,
)
_PLACE = re.compile(
    r"\bwhere (?:is|was|were|are)\b.*\b(?:born|founded|located|based|held|headquarters?|built)\b"
    r"|\b(?:what|which) (?:city|country|town|place|state|continent)\b",
    _FLAGS,
)
_DATE = re.compile(
    r"^(?:and\s+|so\s+)?when\b(?=\s+(?:did|was|were|will|has))"
    r"|\b(?:what|which) (?:year|date|month|day)\b",
    _FLAGS,
)
_REASON = re.compile(r"^(?:(?:and|but|so)\s+)?(?:why|how come)\b", _FLAGS)
_NAME = re.compile(
    r"^(?:\W*\w+\W+){0,3}who(?:m|se|s)?\b|\bwhich (?:company|person|author|firm|lab)\b", _FLAGS
)


_ASKS = re.compile(r"(?:who|what|which|how|when|where|why)\b", _FLAGS)
ORIGIN = frozenset(
    """
    build built coin coined create created creator design designed develop developed developer
    devise devised discover discovered found founded founder introduce introduced invent invented
    inventor launch launched maker originate originated present presented propose proposed publish
    published release released start started write wrote written
    """.split()  # noqa: SIM905
)
"""Ways of saying who began a thing, or when: the notes may use another one."""

_PRONOUN = re.compile(r"\b(?:it|they|them)\b", _FLAGS)
_CONTRAST = frozenset(
    {"against", "differently", "compared", "contrast", "versus", "vs", "distinction"}
)

_LONGEST = 400
"""Characters that are looked at: the wording of a question stands in them, and time is bounded."""

_BEING = re.compile(r"(?:is|are|was|were)\b", _FLAGS)
"""How a second question begins that is cut off from its "what" and names a topic of its own."""

_LONGEST_NAME = 4
_FOR_FORM = frozenset({"code", "formula", "equation", "python", "history", "summary"})
"""Words that ask for a form of answer, and are no part of a name."""

_FEW = 2
"""Words of a second question that has no topic of its own."""

_ARTICLES = frozenset({"a", "an", "the"})
_QUALIFIED = re.compile(
    r"\s+(?:in terms of|with respect to|regarding|when it comes to|in)\s+.+$", _FLAGS
)

LONGEST_SIDE = 6
"""Words; a longer side is a question of its own."""


def read(question: str) -> Ask:
    """Return what ``question`` asks for."""
    text = " ".join(question.split())[:_LONGEST]
    expects = _expects(text)
    sides = _find_sides(text)
    if sides:
        return Ask(Form.COMPARISON, text, sides, _parts(text, sides), expects)
    works = _WORKS.search(text)
    if works:
        return Ask(Form.STEPS, works["a"] or works["b"])
    if _STEPS.search(text) and expects is Expects.ANYTHING:
        return Ask(Form.STEPS, "")
    count = _count(text)
    if expects in (Expects.ANYTHING, Expects.NAME) and (count or _wants_list(text)):
        return Ask(Form.LIST, text, expects=expects, count=count)
    if claim := _CLAIM.match(text):
        return Ask(Form.VERDICT, claim["claim"].strip())
    if expects is Expects.ANYTHING and _is_bare_name(text):
        return Ask(Form.DEFINITION, text.strip(" .?!\"'"))
    definition = _DEFINITION.match(text)
    if definition and expects is Expects.ANYTHING:
        topic = next(group for group in definition.groups() if group)
        if len(topic.split()) <= 6:
            return Ask(Form.DEFINITION, _WHAT_IT_IS.sub(r"\1", topic.strip(" .?!\"'")))
    return Ask(Form.FACT, text, expects=expects)


_SAME_NOUN = {
    "kind": "type",
    "sort": "type",
    "category": "type",
    "benefit": "advantage",
    "drawback": "disadvantage",
    "limitation": "disadvantage",
    "difficulty": "disadvantage",
    "problem": "disadvantage",
    "challenge": "disadvantage",
    "issue": "disadvantage",
    "weakness": "disadvantage",
    "use": "application",
    "component": "part",
    "element": "part",
    "method": "technique",
    "way": "technique",
    "approach": "technique",
    "stage": "step",
    "phase": "step",
}


def list_noun(question: str) -> str:
    """Return the noun of "which types of X", singular and by its commonest name, or nothing."""
    match = _NOUN.search(question)
    return same_noun(match.group(1).lower()) if match else ""


def listed_noun(question: str) -> str:
    """Return the noun of ``list_noun``, or the plural of any other thing that is asked for."""
    plural = None if list_noun(question) else _PLURAL.match(question)
    return same_noun(plural["noun"].lower()) if plural else list_noun(question)


def same_noun(word: str) -> str:
    """Return the commonest name of what a lower-case noun of lists stands for."""
    single = re.sub(r"ies$", "y", word) if word.endswith("ies") else singular(word)
    return _SAME_NOUN.get(single, single)


def _is_bare_name(text: str) -> bool:
    """Tell the mere name of a thing, "receptive field?", which asks what it is."""
    words = tokens(text)
    small = QUESTION_WORDS | STOP_WORDS | _FOR_FORM
    return len(words) <= _LONGEST_NAME and bool(words) and small.isdisjoint(words)


def _wants_list(text: str) -> bool:
    asks = _LIST.search(text) or _PLURAL.match(text)
    return bool(asks) and not _ONE_OF_THEM.search(text)


def _expects(text: str) -> Expects:
    if _MONEY.search(text):
        return Expects.MONEY
    if _PLACE.search(text):
        return Expects.PLACE
    if _NUMBER.search(text):
        return Expects.NUMBER
    if _DATE.search(text):
        return Expects.DATE
    if _REASON.search(text):
        return Expects.REASON
    return Expects.NAME if _NAME.search(text) else Expects.ANYTHING


def _count(text: str) -> int:
    match = _COUNTED.search(text)
    if not match:
        return 0
    word = match.group(1).lower()
    number = _NUMBER_WORDS.get(word) or int(word)
    return number if 2 <= number <= 20 else 0


def count_in(text: str) -> int:
    """Return the first number from 2 to 20 that ``text`` counts with, in digits or words, or 0."""
    found = re.search(rf"\b({'|'.join(_NUMBER_WORDS)}|[2-9]|1\d|20)\b", text, _FLAGS)
    word = found.group().lower() if found else "0"
    return _NUMBER_WORDS.get(word) or int(word)


def _find_sides(text: str) -> tuple[str, ...]:
    for pattern in _SIDES:
        match = pattern.search(text)
        if match and _is_contrast(text, pattern):
            first, second = match["a"].strip(" ,"), match["b"].strip(" ,")
            if not first or not second:
                continue
            if pattern is _SIDES[-1]:  # two questions in one
                if not [w for w in content_words(second) if w not in QUESTION_WORDS]:
                    continue  # "... and what are they used for?"
                return first, second
            return _parallel(_QUALIFIED.sub("", first), _QUALIFIED.sub("", second))
    return ()


def _parallel(first: str, second: str) -> tuple[str, str]:
    """Make two sides alike: "semantic" beside "instance segmentation" is a segmentation too."""
    one, two = first.split(), second.split()
    adjective = len(one) == 1 and one[0][1:].islower() and not one[0].endswith("s")
    adjective = adjective or (len(one) == 1 and _is_numbered(one[0]) and _is_numbered(two[0]))
    if adjective and 2 <= len(two) <= 3 and two[0].lower() not in _ARTICLES:
        return f"{first} {two[-1]}", second
    if len(one) > LONGEST_SIDE and len(two) <= 4:
        windows = [one[i : i + len(two)] for i in range(len(one) - len(two) + 1)]
        best = max(windows, key=lambda window: _places_alike(window, two))
        if _places_alike(best, two):
            return " ".join(best), second
    return first, second


def _is_numbered(word: str) -> bool:
    """Tell a name such as "L2" or "k3"."""
    return bool(re.fullmatch(r"[A-Za-z]{1,2}\d", word))


def _places_alike(one: list[str], other: list[str]) -> int:
    return sum(a.lower() == b.lower() for a, b in zip(one, other, strict=True))


def _parts(text: str, sides: tuple[str, ...]) -> tuple[str, ...]:
    """Return the question once for each side: with the words that both share, without the other."""
    if are_questions(sides):
        return (sides[0], _completed(sides[1], sides[0]))
    if sides[0] + " " not in text or text.find(sides[1]) < 0:
        return sides
    rest = text
    for side in sorted(sides, key=len, reverse=True):
        rest = rest.replace(side, " ")
    shared = " ".join(w for w in content_words(rest) if w not in QUESTION_WORDS | _CONTRAST)
    return tuple(f"{side} {shared}".strip() for side in sides)


def are_questions(sides: tuple[str, ...]) -> bool:
    """Tell two questions in one from the names of two things compared."""
    long = max((len(side.split()) for side in sides), default=0) > LONGEST_SIDE
    return long or any(_ASKS.match(side) for side in sides[:1])


def _completed(second: str, first: str) -> str:
    """Give the second half what only the first has: "of data" to "kind does B use", "it" a name."""
    noun = re.match(
        r"(?:what|how)\s+(?:\w+)\s+(.*?)\s*\b(?:do|does|did|is|are|was|were|has|have)\b",
        first,
        _FLAGS,
    )
    if noun and re.match(r"(?:kind|type|sort|many|much)\b", second, _FLAGS):
        return f"{second} {noun.group(1)}".strip()
    defined = _DEFINITION.match(first)
    topic = next((group for group in defined.groups() if group), "") if defined else ""
    if not topic or _PRONOUN.search(second) or _BEING.match(second):
        return _PRONOUN.sub(lambda _: topic, second) if topic else second
    own = [word for word in content_words(second) if word not in QUESTION_WORDS]
    return f"{second} ({topic})" if len(own) <= _FEW else second


def _is_contrast(text: str, pattern: re.Pattern[str]) -> bool:
    return pattern is not _SIDES[-1] or bool(
        re.search(r",?\s(?:and|but|while|whereas)\s+(?:what|which|how)", text, _FLAGS)
    )
