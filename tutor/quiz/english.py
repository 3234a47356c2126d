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
    USE = "use"  # "used to split words into syllables"
    SENTENCE = "sentence"  # "every read receives the most recent write"
    OTHER = "other"  # imperative, participle, fragment: not asked about


_VERBS = frozenset(
    """
    absorb accelerate accept access accompany accumulate achieve acquire act activate adapt add
    address adjust admit advance advise affect aggregate agree aim alert align allocate allow
    alter alternate amplify analyse analyze announce answer anticipate appear append apply
    appoint approximate arise arrange arrive ask assemble assert assess assign assist assume
    assure attach attack attempt attract attribute automate average avoid balance bear beat
    become begin belong bend bind blend block boil boost borrow bounce break breathe brighten
    bring broadcast build burn calculate call capture carry carve categorize cause cease
    celebrate challenge change characterize charge chase check choose circulate cite claim
    clarify classify clean climb close collapse collect color combine come command commit
    communicate compare compete compile complain complete compose compress comprise compute
    conceal conclude condemn condense conduct confirm confuse connect conquer conserve consider
    consist constrain consult consume contact contain contract contrast contribute control
    convert convey convince cool coordinate copy correct correlate correspond count cover crack
    create cross crystallize cultivate cure cut damage dance date deal decide declare decline
    decode decompose decompress decorate decouple decrease defeat defend define delay delegate
    deliver demand demonstrate denote deny depend depict deploy deposit deprive derive describe
    destroy detect deteriorate determine develop devote differ diffuse digest direct disagree
    disappear discard discharge discourage discover discuss dismiss displace display dissolve
    distinguish distribute disturb diverge divide do dominate double downsample drain draw drift
    drive drop drown earn ease eat echo edit elect elevate eliminate embed embrace emerge emit
    emphasize employ enable enclose encode encounter encourage end endure enforce engage enhance
    enjoy enlarge enrich ensure enter entitle envelop equal erode escape establish estimate
    evaluate evaporate evolve examine exceed excel exchange exclude excrete execute exert
    exhibit exist exit expand expel explain explode exploit explore export expose express extend
    extract face facilitate fail fall favor feature feed ferment fetch fight fill filter finance
    find finish fire fit fix flatten float fly focus fold follow forbid force forecast forget form
    forward free freeze frighten fulfill fund fuse gain gather get generalise generalize generate
    give glow go govern grasp grind group grow guarantee guard guide halt handle hang harden
    harm have heat help hide hire hold host hunt identify ignite ignore illuminate illustrate
    imitate implement imply import impose improve include incorporate increase indicate infer
    influence inform inhabit inherit inhibit initiate inject injure insert inspect inspire
    install instruct insulate integrate intend intensify interact interfere interpret interrupt
    introduce invade invent invest investigate invite involve irritate isolate iterate join
    judge jump justify keep kill know lack land last launch lay lead learn leave lend level
    leverage lie lift limit line link list live load locate lock log look lose love lower lubricate
    magnify maintain make manage map mark marry mask match mature maximize mean measure melt
    mention merge merit migrate mine minimize mirror miss mitigate mix model modify monitor
    motivate mount move multiply mutate narrow need negotiate neutralize normalize obey object
    oblige observe obstruct obtain occupy occur offer open operate oppose optimize orchestrate
    order organize overcome overlap overlook oversee own oxidize pack paint park parse
    participate partition pass pay penalize penetrate perform permit persuade pick pilot place
    plan plant play please point polish pollinate pollute possess postpone pour praise precede
    precipitate predict prepare prescribe present preserve press presume pretend prevent print
    prioritize proceed process proclaim produce prohibit project prolong promote pronounce
    propagate propose prosecute protect prove provide provoke prune publish pull pump punish
    purchase purify pursue push put quantify question quote radiate raise randomize rank reach
    react read realize rearrange rebel recall receive recognize recommend reconcile reconstruct
    record recover recruit recycle reduce refer refill refine reflect refract refuse regain
    regard regularize regulate reinforce reject relate release relieve relocate rely remember
    remove render renew rent reorder repair repeat repel replace replicate reply report
    represent reproduce require rescale rescue resemble reserve reset reside resist resize
    resolve respond restore restrict resume retain retrieve return reunite reuse reveal reverse
    revise revolve reward rewrite ride ring rise roll rotate route rub rule run rupture
    sacrifice sample satisfy save scale scan scatter score search secrete secure see seek
    segment seize select sell send sense separate serve set settle shake shape share shelter
    shield shift shine shoot shorten show shrink shut sign signal simplify simulate sing sink
    sit skip sleep slide slip slow smell smooth soften solve sort specify speed spend spin split
    spoil spread spring squeeze stabilize stand standardize start state steal steer stick
    stimulate stir stop store streamline strengthen stretch strike structure struggle study
    submerge subtract succeed suck suffer suggest sum summarize supply support surround survive
    suspect suspend sustain swallow sweep swell swim swing switch symbolize synthesize take
    taste teach tear tell tempt tend terminate test threaten throw tie tighten tokenize tolerate
    touch trace track trade train transcribe transfer transform translate transmit transport
    trap travel treat trigger try tune turn understand unify unite unlock update upgrade uphold
    urge use utilize validate vanish vaporize vary verify vibrate view violate visit visualize
    vote wait walk warm warn wash waste watch weaken wear weigh weight welcome widen win wind
    wish withdraw withstand witness work worry wrap wrestle write yield
    """.split()  # noqa: SIM905 - a block of words is easier to read and mend than a list
)

AUXILIARIES = frozenset(
    "is are was were has have had can could may might must should will would does do did".split()  # noqa: SIM905
)
_ARTICLES = frozenset({"a", "an", "the"})
_DETERMINERS = _ARTICLES | {"one", "any", "some", "each", "every", "all", "two", "three", "no"}
_SEVERAL = frozenset("two three four both many several".split())  # noqa: SIM905
_RELATIVE = frozenset(
    "that what which who whom whose where when because if as while since until after before".split()  # noqa: SIM905
)
_PREPOSITIONS = frozenset(
    """
    of in on for to from with by at as into onto over under between among through across within
    without during about against per via than like such using where that which who whose when used
    designed built based trained developed created called known made stored measured produced
    obtained given needed added consisting containing and or but whereby while so because after
    before until focused guided capable able between around above below toward towards beyond inside
    outside except along behind near too up
    """.split()  # noqa: SIM905
)
_PARTICIPLES = frozenset("made used built given held kept laid led paid sent set written".split())  # noqa: SIM905
_WAYS = frozenset("attempts efforts means measures plans rules steps tools ways".split())  # noqa: SIM905
_NOUN_MODIFIERS = frozenset(
    """
    computing embedding encoding engineering learning modeling pooling processing programming
    reasoning sampling string testing training
    """.split()  # noqa: SIM905
)
_NOT_PLURAL = re.compile(r"(?:ss|us|is|ics|as|ous|keras|bias|lens|news|series|redis)$", re.I)
_ADVERBS = frozenset("also always currently never now often only sometimes still then".split())  # noqa: SIM905
_AFTER_NOUN = _RELATIVE | frozenset("of and or for such like is are was were can".split())  # noqa: SIM905
_AFTER_CLAUSE = frozenset("and when while if because until".split())  # noqa: SIM905
_VOWEL_SOUND = re.compile(
    r"(?!(?:uni|use|usu|eu|one\b|once\b|ubi|ura|uti))[aeiou]|hour|honest|heir"
)
_SPELLED_VOWEL = frozenset("AEFHILMNORSX")
_WORD = re.compile(r"[^\W\d_][\w'\u2019/-]*|\d[\w.,%-]*")
_ARTICLE = re.compile(r"(?:an?|the)\s+", re.IGNORECASE)


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
    head = (re.split(r"\s+(?:of|in|for|with)\s+", term)[0].split() or [""])[-1]
    if head[:-1].isupper() and head.endswith("s") and len(head) > 2:
        return True  # GPUs
    return head.endswith("s") and not _NOT_PLURAL.search(head) and not head.isupper()


def indefinite_article(phrase: str) -> str:
    """Return ``a`` or ``an``, by the sound with which ``phrase`` begins."""
    first = (words(phrase) or [""])[0]
    if first[1:2] == "-":
        return "an" if first[0].upper() in _SPELLED_VOWEL else "a"  # a U-Net, an n-gram
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
        word, following = match.group(), phrase[match.end() :].split()
        if word in ("and", "or") and _ADJECTIVE.search(head):
            continue  # "the first and longest phase"
        if word.lower() in _PREPOSITIONS or (not word[0].isalnum() and head):
            if word == "," and following and not _ends_phrase(following):
                continue  # "raw, unstructured data": adjectives in a row
            break
        if _is_participle(word, head, following):
            break
        if len(word) > 1 or not head:  # "the factor k"
            head = word
    return head


_ADJECTIVE = re.compile(
    r"^(?:first|last|second|third|main|large|small)$|(?:ous|ful|less|[ai]ble|ive|ic)$"
)


def _is_participle(word: str, head: str, following: list[str]) -> bool:
    """Say whether a word goes on behind its noun: "a vector computed for a word"."""
    behind = following[0].lower() if following else ""
    return (
        word.endswith("ed")
        and len(word) > 4
        and bool(head)
        and head.lower() not in _DETERMINERS
        and (behind in _PREPOSITIONS | _DETERMINERS or not behind)
    )


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
    if all_words[0] == "used" and all_words[1] in ("to", "for"):
        return Form.USE
    first, start = all_words[0], 0
    if first.endswith("ly") and first not in _VERBS:
        first, start = all_words[1], 1
    if _opens_with_verb(definition, all_words[start:]):
        return Form.VERB
    if finite_verb(all_words) is not None:
        return Form.SENTENCE
    if first in _ARTICLES or first == "one":
        return Form.NOUN
    if start == 1:
        return Form.OTHER
    if first.endswith("ing") and len(first) > 4:
        modifier = "-" in first or first in _NOUN_MODIFIERS
        modifier = modifier and all_words[1] not in _DETERMINERS
        return Form.BARE if modifier else Form.GERUND
    if first in _VERBS or first.endswith("ed") or first in _PREPOSITIONS:
        return Form.OTHER
    if any(word.endswith("ing") for word in all_words[1:3]) and _is_acronym(words(definition)[0]):
        return Form.OTHER  # "LLMs powering agents": a clause without its verb
    return Form.BARE


def _is_acronym(word: str) -> bool:
    return word[1:] != word[1:].lower()


def _opens_with_verb(definition: str, all_words: list[str]) -> bool:
    """Tell "Forwards packets ..." from "Techniques that ...", by what comes after.

    A known verb may have a preposition behind it ("Belongs to"), an unknown one needs an object.
    """
    first, following = all_words[0], all_words[1:]
    if not following or re.match(r"\S+\s*[(,]", definition):
        return False
    if is_third_person(first):
        subject = following[0] in _AFTER_NOUN | AUXILIARIES | _PARTICIPLES | {"in"}
        if first in _WAYS and following[0] == "to":
            return False  # "measures to raise output"
        clause = following[0].endswith("ly") and following[1:2] and following[1] in _VERBS
        return not subject and not clause  # neither "Objects may ..." nor "Humans actively take"
    looks_third = first.endswith("s") and not _NOT_PLURAL.search(first) and len(first) > 3
    return looks_third and following[0] in _DETERMINERS | {"its", "their"}


def finite_verb(all_words: list[str]) -> int | None:
    """Return where the verb of the main clause stands: the first, before any relative word.

    ``all_words`` are in lower case, and the first of them is never it. Words that are verbs and
    nouns alike ("process", "models") count as verbs only where number agrees with the word before:
    "layers process", "a layer processes".
    """
    for position, word in enumerate(all_words):
        if word in _RELATIVE:
            return None
        if not position:
            continue
        if word in AUXILIARIES:
            if all_words[position - 1] != "to":
                return position
            continue
        before, rest = all_words[:position], all_words[position + 1 :]
        after = rest[0] if rest else "of"
        if after not in _AFTER_NOUN and _agrees(word, before, after):
            return position
        ends = not rest or after in _AFTER_CLAUSE
        if ends and word in _VERBS and _are_many(before):
            return position
    return None


def verb_of(all_words: list[str]) -> int | None:
    """Return where the verb of a clause stands; the last of few words may be one ("... works").

    "Long rises improve bread": a noun that could be a verb gives way to the verb behind it.
    """
    place, last = finite_verb(all_words), len(all_words) - 1
    if place is None and 1 <= last <= 3:
        acts = is_third_person(all_words[last]) or (
            is_base_verb(all_words[last]) and is_plural(all_words[last - 1])
        )
        return last if acts else None
    if place is not None and place < last and is_base_verb(all_words[place + 1]):
        is_noun = is_third_person(all_words[place]) and all_words[place] not in _WITH_INFINITIVE
        return place + is_noun
    return place


_WITH_INFINITIVE = frozenset({"helps", "lets", "makes", "needs"})


def _agrees(word: str, before: list[str], after: str) -> bool:
    """Say whether ``word`` is a verb whose subject can be the words before it."""
    if len(before) == 1 and before[0].endswith("ing"):  # "fine-tuning allows ..."
        return word in _THIRD and not after.endswith(("ed", "ing")) and after not in _PREPOSITIONS
    if before[-2:-1] == ["to"]:  # "to extract features"
        return False
    adverb = before[-1] in _ADVERBS or before[-1].endswith("ly")
    if adverb and len(before) > 1:
        before = before[:-1]
    elif not _is_subject(before[-1]):
        return False
    head = head_noun(" ".join(before))
    plural = any(map(is_plural, (before[-1], before[0], head))) or "and" in before[-2:-1]
    return (word in _VERBS and plural) or (word in _THIRD and not is_plural(before[-1]))


def _are_many(subject: list[str]) -> bool:
    """Say whether words surely name several things: "the two halves"."""
    opened = subject[0] in _SEVERAL | _DETERMINERS and _is_subject(subject[-1])
    return opened and (subject[0] in _SEVERAL or is_plural(head_noun(" ".join(subject))))


def _is_subject(word: str) -> bool:
    return (
        word not in _PREPOSITIONS
        and word not in _DETERMINERS
        and word not in AUXILIARIES
        and not word.endswith(("ly", "ing"))
    )


def without_article(phrase: str) -> str:
    """Return a phrase without the article that it begins with: "kiln" of "A kiln"."""
    article = _ARTICLE.match(phrase)
    return phrase[article.end() :] if article else phrase


def sentence_case(text: str) -> str:
    """Return ``text`` with its first letter large, unless its first word is one like "mAP"."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].upper() + text[1:]
