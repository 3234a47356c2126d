"""What sort of thing an English noun names, and by which noun a definition classes its term.

A closed list of general nouns and a few suffixes, after the manner of WordNet's lexicographer
files (Fellbaum 1998), but no finer than a choice among options needs: a quantity is no tool.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tutor.grounding.words import singular
from tutor.quiz.english import head_noun

_NOUNS_BY_SORT = {
    "act": """
        act action activity algorithm alternation analysis approach calculation check choice
        comparison computation conversion decay design effort evaluation exchange exercise
        experiment feedback initialization judgement judgment lookup maintenance manner
        mapping method operation optimization pass practice procedure process
        processing production projection pruning reaction reduction rehearsal removal replacement
        rescaling response reuse review routine sampling scheme search selection service
        shortcut shuffle smoothing solution split stemming step strategy supervision survey switch
        task technique test training transfer treatment trial trick tuning turn update
        upkeep use way workflow
        death growth movement release spread uptake
        battle claim coup injunction order payment protest rebellion remedy revolt reform strike war
    """,
    "system": """
        agent architecture automaton circuit ensemble machine mechanism model net network
        organism robot system
    """,
    "software": """
        api app browser compiler database engine environment framework interface kit
        language library package platform program protocol script service software suite tool
        toolkit website warehouse repository store
    """,
    "hardware": """
        apparatus camera chip computer device disk drive hardware instrument machine memory
        processor sensor server storage vehicle
    """,
    "organization": """
        agency association authority business club committee company corporation council court
        department firm foundation government institute institution laboratory office organisation
        organization party school society startup union university
        army assembly bank church club commission congress convention court government
        ministry parliament senate tribunal
    """,
    "person": """
        artist author biologist chemist child doctor economist engineer founder inventor king
        learner man mathematician musician nurse painter patient person philosopher physician
        physicist poet politician psychologist queen researcher ruler scientist student teacher
        user woman worker writer
        baron bishop citizen daughter duke earl emperor friend general lord merchant murderer
        nobleman noble orphan peasant people pope prince princess refugee republican servant settler
        slave soldier son thane tyrant villain widow wife witch
    """,
    "place": """
        bay building city coast continent country desert farm forest island lake
        land mountain ocean peninsula place plain river road room sea site space street town
        valley village zone
    """,
    "living": """
        animal bacterium bacteria bird crop fish flower fungus herb insect mammal parasite plant
        carrier host reptile shrub species tree virus
    """,
    "substance": """
        acid alloy base chemical compound crystal drug enzyme fat fibre fiber fluid food fuel gas
        hormone ion liquid material metal mineral mixture molecule oil powder protein rock salt
        sediment soil solid solvent stone substance sugar vitamin
    """,
    "part": """
        atom axon block body bone branch cell chain chamber component compartment element
        fragment gate gland half head joint layer ligament limb member membrane module muscle nerve
        neuron node nucleus organ organelle part piece pore segment stack stage structure tissue
        tube unit valve vessel vesicle wall
        allele chloroplast chromosome gene organelle stretch
    """,
    "quantity": """
        accuracy acceleration age amount amplitude angle area average balance bandwidth bias
        capacity coefficient concentration cost count cross-entropy current degree density depth
        derivative deviation difference dimension distance divergence duration energy entropy error
        expectation exponent exponential factor force fraction frequency gain height
        hyperparameter income intensity interval latency length level likelihood limit logarithm
        loss mass maximum mean measure median metric minimum mode momentum norm number parameter
        patience percentage perplexity power precision pressure price probability product
        proportion quantity quantile quotient radius range rate ratio recall root score setting
        share similarity size slope speed statistic stride sum tax temperature tension threshold
        throughput time total value variance velocity voltage volume wage wavelength weight width
        work yield
        damages fee fine interest payment sum tax
    """,
    "quality": """
        ability appearance aspect behavior behaviour capability capacity character characteristic
        condition degree dependence feature freedom habit lack mood presence property quality
        resistance state strength symmetry talent tendency trait transparency trust truth variety
        volume velocity weakness virtue
    """,
    "trouble": """
        accident attack breach breakdown change collapse conflict consequence crash crisis damage
        danger decline defect disadvantage disease disorder disturbance drift effect error
        explosion failure fault flaw gap illness imbalance infection injury issue leak leakage
        mistake obstacle phenomenon problem risk shift shortage situation state stimulus syndrome
        threat trap vulnerability weakness presence
        epidemic outbreak spread
        crime famine offence offense wrong
    """,
    "time": """
        age century cycle date day decade epoch era event hour interval iteration minute moment
        month night pass period phase round season second stage step week year
        reign
    """,
    "array": """
        array code embedding grid index map matrix point representation sequence
        string table tensor tuple vector
    """,
    "display": """
        card chart curve diagram drawing figure graph graphic histogram line map picture plot
        report table
    """,
    "collection": """
        archive batch body bundle class collection combination corpus crew crowd data database
        dataset dictionary family group list mixture pair pool repository
        sample series set stretch team vocabulary
    """,
    "text": """
        article book card chunk clause code comment contract document essay example expression
        file format instruction letter message note paper paragraph passage phrase poem prompt
        query question record report sentence sequence snippet song statement story string stretch
        remark sonnet speech stanza summary symbol text token verse word
        act charter constitution decree declaration edict oath pamphlet petition treaty vow
    """,
    "shape": """
        angle area border box circle corner cube curve edge intersection line path plane point
        polygon rectangle region ring sphere square surface triangle
    """,
    "rule": """
        assumption axiom belief claim condition constraint convention criterion demand doctrine
        equation formula goal guideline hypothesis idea law limit mask norm objective pattern plan
        policy principle recipe regulation requirement rule standard target theorem theory view
        act agreement clause defence defense doctrine duty obligation offence offense offer power
        privilege promise remedy right term tort
    """,
    "function": """
        curve distribution equation formula function map mapping operator relation transform
        transformation
    """,
    "subject": """
        art branch craft discipline field profession school science study subfield subject
    """,
}
_SORTS: dict[str, frozenset[str]] = {}
for _sort, _block in _NOUNS_BY_SORT.items():
    for _noun in _block.split():
        _SORTS[_noun] = _SORTS.get(_noun, frozenset()) | {_sort}

_SUFFIXES = (
    (re.compile(r"(?:ing|tion|sion|age|al|ment|ysis|thesis)$"), "act"),
    (re.compile(r"(?:[^aeiou]er|[aeicps]tor|izer|ifier)$"), "system"),
    (re.compile(r"(?:ness|ity|ancy|ency|hood|ship)$"), "quality"),
    (re.compile(r"(?:ist|eer)$"), "person"),
    (re.compile(r"(?:ics|ology|graphy|nomy)$"), "subject"),
    (re.compile(r"(?:itis|osis|emia|pathy)$"), "trouble"),
)
_SHORTEST_STEM = 3

_SORT_OF = re.compile(
    r"(?:an?|the|one)\s(?:[\w-]+\s){0,2}?(?:types?|kinds?|sorts?|forms?|variants?|versions?"
    r"|extensions?|enhancements?|alternatives?|examples?|special\scase)\s(?:of|to)\s(?:an?\s|the\s)?",
    re.IGNORECASE,
)
_FAMILY = re.compile(
    r"(?:an?|the)\s(?:[\w-]+\s){0,2}?(?:famil(?:y|ies)|class(?:es)?|group)\sof\s", re.IGNORECASE
)
HOLDERS = frozenset("body branch class collection family group pair series set".split())  # noqa: SIM905
"""Nouns that say of a thing only that it has several parts."""

_HELD_ALIKE = frozenset(("act", "system", "software", "function", "rule", "subject"))
"""Sorts that a family of things shares with each of them: a family of methods is a method of a
kind, a class of pupils is no pupil."""


@lru_cache(maxsize=8192)
def sorts_of_noun(noun: str) -> frozenset[str]:
    """Return the sorts of thing that a noun may name; none if it is not known."""
    one = lemma(noun)
    if one in _SORTS:
        return _SORTS[one]
    if "-" in one:
        return sorts_of_noun(one.rsplit("-", 1)[1])
    for ending, sort in _SUFFIXES:
        found = ending.search(one)
        if found and found.start() >= _SHORTEST_STEM:
            return frozenset((sort,))
    return frozenset()


def is_general(noun: str) -> bool:
    """Say whether a noun is one of those by which things are commonly classed."""
    return lemma(noun) in _SORTS


def lemma(noun: str) -> str:
    """Return a noun in lower case and in the singular."""
    lower = noun.lower()
    if lower in _SORTS:
        return lower
    if lower.endswith("ies"):
        return f"{lower[:-3]}y"
    for plural, one in (("ices", "ix"), ("yses", "ysis"), ("es", ""), ("s", "")):
        if lower.endswith(plural) and lower.removesuffix(plural) + one in _SORTS:
            return lower.removesuffix(plural) + one
    return singular(lower)


def genera(definition: str) -> tuple[str, ...]:
    """Return the nouns by which a noun phrase classes its term, in the singular.

    "a type of network" is a network, and so is "a family of networks".
    """
    bare = _SORT_OF.sub("", definition, count=1)
    family = _FAMILY.match(bare)
    held = head_noun(bare[family.end() :]) if family else ""
    noun = held if sorts_of_noun(held) & _HELD_ALIKE else head_noun(bare)
    return (lemma(noun),) if noun else ()
