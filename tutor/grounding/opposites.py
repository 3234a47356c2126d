"""Words of which a text means the opposite of another that has the other one."""

from tutor.grounding.words import stem

_PAIRS = """
    increase,increases,raise,raises,grow,grows/decrease,reduce,reduces,lower,lowers,shrink
    quick,quickly,rapid,fast,faster/slow,slowly,slower high,higher/low,lower
    more/less,fewer many/few large,larger,big,bigger/small,smaller long,longer/short,shorter
    best/worst better/worse first/last before/after add/remove
    supervised/unsupervised labeled,labelled/unlabeled,unlabelled always/never all/none
    maximize/minimize encoder/decoder input/output precision/recall
    cheap,cheaper/expensive,costlier positive/negative left/right forward/backward early/late
    easy/hard,difficult simple/complex true/false improve/worsen prevent,fix/cause
    structured/unstructured halves,halve/doubles,double multiply,multiplied,times/divide,divided
    common,frequent/rare,seldom
    volatile/non-volatile real/fake open/closed
    overfitting/underfitting strong/weak compress/decompress numerator/denominator
"""

OPPOSITES = tuple(
    (frozenset(map(stem, one.split(","))), frozenset(map(stem, other.split(","))))
    for one, _, other in (pair.partition("/") for pair in _PAIRS.split())
)
"""Stems in two groups that are each other's opposites."""
