"""Words with an opposite, each as one end of an axis, so that "not more" meets "less".

A closed list: an opposite that is missing here leaves the judging to the likeness in meaning.
"""

from __future__ import annotations

from tutor.grounding.words import stem

_AXES = """
    increase raise rise grow gain more higher greater / decrease reduce lower shrink drop less fewer
    high above over large big bigger huge / low below under small smaller tiny little
    sharpen sharp sharper peaked / flatten flat flatter spread even
    most highest likeliest best largest maximum / least lowest worst smallest minimum unlikely
    maximize / minimize
    earlier previous past preceding / later following next future
    fast faster quick quicker quickly / slow slower slowly
    easy easier simple simpler / hard harder difficult complex
    cheap cheaper / expensive costly dear
    strong stronger / weak weaker
    improve good well better / worsen bad badly poor poorly worse deteriorate
    add adding insert / remove removing delete
    real genuine authentic / fake generated synthetic
    training train learning / inference prediction deployment
    encoder encode / decoder decode
    generator / discriminator
    input / output
    positive / negative
    always every all / never none
    many several multiple / few single
    both / either
    before / after
    frequent frequently often common usual usually / rare rarely seldom infrequent uncommon
    true correct / false incorrect wrong
    accept keep retain preserve / reject discard lose
    split divide / join merge combine
    attract pull / repel push
    near close nearby / far distant
    stable steady / unstable
    possible / impossible
    help benefit / hurt harm
    long / short
    deep / shallow
    wide / narrow
    exact exactly / approximate approximately
    manual manually / automatic automatically
    static / dynamic
    inside within / outside
    include / exclude omit
    separate apart different / same identical shared
    forward forwards / backward backwards reverse
    open / closed
    dense / sparse
    local / global
    allow enable permit / prevent forbid prohibit block
    overfit overfitting / underfit underfitting
    success succeed / failure fail
"""


def _ends() -> dict[str, tuple[int, int]]:
    """Return the axis of each stem and the end of it: 1 or -1."""
    ends: dict[str, tuple[int, int]] = {}
    for axis, line in enumerate(_AXES.strip().splitlines()):
        for side, sign in zip(line.split("/"), (1, -1), strict=True):
            ends.update({stem(word): (axis, sign) for word in side.split()})
    return ends


_ENDS = _ends()


def end_of(root: str) -> tuple[int, int] | None:
    """Return the axis on which a stem lies, and its end of it; ``None`` for most words.

    "Deeper" and "rarest" lie where "deep" and "rare" do, unless they are listed themselves.
    """
    if found := _ENDS.get(root):
        return found
    for ending in ("er", "est"):
        base = root.removesuffix(ending)
        if base != root and (found := _ENDS.get(base) or _ENDS.get(base + "e")):
            return found
    return None
