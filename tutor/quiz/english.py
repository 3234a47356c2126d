"""The little English that question writing needs: verbs, number, articles and sentence shape.

Closed word lists and suffix rules, no model: a stem has to be right every time, so a rule that does
not know an answer says so (``None`` or ``Form.OTHER``), and the item is left out.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Form(StrEnum):
    """The grammatical shape of a definition, which decides how it can be asked about."""

    NOUN = "noun"  # "a method that ...", "the ratio of ..."
    BARE = "bare"  # "raw, unstructured data", "dense vectors that ..."
    GERUND = "gerund"  # "splitting a database into ..."
    VERB = "verb"  # "measures the difference between ..."
    PLURAL_VERB = "plural-verb"  # "consist of two networks ..."
    SENTENCE = "sentence"  # "every read receives the most recent write"
    OTHER = "other"  # imperative, participle, fragment: not asked about


_VERBS = frozenset(
    """
    accelerate access accumulate achieve act activate adapt add address adjust affect aggregate
    aim align allocate allow alternate analyze analyse answer append apply approximate ask assign
    assume attach attempt automate average avoid balance become begin break bring build calculate
    call capture carry categorize cause change characterize check choose clarify classify clean
    collect combine come communicate compare compile complete comprise compress compute condense
    connect consider consist constrain contain contribute control convert coordinate copy count
    cover create cut deal decide decode decompose decompress decouple decrease define deliver
    denote depend deploy derive describe detect determine differ discard discover display
    distinguish distribute divide do downsample draw drive drop eliminate embed emphasize employ
    enable encode encourage end enforce enhance enrich ensure equal establish estimate evaluate
    examine excel execute expand explain exploit explore express extend extract facilitate feed
    fetch fill filter find fit flatten focus follow forget form freeze fuse gather generalize
    generate give go govern group grow guarantee guide handle have help hold identify ignore
    implement improve include incorporate increase indicate infer influence inherit inject insert
    integrate interact interpret introduce involve iterate join keep know lack lead learn leave
    leverage lie limit link list load log look lower maintain make manage map mark mask match
    maximize mean measure merge minimize mitigate mix model modify monitor move multiply need
    normalize observe occur offer operate optimize orchestrate order organize oversee parse
    partition pass penalize perform permit pick place plan play predict prepare present preserve
    prevent prioritize process produce promote propagate propose protect prove provide prune
    quantify randomize rank reach read rearrange receive recognize recommend reconstruct record
    reduce refer reflect refine regularize reject relate release rely remember remove render
    reorder repeat replace replicate represent require rescale reset resize resolve respond
    restrict retain retrieve return reuse reveal reverse rewrite route run sample satisfy save scale
    scan score search see seek segment select send separate serve set shape share shift show shrink
    simplify simulate skip slide slow smooth solve sort specify speed split stabilize standardize
    start stop store streamline structure struggle study suffer suggest sum summarize supply
    support take teach tell tend terminate test tokenize track train transfer transform translate
    treat try tune turn understand unify update upgrade use utilize validate vary verify visualize
    weigh weight work write yield
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)

_AUXILIARIES = frozenset(
    "is are was were has have had can could may might must should will would does do did".split()  # noqa: SIM905
)
_ARTICLES = frozenset({"a", "an", "the"})
_DETERMINERS = _ARTICLES | {"one", "any", "some", "each", "every", "all", "two", "three", "no"}
_RELATIVE = frozenset(
    "that which who whom whose where when".split()  # noqa: SIM905
)
_PREPOSITIONS = frozenset(
    """
    of in on for to from with by at as into onto over under between among through across within
    without during about against per via than like such using where that which who whose when used
    designed built based trained developed created called known made stored measured produced
    obtained given needed added consisting containing and or but whereby while so because after
    before until focused guided capable able between
    """.split()  # noqa: SIM905
)
_NOUN_MODIFIERS = frozenset(
    """
    computing embedding encoding engineering learning modeling pooling processing programming
    reasoning sampling string testing training
    """.split()  # noqa: SIM905
)
_NOT_PLURAL = re.compile(r"(?:ss|us|is|ics|as|ous|keras|bias|lens|news|series|redis)$", re.I)
_ADVERBS = frozenset("also always currently never now often only sometimes still then".split())  # noqa: SIM905
_AFTER_NOUN = _RELATIVE | frozenset("of and or for such like is are was were can".split())  # noqa: SIM905
_VOWEL_SOUND = re.compile(
    r"(?!(?:uni|use|usu|eu|one\b|once\b|ubi|ura|uti))[aeiou]|hour|honest|heir"
)
_SPELLED_VOWEL = frozenset("AEFHILMNORSX")
_WORD = re.compile(r"[^\W\d_][\w'\u2019/-]*|\d[\w.,%-]*")


def words(text: str) -> list[str]:
    """Return the words of ``text`` as written, hyphenated ones whole."""
    return _WORD.findall(text)


def third_person(verb: str) -> str:
    """Return the third person singular of a base verb: ``try`` gives ``tries``."""
    if verb == "have":
        return "has"
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return re.sub(r"(?<=[^aeiou])y$", "ie", verb) + "s"


_THIRD = {third_person(verb): verb for verb in _VERBS}


def is_third_person(word: str) -> bool:
    """Say whether ``word`` is a known verb in the third person singular."""
    return word.lower() in _THIRD


def is_base_verb(word: str) -> bool:
    """Say whether ``word`` is a known verb in its base form."""
    return word.lower() in _VERBS


def plural_verb(verb: str) -> str | None:
    """Return the form of a third person verb that goes with "they", if it is known."""
    lower = verb.lower()
    return {"is": "are", "was": "were"}.get(lower) or _THIRD.get(lower)


def gerund_of(word: str) -> str | None:
    """Return the verb of which ``word`` is the -ing form, if it is known."""
    root = word.lower().removesuffix("ing")
    for verb in (root, f"{root}e", root[:-1]):
        if verb in _VERBS and root != word:
            return verb
    return None


def is_plural(term: str) -> bool:
    """Say whether a noun phrase looks plural; its head is the word before the first "of"."""
    head = re.split(r"\s+(?:of|in|for|with)\s+", term)[0].split()[-1]
    if head[:-1].isupper() and head.endswith("s") and len(head) > 2:
        return True  # GPUs
    return head.endswith("s") and not _NOT_PLURAL.search(head) and not head.isupper()


def indefinite_article(phrase: str) -> str:
    """Return ``a`` or ``an``, by the sound with which ``phrase`` begins."""
    first = (words(phrase) or [""])[0]
    if len(first) > 1 and re.fullmatch(r"[A-Z][A-Z0-9-]*s?", first) and not _is_said(first):
        return "an" if first[0] in _SPELLED_VOWEL else "a"
    return "an" if _VOWEL_SOUND.match(first.lower()) else "a"


def _is_said(acronym: str) -> bool:
    """Say whether an acronym is spoken as a word: it has vowels and consonants in turn."""
    return (
        len(acronym) > 3
        and bool(re.match(r"[^AEIOU]*[AEIOU][^AEIOU]+[AEIOU]?", acronym))
        and (acronym[0] not in "AEIOU")
    )


def head_noun(phrase: str) -> str:
    """Return the head of a noun phrase: the word before its first post-modifier."""
    head = ""
    for match in re.finditer(r"[\w'\u2019-]+|[,;:(\u2013\u2014]", phrase):
        word = match.group()
        if word.lower() in _PREPOSITIONS or (not word[0].isalnum() and head):
            following = phrase[match.end() :].split()
            if word == "," and following and not _ends_phrase(following):
                continue  # "raw, unstructured data": adjectives in a row
            break
        head = word
    return head


def _ends_phrase(following: list[str]) -> bool:
    """Say whether the words after a comma start a clause rather than another adjective."""
    first = following[0].lower()
    return (
        first in _PREPOSITIONS
        or first in _DETERMINERS
        or first.endswith(("ing", "ly"))
        or len(following) < 2
        or following[1].lower() in _PREPOSITIONS
    )


def form_of(definition: str) -> Form:
    """Return the grammatical shape of a definition such as stands after a label.

    The first word decides most of it; a finite verb before any relative clause makes a sentence.
    """
    all_words = [word.lower() for word in words(definition)]
    if len(all_words) < 2:
        return Form.OTHER
    first, start = all_words[0], 0
    if first.endswith("ly") and first not in _VERBS:
        first, start = all_words[1], 1
    if is_third_person(first) and not _is_noun_here(definition, all_words[start + 1 :]):
        return Form.VERB
    if _has_finite_verb(all_words):
        return Form.SENTENCE
    if first in _ARTICLES or first == "one":
        return Form.NOUN
    if start == 1:
        return Form.OTHER
    if first.endswith("ing") and len(first) > 4:
        modifier = first in _NOUN_MODIFIERS and all_words[1] not in _DETERMINERS
        return Form.BARE if modifier else Form.GERUND
    if first in _VERBS or first.endswith("ed") or first in _PREPOSITIONS:
        return Form.OTHER
    if any(word.endswith("ing") for word in all_words[1:3]) and _is_acronym(words(definition)[0]):
        return Form.OTHER  # "LLMs powering agents": a clause without its verb
    return Form.BARE


def _is_acronym(word: str) -> bool:
    return word[1:] != word[1:].lower()


def _is_noun_here(definition: str, following: list[str]) -> bool:
    """Tell plural nouns from verbs at the start: "Scores that ...", "Sequences of actions"."""
    return bool(following) and (
        following[0] in _AFTER_NOUN | {"in"} or bool(re.match(r"\S+\s*[(,]", definition))
    )


def _has_finite_verb(all_words: list[str]) -> bool:
    """Say whether a finite verb comes before any relative word, hence in the main clause.

    Words that are verbs and nouns alike ("process", "models") count as verbs only where number
    agrees with the word before: "layers process", "a layer processes".
    """
    for position, word in enumerate(all_words):
        if word in _RELATIVE:
            return False
        if not position:
            continue
        if word in _AUXILIARIES:
            return True
        goes_on = position + 1 < len(all_words) and all_words[position + 1] not in _AFTER_NOUN
        if goes_on and _agrees(word, all_words[:position]):
            return True
    return False


def _agrees(word: str, before: list[str]) -> bool:
    """Say whether ``word`` is a verb whose subject can be the words before it."""
    if len(before) == 1 and before[0].endswith("ing"):
        return word in _THIRD  # "fine-tuning allows ...": a gerund as the subject
    adverb = before[-1] in _ADVERBS or before[-1].endswith("ly")
    if adverb and len(before) > 1:
        before = before[:-1]
    elif not _is_subject(before[-1]):
        return False
    plural = is_plural(before[-1]) or is_plural(before[0]) or "and" in before[-2:-1]
    return (word in _VERBS and plural) or (word in _THIRD and not is_plural(before[-1]))


def _is_subject(word: str) -> bool:
    return (
        word not in _PREPOSITIONS
        and word not in _DETERMINERS
        and word not in _AUXILIARIES
        and not word.endswith(("ly", "ing"))
    )
