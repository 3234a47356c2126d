"""What can be asked of what the notes tell: which makers make each kind of item at each level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tutor.quiz.desk import Desk, Subject
from tutor.quiz.knowledge.glossary import Glossary
from tutor.quiz.makers.choices import (
    contrast_choice,
    example_choice,
    term_choice,
    use_choice,
)
from tutor.quiz.makers.claims import relation_statement
from tutor.quiz.makers.consequences import consequence_choice, consequence_pairs
from tutor.quiz.makers.gaps import cloze
from tutor.quiz.makers.matching import descriptions, examples, uses
from tutor.quiz.makers.mistakes import belief_statement, mistake_choice, mistake_pairs
from tutor.quiz.makers.open_items import (
    comparison_answer,
    definition_answer,
    example_answer,
    list_answer,
    relation_answer,
)
from tutor.quiz.makers.ordering import events, step_descriptions, steps
from tutor.quiz.makers.relations import relation_choice, relation_gap, relation_pairs
from tutor.quiz.makers.responses import members, true_statements
from tutor.quiz.makers.sides import (
    side_choice,
    side_decision,
    side_pairs,
    side_responses,
    side_statement,
)
from tutor.quiz.makers.statements import (
    contrast_statement,
    example_statement,
    statement,
)
from tutor.quiz.makers.tables import cells
from tutor.quiz.makers.worked import worked_choice, worked_gap, worked_statement
from tutor.schema import ItemKind, QuizItem

Maker = Callable[[Desk, Any], Iterator[QuizItem]]
Table = Mapping[tuple[ItemKind, int], tuple[Maker, ...]]

OF_FACTS: Table = {
    (ItemKind.MULTIPLE_CHOICE, 1): (term_choice,),
    (ItemKind.MULTIPLE_CHOICE, 2): (contrast_choice,),
    (ItemKind.MULTIPLE_CHOICE, 3): (example_choice, use_choice),
    (ItemKind.MULTIPLE_RESPONSE, 2): (true_statements,),
    (ItemKind.TRUE_FALSE, 1): (statement,),
    (ItemKind.TRUE_FALSE, 2): (contrast_statement,),
    (ItemKind.TRUE_FALSE, 3): (example_statement,),
    (ItemKind.CLOZE, 1): (cloze,),
    (ItemKind.MATCHING, 1): (descriptions,),
    (ItemKind.MATCHING, 3): (examples, uses),
    (ItemKind.SHORT_ANSWER, 1): (definition_answer,),
    (ItemKind.SHORT_ANSWER, 3): (example_answer,),
    (ItemKind.LONG_ANSWER, 2): (comparison_answer,),
}
OF_LISTS: Table = {
    (ItemKind.MULTIPLE_RESPONSE, 1): (members,),
    (ItemKind.ORDERING, 1): (steps, events),
    (ItemKind.ORDERING, 2): (step_descriptions,),
    (ItemKind.LONG_ANSWER, 1): (list_answer,),
}
OF_REASONS: Table = {
    (ItemKind.MULTIPLE_CHOICE, 2): (relation_choice, consequence_choice),
    (ItemKind.MULTIPLE_CHOICE, 3): (relation_choice,),
    (ItemKind.TRUE_FALSE, 2): (relation_statement,),
    (ItemKind.TRUE_FALSE, 3): (relation_statement,),
    (ItemKind.CLOZE, 2): (relation_gap,),
    (ItemKind.CLOZE, 3): (relation_gap,),
    (ItemKind.MATCHING, 2): (relation_pairs, consequence_pairs),
    (ItemKind.MATCHING, 3): (relation_pairs,),
    (ItemKind.SHORT_ANSWER, 2): (relation_answer,),
    (ItemKind.SHORT_ANSWER, 3): (relation_answer,),
}
OF_SIDES: Table = {
    (ItemKind.MULTIPLE_CHOICE, 2): (side_choice,),
    (ItemKind.MULTIPLE_RESPONSE, 2): (side_responses,),
    (ItemKind.TRUE_FALSE, 2): (side_statement,),
    (ItemKind.TRUE_FALSE, 3): (side_decision,),
    (ItemKind.MATCHING, 2): (side_pairs,),
}
OF_MISTAKES: Table = {
    (ItemKind.TRUE_FALSE, 2): (belief_statement,),
    (ItemKind.MULTIPLE_CHOICE, 3): (mistake_choice,),
    (ItemKind.MATCHING, 3): (mistake_pairs,),
}
OF_TABLES: Table = {
    (ItemKind.MATCHING, 1): (cells,),
}
OF_WORKED: Table = {
    (ItemKind.MULTIPLE_CHOICE, 3): (worked_choice,),
    (ItemKind.TRUE_FALSE, 3): (worked_statement,),
    (ItemKind.CLOZE, 3): (worked_gap,),
}


READ: tuple[tuple[Table, Callable[[Glossary], Sequence[Subject]]], ...] = (
    (OF_FACTS, lambda glossary: glossary.facts),
    (OF_LISTS, lambda glossary: glossary.lists),
    (OF_REASONS, lambda glossary: glossary.reasons),
    (OF_SIDES, lambda glossary: glossary.sides),
    (OF_MISTAKES, lambda glossary: glossary.mistakes),
    (OF_TABLES, lambda glossary: glossary.tables),
    (OF_WORKED, lambda glossary: glossary.worked),
)
"""Where the subjects of each table come from."""
