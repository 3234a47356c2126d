"""A question set drafted from notes: some of each kind, spread over the notes, the same by seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tutor.evaluation.drafting.draft import Draft
from tutor.evaluation.drafting.lists import how_tos, lists
from tutor.evaluation.drafting.misspelling import misspelt
from tutor.evaluation.drafting.terms import comparisons, definitions, facts, follow_ups
from tutor.evaluation.drafting.unanswerable import unanswerable
from tutor.quiz.knowledge.glossary import Glossary


def draft_questions(
    glossary: Glossary, count: int, *, others: Sequence[Glossary] = (), seed: int = 0
) -> tuple[Draft, ...]:
    """Draft up to ``count`` questions from the notes behind ``glossary``, without a model.

    The kinds take turns, and each picks what is said of a term and a passage that have had the
    fewest questions so far. ``others`` are the glossaries of other courses, from whose terms
    some of the unanswerable questions come. The same arguments give the same questions.
    """
    rng = random.Random(seed)
    makers = (facts, definitions, lists, how_tos, comparisons, follow_ups)
    pools = [_shuffled(make(glossary), rng) for make in makers]
    plain = [draft for pool in pools[:3] for draft in pool]
    pools.append(_shuffled(misspelt(plain, rng), rng))
    pools.append(_shuffled(unanswerable(glossary, others), rng))
    return _taken_in_turn(pools, count)


def _shuffled(drafts: Iterable[Draft], rng: random.Random) -> list[Draft]:
    """Return the sound drafts in any order; a question with two answers is not among them."""
    asked: dict[tuple[object, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.is_sound:
            asked[draft.question, draft.history].append(draft)
    clear = [same[0] for same in asked.values() if len({one.must for one in same}) == 1]
    rng.shuffle(clear)
    return clear


def _taken_in_turn(pools: Sequence[list[Draft]], count: int) -> tuple[Draft, ...]:
    taken: list[Draft] = []
    uses: Counter[str] = Counter()
    while len(taken) < count and any(pools):
        for pool in pools:
            if pool and len(taken) < count:
                best = min(pool, key=lambda one: (uses[one.about], uses[one.chunk.id]))
                pool.remove(best)
                taken.append(best)
                uses.update((best.about, best.chunk.id))
    return tuple(taken)
