"""What a model may ask of a passage: items that have passed the gates before it is asked.

The makers of ``repertoire`` put what the notes tell in the passage as items. The model judges what
they cannot: which of these is worth asking, and which wrong options, all of them ruled out by the
notes, tempt most. So what it writes under the grammar of ``proposal_grammar`` hardly ever fails.
A small model words nothing itself: "Which of these is a can of a can" holds no word that the gates
could find fault with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from tutor.errors import UnusableReply
from tutor.llm.grammar import alternatives, choice, literal, rules, sequence
from tutor.quiz.by_model.drafts import quotable
from tutor.quiz.desk import Desk, Subject
from tutor.quiz.gates import check, check_beside, is_about_options
from tutor.quiz.gates.gate import CHOICES, wrong
from tutor.quiz.items import item_id
from tutor.quiz.repertoire import READ, Maker
from tutor.quiz.selection import Demand, demand_met, is_one_sided
from tutor.quiz.wording import SELECT_ALL
from tutor.schema import Chunk, ItemKind, QuizItem

VERSIONS = 10
"""Versions of an item that are looked at: all sets of three out of five wrong options."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item to ask, the number of its evidence among the stretches shown, from 1, and ``others``.

    These are the wrong options to choose from, the item's own among them.
    """

    number: int
    item: QuizItem
    others: tuple[str, ...]

    @property
    def head(self) -> str:
        """The lines of the draft up to the wrong options, which are the model's choice."""
        item, lines = self.item, [f"Evidence: {self.number}"]
        match item.kind:
            case ItemKind.CLOZE:
                lines += [f"Missing: {item.key}"]
            case ItemKind.TRUE_FALSE:
                lines += [f"Statement: {item.stem}", f"Verdict: {item.key}"]
            case ItemKind.MULTIPLE_RESPONSE:
                lines += [f"Stem: {item.stem.removesuffix(SELECT_ALL)}"]
                lines += [f"Right: {key}" for key in item.keys]
            case _:
                lines += [f"Stem: {item.stem}", f"Answer: {item.key}"]
        return "\n".join([*lines, ""])


def proposals(
    kind: ItemKind,
    chunk: Chunk,
    desk: Desk,
    refused: Sequence[str] = (),
    demand: Demand = Demand.PASSING,
) -> list[Proposal]:
    """Return what may be asked of a chunk: items that pass and repeat none that the desk keeps.

    Items whose identity is among ``refused`` are left out, and so are those that do not meet the
    ``demand``.
    """
    found: dict[str, Proposal] = {}
    quotes = quotable(chunk)
    made: list[Iterator[QuizItem]] = [
        islice(make(desk, subject), VERSIONS) for make, subject in _jobs(kind, chunk, desk)
    ]
    for versions in map(list, made):
        item = _first_that_passes(versions, desk)
        number = _number(item.evidence.quote, quotes) if item is not None else 0
        if item is None or not number or item.id in refused:
            continue
        if is_one_sided(item, desk) or demand_met(item, desk) < demand:
            continue
        alike = [one for one in versions if (one.stem, one.keys) == (item.stem, item.keys)]
        others = dict.fromkeys(option for one in (item, *alike) for option in wrong(one))
        proposal = Proposal(number, item, tuple(others))
        found.setdefault(proposal.head, proposal)
    return list(found.values())


def _jobs(kind: ItemKind, chunk: Chunk, desk: Desk) -> Iterator[tuple[Maker, Subject]]:
    for table, read in READ:
        for make in table.get((kind, desk.level), ()):
            yield from ((make, one) for one in read(desk.glossary) if one.chunk.id == chunk.id)


def _first_that_passes(versions: Sequence[QuizItem], desk: Desk) -> QuizItem | None:
    """Return the first version with which no gate finds fault."""
    for item in versions:
        if check_beside(item, desk.items):
            return None
        reasons = check(item, desk.glossary)
        if not reasons:
            return item
        if not is_about_options(reasons[0]):
            return None  # other wrong options would not mend it
    return None


def _number(quote: str, quotes: Sequence[str]) -> int:
    """Return the place, from 1, of the stretch that a quote is part of, or that is part of it."""
    places = (place for place, one in enumerate(quotes, 1) if quote in one or one in quote)
    return next(places, 0)


def proposal_grammar(offered: Sequence[Proposal]) -> str:
    """Return the grammar (GBNF) of the drafts of these proposals, in the lines of ``FORMS``.

    Raises:
        ValueError: nothing is offered.
    """
    return rules(root=alternatives(*map(_lines, offered)))


def leaves_choice(offered: Sequence[Proposal]) -> bool:
    """Say whether there are several drafts that a model could write of what is offered."""
    one = offered[0]
    return len(offered) > 1 or set(one.others) > set(wrong(one.item))


def _lines(proposal: Proposal) -> str:
    """Return the expression of a draft.

    Each wrong option is chosen from a list of its own, for small models say one thing three times.
    """
    slots = len(wrong(proposal.item)) if proposal.item.kind in CHOICES else 0
    lists = [choice(*proposal.others[slot::slots]) for slot in range(slots)]
    lines = [sequence(literal("Wrong: "), words, literal("\n")) for words in lists]
    return sequence(literal(proposal.head), *lines)


def chosen(reply: str, offered: Sequence[Proposal]) -> tuple[QuizItem, Proposal]:
    """Return the item that a model drafted, with its own wrong options, and what it was offered as.

    Raises:
        UnusableReply: the reply is none of the drafts that were offered.
    """
    for proposal in offered:
        head = proposal.head.strip()
        if reply.strip().startswith(head):
            rest = reply.strip()[len(head) :].strip()
            others = [line.removeprefix("Wrong: ") for line in rest.splitlines()]
            return (_with(proposal.item, others) if others else proposal.item), proposal
    raise UnusableReply("The model's draft is none of those that it could choose from; try again.")


def _with(item: QuizItem, others: Sequence[str]) -> QuizItem:
    """Return a choice with these wrong options."""
    options = (*item.keys, *others)
    identity = item_id(item.kind, item.stem, options, item.evidence.chunk_id)
    return replace(item, id=identity, options=options)
