"""Making a question stand alone: what "it" and "the other one" mean is taken from the conversation.

Rules, no model: a pronoun that points back is replaced by the topic of the earlier turns, and an
elliptical question ("and why?") gets that topic added. A question that stands by itself is left
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grounding.words import QUESTION_WORDS, STOP_WORDS, content_words
from tutor.schema import Turn

_OPENING = re.compile(
    r"^(?:\s*(?:and|but|so|then|ok(?:ay)?|also|now|well|hm+|oh"
    r"|thanks?(?: you)?|great|i see)\b[\s,.!]*)+",
    re.IGNORECASE,
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
    r"|works?|helps?|means?|happens?|in|for|with|and|or|but|different|better)\b)"
    r"|\b(?:this|these|those|that)\s+(?:method|model|approach|technique|problem|issue|process|step"
    r"|idea|concept|network|algorithm|architecture|case|way|type|kind|one|ones|term|list)s?\b"
    r"|\b(?:the\s+)?(?:other|former|latter|same|previous|later|earlier|second|third|fourth|fifth"
    r"|first|last)\s+(?:ones?|types?|kinds?|two|way|versions?|methods?|models?|approach|common)\b"
    r"|\b(?:another (?:one|example|way)|the others?)\b"
    r"|\b(?:one|both|all|each|some) of (?:them|those|these)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b[a-z]{3,}\s+that\s+(?=\w)(?!is\s+called)", re.IGNORECASE)
_WH_PHRASE = re.compile(
    r"^(?:what|which)\s+(?:\w+\s+){1,4}?(?=(?:is|are|was|were|do|does|did|can|could|will|would|has)\b)",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"^(?:what|who)\s+(?:is|are|was|were)\s+(?:an?\s+)?[^?]+\??$", re.IGNORECASE)
_SAME_OF = re.compile(
    r"^(?:and\s+|so\s+)?(?:(?:what|how) about|and)\s+(?:the\s+|an?\s+)?"
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

_LONGEST_TOPIC = 6
"""Words; a topic that is longer is added behind the question rather than put into it."""

_SELF_CONTAINED = 8
"""A question with this many words of its own explains what its pronouns mean."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return ``question`` so that it can be understood without ``history`` (oldest turn first)."""
    asked = " ".join(question.split())
    earlier = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not earlier or not _depends(asked):
        return asked
    before = standalone(earlier[-1], _until_last_question(history))
    replies = [turn.text for turn in history if turn.role == "tutor"]
    topic = topic_of(before) or topic_of(replies[-1] if replies else "")
    swap = _SAME_OF.match(asked)
    if swap and topic and topic in before:
        return before.replace(topic, swap["other"])
    resolved = _with_topic(_OPENING.sub("", asked) or asked, topic)
    return resolved[:1].upper() + resolved[1:]


def topic_of(text: str) -> str:
    """Return the phrase of ``text`` that is most likely its topic, without question words."""
    best: list[str] = []
    for sentence in reversed(re.split(r"[.?!]\s+|[.?!]$", text)):
        for phrase in _phrases(sentence):
            if _weight(phrase) > _weight(best):
                best = phrase
    return " ".join(best)


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
    if _points_back(question) or _SAME_OF.match(question):
        return True
    return bool(_OPENING.match(question)) and len(own) <= 2 and not _DEFINES.match(question)


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
    return bool(_POINTER.search(_RELATIVE.sub(" ", question)))


def _explained_inside(question: str, pronoun: re.Pattern[str]) -> bool:
    """Tell whether the question itself names, before the pronoun, what it stands for.

    "Why is dropout used and how does it work?" does. "Which method fixes its flaws?" does not:
    what is asked for cannot be what is meant.
    """
    match = pronoun.search(question)
    before = _WH_PHRASE.sub("", question[: match.start()].strip() if match else "")
    named = [word for word in _own_words(before) if not word.endswith("ed")]
    capital = re.search(r"(?<=\s)[A-Z][\w-]+", before)
    return len(named) >= 2 or bool(capital)


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


def _phrases(sentence: str) -> list[list[str]]:
    """Return the runs of content words of a sentence; "of", "for" and "in" may join two runs."""
    phrases: list[list[str]] = [[]]
    for word in re.findall(r"[^\s,;:()\"?!]+", sentence):
        bare = word.strip("'\u2018\u2019*`").rstrip(".")
        plain = bare.lower()
        joins = plain in ("of", "for", "in", "through") and phrases[-1]
        if joins or (plain and plain not in STOP_WORDS and plain not in QUESTION_WORDS):
            phrases[-1].append(bare)
        elif phrases[-1]:
            phrases.append([])
    return [_trim(phrase) for phrase in _without_verb(sentence, phrases) if phrase]


def _without_verb(sentence: str, phrases: list[list[str]]) -> list[list[str]]:
    """Drop the verb that closes the subject of "what do LSTMs keep" or "how is X trained"."""
    first = phrases[0]
    auxiliary = re.match(r"\s*\w+\s+(do|does|did|can|is|are|was|were)\b", sentence, re.IGNORECASE)
    if not auxiliary or len(first) < 2:
        return phrases
    helped = auxiliary.group(1).lower() in ("do", "does", "did", "can")
    if helped or re.search(r"(?:ed|built|made|done)$", first[-1]):
        return [first[:-1], *phrases[1:]]
    return phrases


def _trim(phrase: list[str]) -> list[str]:
    while phrase and phrase[-1].lower() in STOP_WORDS:
        phrase = phrase[:-1]
    return phrase


def _weight(phrase: Sequence[str]) -> float:
    """Longer phrases weigh more, names and technical forms most."""
    names = sum(
        any(c.isupper() or c.isdigit() for c in word[1:]) or word[:1].isupper() for word in phrase
    )
    return min(len(phrase), 4) + 1.5 * min(names, 3)
