"""Cases that notes give to a term in its definition, not set off as an example.

"Early fusion: combining raw data (e.g., joining pixels to words)" tells a case of early fusion.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tutor.grounding.markup import clean
from tutor.quiz.english import Form, gerund_of
from tutor.quiz.knowledge.definitions import is_presentable
from tutor.quiz.knowledge.facts import Fact

WORDS = range(4, 26)
"""Words of a case that can be shown: fewer say too little, more read badly."""

_TOLD = re.compile(
    r"\((?:e\.g\.,?|for example,?|such as|like) (?P<aside>[^()]+)\)"
    r"|, (?:such as|like|as when|for example,?) (?P<tail>[^.;]+)\."
)


def with_case(fact: Fact) -> Fact:
    """Return a fact with the case that its own definition tells, unless an example follows it.

    Both have to be a doing ("joining pixels to words"): a mere list of things ("text, images") is
    part of what is defined, and what a thing can do is no case of it.
    """
    told = _TOLD.search(clean(fact.quote))
    if fact.example or told is None or fact.form is not Form.GERUND:
        return fact
    text = (told["aside"] or told["tail"]).strip()
    is_doing = gerund_of(text.split(" ", 1)[0]) is not None
    if not is_doing or len(text.split()) not in WORDS or not is_presentable(text):
        return fact
    return replace(fact, example=text[:1].upper() + text[1:], example_quote=fact.quote)
