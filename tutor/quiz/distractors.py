"""Wrong options: other terms of the notes, near the key in kind and place, and surely wrong.

A distractor has to tempt, so it comes from the key's own list or section where it can. It has to be
wrong, so a term is refused when the notes say anything of it that comes close to the definition.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import islice

from tutor.grounding.markup import clean
from tutor.grounding.words import content_stems
from tutor.quiz.english import Form, is_base_verb, is_plural, without_article
from tutor.quiz.knowledge.classes import SAME_SORT
from tutor.quiz.knowledge.facts import Fact
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.knowledge.lists import sort_of, subject_of
from tutor.quiz.knowledge.terms import is_adjective, is_generic, shares_word
from tutor.quiz.wording import split_scope

MAX_SHARED = 0.45
"""A sentence about the distractor may hold at most this share of the definition's words."""

MAX_SIMILARITY, MAX_SIMILARITY_APART = 0.72, 0.5
"""Cosine between the definitions of key and distractor above which both may be right; the second
for terms which the notes do not set side by side, so that they may not mean to tell them apart."""

MAX_SIMILARITY_AKIN = 0.44
"""The same for what a distractor is a kind of by its name."""

MAX_SIMILARITY_SAID, _SENTENCES = 0.6, 3
"""The same for the sentences that name a term which the notes do not define, and how many."""

MIN_LIKENESS, MIN_LIKENESS_OF_KIN = 0.42, 0.33
"""Cosine of "term: definition" to the key's, below which a term is too foreign to stand beside it;
the second for terms that the notes class by one noun or one narrow sort."""

MAX_LIKE_MEMBER = 0.6
"""Cosine to a member of a class above which a name may belong to the class as well."""

MIN_LIKE_TERM = 0.42
"""Cosine to "term: definition" below which a term that is not defined tempts nobody."""

DOUBTFUL = 0.05
"""By how much a definition may be more like that of another term than like others of its own."""

TEMPTING = {
    # (near in the notes, of one narrow class): cosine of "term: definition"
    (True, True): 0.33,
    (True, False): 0.36,
    (False, True): 0.37,
    (False, False): 0.52,
}
"""From which likeness a learner may take a term for another: the less the more else they share."""

TEMPTING_ALONE = 0.08
"""How much more likeness the one wrong term of a statement needs."""

TEMPTING_BESIDE, NEAR = 0.3, 0.5
"""The same for terms that a sentence names in one breath; and the closeness from which two stand in
one section, or in sections side by side."""

_EXAMPLES = re.compile(r"\b(?:such as|including|for example|e\.g\.|like)\s.*")

_LIKENS = re.compile(r"\b(?:also|alike|both|like|likewise|similar\w*|too)\b", re.IGNORECASE)

MAX_TOLD, MAX_TOLD_OF_CLASS = 0.6, 0.45
"""Share of what is asked for, by rarity of its words, that the notes may say of a wrong option; the
second for one of the class that the question names."""

_GOES_ON = 200
"""Characters behind a description in which it may go on to say how, or by what."""

_NEXT_ITEM = re.compile(r"\n\s*(?:[-*\u2022\u25cf#]|\d+[.)]|o\s|\n)|\*\*")
_CONTRASTS = re.compile(r"\b(?:unlike|than|whereas|while|instead|contrast|not|vs)\b", re.IGNORECASE)

PARALLEL = 2
"""Content words in which two definitions may differ that are of one mould."""

_POOL = 12
"""How many of the terms that are most like the key are looked into."""


def siblings(
    fact: Fact, glossary: Glossary, rng: random.Random, least: float = MIN_LIKENESS
) -> list[Fact]:
    """Return facts of other terms that can stand beside the term of ``fact``, best first.

    There is one fact per term. ``rng`` varies the order a little among equals. What is less like
    the fact than ``least`` is left out, unless it is in the same list.
    """
    near = [other for other in _nearest(fact, glossary) if is_of_kind(fact, other, glossary)]
    likeness = glossary.similarity(fact.gist, [other.gist for other in near])
    scored = []
    for other, like in zip(near, likeness, strict=True):
        kinship = glossary.classes.kinship(fact, other.term)
        enough = min(least, MIN_LIKENESS_OF_KIN) if kinship > SAME_SORT else least
        if closeness(fact, other) >= NEAR:
            enough = min(enough, TEMPTING[True, False])
        if like >= enough or glossary.classes.are_side_by_side(fact.term, other.term):
            near_by = closeness(fact, other) + float(like) + 0.1 * rng.random()
            scored.append((kinship + near_by, other))
    best = [other for _, other in sorted(scored, key=lambda pair: -pair[0])]
    # One call of the embedder for the likely ones, instead of one for each.
    glossary.similarity(fact.definition, [other.definition for other in best[:_POOL]])
    wrong: list[Fact] = []
    for other in best[: 3 * _POOL]:
        if len(wrong) < _POOL and is_refuted(other.term, fact.term, fact.definition, glossary):
            wrong.append(other)
    return wrong


def other_terms(fact: Fact, glossary: Glossary) -> list[str]:
    """Return terms that the notes need not define but could be taken for that of ``fact``.

    They are of its class and like it in form and meaning, and nothing that is said of them comes
    near its definition. The most like come first.
    """
    alike = [term for term in glossary.terms if _has_form_of(fact, term, glossary)]
    known = [glossary.by_term.get(glossary.identity(term)) for term in alike]
    said = [facts[0].gist if facts else term for term, facts in zip(alike, known, strict=True)]
    likeness = glossary.similarity(fact.gist, said)
    scored = []
    for term, like in zip(alike, likeness, strict=True):
        if like >= MIN_LIKE_TERM or glossary.classes.are_side_by_side(fact.term, term):
            scored.append((glossary.classes.kinship(fact, term) + float(like), term))
    best = [term for _, term in sorted(scored, key=lambda pair: -pair[0])]
    refuted = (t for t in best[: 3 * _POOL] if is_refuted(t, fact.term, fact.definition, glossary))
    return list(islice(refuted, _POOL))


def _has_form_of(fact: Fact, term: str, glossary: Glossary) -> bool:
    """Say whether a term has the number, length, class and kind of name of a fact's own."""
    return (
        is_plural(term) == fact.plural
        and glossary.usage.is_name(term) == glossary.usage.is_name(fact.term)
        and abs(len(term.split()) - len(fact.term.split())) <= 1
        and not is_generic(term)
        and (glossary.identity(term) in glossary.by_term or _is_noun(term, glossary))
        and not glossary.are_related(fact.term, term)
        and not shares_word(term, fact.term)
        and glossary.classes.kinship(fact, term) > 0
    )


def _is_noun(term: str, glossary: Glossary) -> bool:
    """Say whether a mere label names a thing, and the notes or its name tell what sort of thing."""
    is_word = not is_adjective(term) and not is_base_verb(term)
    return is_word and glossary.classes.is_known(term)


def tempts(fact: Fact, term: str, glossary: Glossary, *, alone: bool = False) -> bool:
    """Say whether a learner may well take ``term`` for that of a fact.

    A wide class, such as that of acts, tempts nobody by itself: besides, the two have to stand in
    one list or section, or be much alike in meaning. Where it is all that a statement has to make
    it false, and not one option of several, ``alone`` asks for more.
    """
    if glossary.classes.are_in_one_list(fact.term, term):
        return True
    known = _known(term, glossary)
    like = float(glossary.similarity(fact.gist, [one.gist for one in known] or [term]).max())
    if glossary.classes.are_named_together(fact.term, term) and like >= TEMPTING_BESIDE:
        return True
    near = any(closeness(fact, one) >= NEAR for one in known)
    more = TEMPTING_ALONE if alone else 0.0
    return like >= more + TEMPTING[near, glossary.classes.share_narrow_class(fact, term)]


def is_apart(fact: Fact, term: str, glossary: Glossary) -> bool:
    """Say whether little of what is asked for is said of ``term`` anywhere in the notes.

    A term of the very class that the question names has to differ in all the rest, unless one list
    tells the two apart. Nor may the key serve it: "the discriminator loss is a cross-entropy".
    """
    if glossary.classes.are_in_one_list(fact.term, term):
        return True
    if any(_names_as_means(other, fact.term, glossary) for other in _known(term, glossary)):
        return False
    one_class = glossary.classes.are_called_alike(fact, term)
    at_most = MAX_TOLD_OF_CLASS if one_class else MAX_TOLD
    return glossary.told(fact.definition, term) <= at_most


def _names_as_means(fact: Fact, key: str, glossary: Glossary) -> bool:
    """Say whether the text right behind a description goes on to name the key, in no contrast."""
    text = fact.chunk.text
    after = text[text.index(fact.quote) + len(fact.quote) :][:_GOES_ON]
    after = clean(_NEXT_ITEM.split(after)[0])
    bare = key.rsplit(" ", 1)[0] if shares_word(key.rsplit(" ", 1)[-1], fact.term) else key
    return glossary.mentions(after, bare) and not _CONTRASTS.search(after)


def closeness(one: Fact, other: Fact) -> float:
    """Return how near two facts stand in the notes, 0 to about 1.3: same list, section, page."""
    shared = 0
    for left, right in zip(one.trail, other.trail, strict=False):
        if left != right:
            break
        shared += 1
    together = shared / max(len(one.trail), len(other.trail))
    return together + 0.3 / (1 + abs(one.order - other.order) / 3)


def in_one_list(one: Fact, other: Fact) -> bool:
    """Say whether two facts are labelled items under the same heading and lead."""
    return one.place == other.place and one.verb is None and other.verb is None


def is_of_kind(fact: Fact, other: Fact, glossary: Glossary) -> bool:
    """Say whether two terms are of one class, in one number, and neither is a kind of the other."""
    if fact.plural != other.plural or glossary.are_related(fact.term, other.term):
        return False
    if abs(len(fact.term.split()) - len(other.term.split())) > 2 or other.form is Form.SENTENCE:
        return False
    if " such as " in other.definition and not in_one_list(fact, other):
        return False  # it names a class, to which the key may belong
    examples = _EXAMPLES.search(clean(other.quote))
    if examples and glossary.mentions(examples.group(), fact.term):
        return False
    one_case = glossary.usage.is_name(fact.term) == glossary.usage.is_name(other.term)
    classes = glossary.classes
    beside = classes.are_side_by_side(fact.term, other.term)
    beside = beside or classes.are_told_apart(fact.term, other.term)
    return (one_case or beside) and classes.kinship(fact, other.term) > 0


def is_refuted(term: str, key: str, definition: str, glossary: Glossary) -> bool:
    """Say whether, by the notes, ``definition`` fits ``key`` but not ``term``.

    Nothing that is said of ``term``, or of what it is a kind of by its name, may share half of the
    definition, in words or in meaning, and neither may be described by way of the other, for then
    it may be one kind of it.
    """
    if not _is_told_apart(term, key, definition, glossary):
        return False
    own = glossary.by_term.get(glossary.identity(term), [])
    akin = [f for f in glossary.facts if f not in own and glossary.are_related(f.term, term)]
    apart = glossary.classes.are_told_apart(term, key)
    at_most = MAX_SIMILARITY if apart else MAX_SIMILARITY_APART
    if _likeness(definition, _not_parallel(own, key, definition, glossary), glossary) > at_most:
        return False
    if _likeness(definition, akin, glossary) > MAX_SIMILARITY_AKIN and not apart:
        return False
    if own:
        return True
    said = glossary.sentences_on(term)[:_SENTENCES]
    return not said or float(glossary.similarity(definition, said).max()) <= MAX_SIMILARITY_SAID


def _known(term: str, glossary: Glossary) -> Sequence[Fact]:
    return glossary.by_term.get(glossary.identity(term), ())


def _likeness(definition: str, facts: Sequence[Fact], glossary: Glossary) -> float:
    """Return how much the most like of some facts is like a definition; 0 if there are none."""
    likeness = glossary.similarity(definition, [fact.definition for fact in facts])
    return float(likeness.max(initial=0.0))


def is_refuted_as_member(name: str, class_name: str, glossary: Glossary) -> bool:
    """Say whether, by the notes, ``name`` does not belong to a class such as "types of rock".

    It is in no list of that class, like no member of one, and no sentence names both.
    """
    sought = set(content_stems(class_name))
    subject = set(content_stems(subject_of(class_name)))
    if not sought or not sought.isdisjoint(content_stems(name)):
        return False
    members = [
        member
        for other in glossary.lists
        if other.qualities == sort_of(class_name)
        and len(subject & set(content_stems(subject_of(other.of_class))))
        > MAX_SHARED * len(subject)
        for member in other.names
    ]
    if any(glossary.are_related(name, member) for member in members):
        return False
    if members and float(glossary.similarity(name, members).max()) > MAX_LIKE_MEMBER:
        return False
    return not any(sought <= said for said in glossary.said_of(name))


def is_refuted_statement(statement: str, about: str, glossary: Glossary) -> bool:
    """Say whether a statement gives to its subject what the notes say of another term.

    The subject is the defined term that it names first; ``about`` is not looked at.
    """
    said = set(content_stems(statement))
    owners = [f for f in glossary.facts if said and _tells(said, f) and f.form is not Form.SENTENCE]
    subject = first_named(statement, glossary)
    if not owners or subject is None:
        return False
    return all(
        not glossary.are_related(owner.term, subject)
        and is_refuted(subject, owner.term, owner.definition, glossary)
        for owner in owners
    )


def is_doubtful(fact: Fact, glossary: Glossary) -> bool:
    """Say whether what is said of a term is more like what is said of another than of itself.

    Then the notes, or one careless line of them, confuse the two, and neither can be asked for.
    """
    known = glossary.by_term.get(glossary.identity(fact.term), [])
    own = [one for one in known if one.definition != fact.definition]
    others = [
        one
        for one in glossary.facts
        if not glossary.are_related(one.term, fact.term)
        and not glossary.classes.are_told_apart(one.term, fact.term)
    ]
    if not own:
        return False
    if glossary.classes.is_called_otherwise(fact, own):
        return True  # "a battle between two adversaries"
    to_others = _likeness(fact.definition, others, glossary)
    return to_others > DOUBTFUL + _likeness(fact.definition, own, glossary)


def _tells(said: set[str], fact: Fact) -> bool:
    words = content_stems(fact.definition)
    return sum(word in said for word in words) >= 0.9 * len(words)


def first_named(statement: str, glossary: Glossary) -> str | None:
    """Return the term that stands at the head of a statement, the longest if there are several."""
    words = split_scope(statement)[1].split()
    heads = [" ".join(words[:size]) for size in range(min(7, len(words)), 0, -1)]
    for head in heads:
        bare = without_article(head)
        if glossary.identity(bare) in glossary.by_term:
            return bare
    return None


def rival(key: str, definition: str, glossary: Glossary) -> str | None:
    """Return another term that the notes describe much as ``definition`` does, if there is one."""
    sought = set(content_stems(definition))
    others = [
        fact
        for fact in glossary.facts
        if not sought.isdisjoint(content_stems(fact.definition))
        and not glossary.are_related(fact.term, key)
    ]
    if not others:
        return None
    likeness = glossary.similarity(definition, [other.definition for other in others])
    best = int(likeness.argmax())
    return others[best].term if float(likeness[best]) > MAX_SIMILARITY else None


def _is_told_apart(term: str, key: str, definition: str, glossary: Glossary) -> bool:
    """Say whether the words that the notes use of ``term`` differ from ``definition``."""
    if glossary.mentions(definition, term):
        return False
    known = glossary.by_term.get(glossary.identity(term), [])
    if any(_is_kind_of(other, key, glossary) for other in known):
        return False
    sought = set(content_stems(definition)) - set(content_stems(term))
    said_of_it = glossary.said_of(term)
    if glossary.classes.are_told_apart(term, key):
        told = _not_parallel(known, key, definition, glossary)
        aside = {fact.definition.lower() for fact in known if fact not in told}
        said_of_it = [frozenset(content_stems(fact.definition)) for fact in told]
        said_of_it += [
            frozenset(content_stems(text))
            for text in _on_one(term, key, glossary)
            if not any(definition in text.lower() for definition in aside)
        ]
    return bool(sought) and not any(
        len(sought & said) > MAX_SHARED * len(sought) for said in said_of_it
    )


def _not_parallel(
    known: Sequence[Fact], key: str, definition: str, glossary: Glossary
) -> list[Fact]:
    """Return the facts of a term but those that one list puts in the words of a definition.

    "a sustained rise in prices" and "a sustained fall in prices" share nearly all words, and where
    a list gives the one to ``key`` and the other to another term, the rest tells these apart.
    """
    of_key = [fact for fact in _known(key, glossary) if fact.definition == definition]
    return [
        fact
        for fact in known
        if not any(in_one_list(fact, one) and are_parallel(fact, one) for one in of_key)
    ]


def are_parallel(one: Fact, other: Fact) -> bool:
    """Say whether two definitions differ in a word or two on either side, or in their order."""
    left, right = (content_stems(fact.definition) for fact in (one, other))
    apart, rest = set(left) - set(right), set(right) - set(left)
    if not apart and not rest:
        return left != right and sorted(left) == sorted(right)
    few = all(1 <= len(words) <= PARALLEL for words in (apart, rest))
    return few and len(set(left) & set(right)) >= max(len(apart), len(rest))


def _on_one(term: str, key: str, glossary: Glossary) -> list[str]:
    """Return the sentences on ``term`` but those that set it against ``key``.

    These hold what is said of the key and say the opposite, unless they call the two alike.
    """
    on_term = glossary.sentences_on(term)
    return [text for text in on_term if not glossary.mentions(text, key) or _LIKENS.search(text)]


def _is_kind_of(fact: Fact, key: str, glossary: Glossary) -> bool:
    """Say whether ``fact`` describes its term by way of ``key``: as a form, part or step of it.

    A heading that names both ("Rock vs. jazz") puts neither under the other.
    """
    under = (label for label in fact.trail[1:] if not glossary.mentions(label, fact.term))
    if any(glossary.mentions(label, key) for label in under):
        return True
    opening = " ".join(fact.definition.split()[:8])
    return fact.form in (Form.NOUN, Form.BARE) and glossary.mentions(opening, key)


def _nearest(fact: Fact, glossary: Glossary) -> list[Fact]:
    """Return the nearest fact of each other term."""
    own = glossary.identity(fact.term)
    return [
        max(others, key=lambda other: (closeness(fact, other), -other.order))
        for key, others in glossary.by_term.items()
        if key != own
    ]
