"""Making a question stand alone: what "it" and "the other one" mean is taken from the conversation.

Rules, no model: a pronoun that points back is replaced by the topic of the earlier turns, "the
second one" by what the reply listed second, and an elliptical question ("and why?") gets the topic
added. A question that stands by itself is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.questions import Form, read
from tutor.grounding.words import QUESTION_WORDS, content_words
from tutor.retrieval.topics import choices, person_in, topic_of
from tutor.schema import Turn

_OPENING = re.compile(
    r"^(?:\s*(?:and|but|so|then|ok(?:ay)?|also|now|well|hm+|oh"
    r"|thanks?(?: you)?|great|i see)\b[\s,.!]*)+",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:thanks?(?: you)?\b[\s,.!]*|(?:great|i see|ok(?:ay)?)\s*[,.!]+\s*)", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|them|he|she|him)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\bit\s+(?:is\s+|was\s+|'s\s+)?(?:possible|true|necessary|better|worth|important|good|common"
    r"|means?|takes?|makes? sense|comes?|when|that|if|called)\b"
    r"|\b(?:is|was) it\s+(?:possible|true|necessary|worth|important)\b"
    r"|\b(?:make|makes|made|find|call) it\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:this|that|these|those)(?=\s*(?:[?.!,]|$)|\s+(?:is|are|was|were|do|does|did|can|could|will|would"
    r"|works?|helps?|means?|happens?|compares?|differs?|relates?|in|for|with|and|or|but|different|better|more|again|so|such|too"
    r"|early|first|myself|well|\w+ly"
    r")\b)"
    r"|^(?:[\w-]+\s+){0,3}(?:is|are|was|were|do|does|did|can|could|will|would)\s+"
    r"(?:this|that|these|those)\b"
    r"|\b(?:this|these|those|that)\s+(?:method|model|approach|technique|problem|issue|process|step"
    r"|idea|concept|network|algorithm|architecture|case|way|type|kind|one|ones|term|list)s?\b"
    r"|\b(?:the\s+)?(?:other|former|latter|same|previous|later|earlier|second|third|fourth|fifth"
    r"|first|last)\s+(?:ones?|types?|kinds?|two|way|versions?|methods?|models?|approach|common)\b"
    r"|\b(?:another (?:one|example|way)|the others?)\b|\bone(?=\s*[?.!]*$)"
    r"|^which\s+(?:one\s+)?(?:is|are|was|were|has|have)\b(?!.*\bor\b)"
    r"|\b(?:one|both|all|each|some) of (?:them|those|these)\b",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3, "fifth": 4,
           "last": -1}  # fmt: skip
_CHOICE = re.compile(
    r"\b(?:the\s+)?(?P<side>former|latter)\b"
    r"|\bthe\s+(?P<place>first|second|third|fourth|fifth|last)(?:\s+one\b|(?=\s*[?.!]*$)"
    r"|\s+(?:type|kind|version|method|model|approach|way|point|step|item)\b"
    r"(?!\s+(?:of|in|to|for|when|that)\b))",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|she|him|her|his)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"^which\b|\b(?:they|them|both)\b|\bof (?:them|those|these)\b", re.IGNORECASE)
_BARE_REQUEST = re.compile(
    r"^(?:(?:please|can you|could you)\s+)*(?:show|give|write|tell)\s+(?:me\s+)?"
    r"(?:(?:the|some|an?|any|another)\s+)?"
    r"(?:more|code|examples?|formulas?|details?|steps|picture|figure)\W*$"
    r"|^(?:which|what)\s+(?:ones?|two|three|four|five|six)\W*$",
    re.IGNORECASE,
)
"""Asks for something of whatever is being talked about."""

_CLAUSE_END = re.compile(r",?\s+(?:and|but|so|because|if|when|while)\s+", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?!(?:does|did|are|was|were|can|could|will|would|should)\b)[a-z]{3,}\s+that\s+(?=\w)(?!is\s+called)",
    re.IGNORECASE,
)
_WH_PHRASE = re.compile(
    r"^(?:what|which)\s+(?:\w+\s+){1,4}?(?=(?:is|are|was|were|do|does|did|can|could|will|would|has)\b)",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^(?:(?:what|who)\s+(?:is|are|was|were)|(?:explain|define|describe))\s+(?:an?\s+)?[^?]+\??$",
    re.IGNORECASE,
)
_SAME_OF = re.compile(
    r"^(?:and\s+|so\s+)?(?:(?:what|how) about|and)\s+(?:(?:for|with|in|of|about|to)\s+)?"
    r"(?:the\s+|an?\s+)?"
    r"(?P<other>(?!(?:what|how|why|when|where|who|which|is|are|do|does|can|its|their|this|that|these"
    r"|those|it|they)\b)\w[^?.,]{0,50}?)\s*\?*$",
    re.IGNORECASE,
)
"""The last question again, of something else: "and GANs?", "what about beam search?"."""

_ASPECTS = frozenset(
    """
    advantage advantages aspect aspects application applications benefit benefits challenge
    challenges component components disadvantage disadvantages drawback drawbacks detail details
    feature features goal goals limitation limitations part parts problem problems purpose reason
    reasons stage stages use uses work works help helps matter matters important common called
    trained used built made developed invented introduced
    """.split()  # noqa: SIM905
)
"""Words that ask for a side of a topic and name none themselves."""

_SIDE_OF = re.compile(r"(?P<owner>.+?)(?:['\u2019]s)?\s+(?P<side>\w+)$")
"""What may be a side of a topic, such as "RAG's drawbacks"."""

_MANNER = re.compile(
    r",?\s*\b(?:"
    r"like i(?:['\u2019]?m| am| was| were) (?:\w+[\s-]?){1,4}|eli5|for (?:dummies|beginners)"
    r"|in (?:simple|plain|easy|other|your own|my own) (?:terms|words|english|language)"
    r"|in (?:one|two|a few|a) (?:words?|sentences?|paragraph)|in short|briefly|please|pls|plz"
    r")(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
"""How to answer, at the end of a question; it names no topic."""

_FILLER = re.compile(
    r"(?<=\w)\s+(?:actually|basically|exactly|really)\b(?!\s*[?.!]*$)", re.IGNORECASE
)
"""Words of talk inside a question; they name no topic."""

_REQUEST = re.compile(
    r"(?:please\s+)?(?:i (?:really )?(?:do not|(?:don|can)['\u2019]?t) (?:understand|get|know)"
    r"|(?:can|could|would|will) you (?:please )?(?:tell me|explain)(?: to me)?(?: about)?"
    r"|help me (?:to )?understand|i(?:['\u2019]d| would)? (?:want|need|like) to "
    r"(?:know|understand|learn)(?: about)?)\s+(?=\w)",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"(?:what|how) about\s+(?=\w)", re.IGNORECASE)
_ASKED = re.compile(r"(?:how|why|when|who|where|which|what (?:is|are|does|do))\b", re.IGNORECASE)
"""How a request goes on that holds a question of its own."""

_LONGEST_TOPIC = 6
"""Words; a topic that is longer is added behind the question rather than put into it."""

_SELF_CONTAINED = 8
"""A question with this many words of its own explains what its pronouns mean."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return ``question`` so that it can be understood without ``history`` (oldest turn first)."""
    asked = _FILLER.sub("", " ".join(question.split()))
    asked = _plainly(_MANNER.sub("", asked) or asked, first=not history)
    if history:
        asked = _COURTESY.sub("", asked) or asked
    earlier = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not earlier or not _depends(asked):
        return asked
    before = standalone(earlier[-1], _until_last_question(history))
    reply = next((turn.text for turn in reversed(history) if turn.role == "tutor"), "")
    chosen = _with_choice(asked, choices(before, reply))
    topic = _topic(asked, before, reply)
    if chosen != asked and not _points_back(chosen):
        resolved = _OPENING.sub("", chosen)
    else:
        resolved = _asked_again(asked, before, topic) or _with_topic(
            _OPENING.sub("", chosen) or chosen, topic
        )
    return resolved[:1].upper() + resolved[1:]


def _plainly(question: str, *, first: bool) -> str:
    """Return "explain X" for "I don't understand X" and, if it comes ``first``, "what about X"."""
    request = _REQUEST.match(question) or (_WHAT_ABOUT.match(question) if first else None)
    if not request:
        return question
    wanted = question[request.end() :]
    return wanted if _ASKED.match(wanted) else f"explain {wanted}"


def _with_choice(question: str, offered: Sequence[str]) -> str:
    """Put what was offered second in place of "the second one"."""

    def named(match: re.Match[str]) -> str:
        place = _PLACES[(match["side"] or match["place"]).lower()]
        return offered[place] if place < len(offered) else match.group()

    return _CHOICE.sub(named, question) if offered else question


def _topic(asked: str, before: str, reply: str) -> str:
    """Return what ``asked`` is about, judged by the question before it and the reply to that."""
    if _PERSON.search(asked) and (person := person_in(reply) or person_in(before)):
        return person
    compared = read(before)
    if compared.form is Form.COMPARISON and _SEVERAL.search(asked):
        return " and ".join(compared.sides)
    topic = topic_of(before) or topic_of(reply)
    owner = _SIDE_OF.match(topic)
    return owner["owner"] if owner and owner["side"].lower() in _ASPECTS else topic


def _asked_again(asked: str, before: str, topic: str) -> str:
    """Return the question ``before``, asked of what "and X?" names, or nothing.

    Where X is a side of a topic ("and the drawbacks?"), the side is changed, not the topic.
    """
    swap = _SAME_OF.match(asked)
    if not swap:
        return ""
    if not _own_words(swap["other"]):
        side = next((word for word in content_words(before) if word in _ASPECTS), "")
        return re.sub(rf"\b{side}\b", swap["other"], before, flags=re.IGNORECASE) if side else ""
    return before.replace(topic, swap["other"]) if topic and topic in before else ""


def _until_last_question(history: Sequence[Turn]) -> Sequence[Turn]:
    last = max(index for index, turn in enumerate(history) if turn.role == "user")
    return history[:last]


def _depends(question: str) -> bool:
    """Tell whether ``question`` leans on what was said before."""
    own = _own_words(question)
    if not own:
        return True
    if len(own) >= _SELF_CONTAINED:
        return False
    if _points_back(question) or _SAME_OF.match(question) or _BARE_REQUEST.match(question):
        return True
    bare = _OPENING.sub("", question)
    return bare != question and len(own) <= 2 and not _DEFINES.match(bare)


def _own_words(text: str) -> list[str]:
    """Return the words that name a topic, not a side of one."""
    skipped = QUESTION_WORDS | _ASPECTS
    return [word for word in content_words(text) if word not in skipped]


def _points_back(question: str) -> bool:
    if _POSSESSIVE.search(question) and not _explained_inside(question, _POSSESSIVE):
        return True
    plain = _EMPTY_IT.sub(" ", question)
    if _PRONOUN.search(plain) and not _explained_inside(plain, _PRONOUN):
        return True
    return bool(_POINTER.search(_RELATIVE.sub(" ", question)) or _CHOICE.search(question))


def _explained_inside(question: str, pronoun: re.Pattern[str]) -> bool:
    """Tell whether the question itself names, before the pronoun, what it stands for.

    "Why is dropout used and how does it work?" does. "Which method fixes its flaws?" does not:
    what is asked for cannot be what is meant.
    """
    match = pronoun.search(question)
    before = _WH_PHRASE.sub("", question[: match.start()].strip() if match else "")
    capital = re.search(r"(?<=\s)[A-Z][\w-]+", before)
    first, *others = _CLAUSE_END.split(before)
    enough = 1 if others else 2  # "What is X and how does it work?" names X, if nothing else
    return bool(capital) or len(_named(first if others else before)) >= enough


def _named(text: str) -> list[str]:
    return [word for word in _own_words(text) if not word.endswith("ed")]


def _with_topic(question: str, topic: str) -> str:
    """Return ``question`` with ``topic`` in place of its first pronoun, or added behind it."""
    if not topic or topic.lower() in question.lower():
        return question
    if len(topic.split()) <= _LONGEST_TOPIC:
        possessive = topic + ("'" if topic.endswith("s") else "'s")
        if _POSSESSIVE.search(question):
            return _POSSESSIVE.sub(lambda _: possessive, question, count=1)
        kept = _EMPTY_IT.sub(lambda match: match.group().replace("it", "\x00", 1), question)
        replaced, count = _PRONOUN.subn(lambda _: topic, kept, count=1)
        if count:
            return replaced.replace("\x00", "it")
    return f"{question.rstrip(' ?.!')} ({topic})?"
