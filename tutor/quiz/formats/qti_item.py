"""One item in QTI 2.1: what is asked, what is right, and the evidence as feedback.

The elements and their order are those of IMS QTI 2.1
(https://www.imsglobal.org/question/qtiv2p1/imsqti_implv2p1.html). Responses are processed by the
rules of the standard templates, which are named as well; short and long answers are left to a
person, who finds model answer and rubric in a block for scorers. The evidence is modal feedback,
shown after the response.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tutor.quiz.formats.evidence import OPEN, Proof, feedback, place, proofs, quoted
from tutor.quiz.formats.record import name_of
from tutor.quiz.formats.telling import lines_to_write
from tutor.quiz.items import FALSE, GAP, TRUE
from tutor.schema import ItemKind, QuizItem

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CONTENT_PACKAGING = "http://www.imsglobal.org/xsd/imscp_v1p1"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
_MATCH_CORRECT, _MAP_RESPONSE = "match_correct", "map_response"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = {
    QTI: "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    CONTENT_PACKAGING: "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
}


def root_of(tag: str, namespace: str, **attributes: str) -> ET.Element:
    """Return the root of a document, which names its schema."""
    location = {"xmlns:xsi": _XSI, "xsi:schemaLocation": f"{namespace} {_SCHEMAS[namespace]}"}
    return ET.Element(tag, {"xmlns": namespace, **location, **attributes})


def identifier(item: QuizItem) -> str:
    """Return a name for an item that XML and file systems allow, the same at every export."""
    if re.fullmatch(r"[a-z0-9-]{1,64}", item.id):
        return f"item-{item.id}"
    return f"item-{hashlib.sha256(item.id.encode()).hexdigest()[:32]}"


def assessment_item(item: QuizItem) -> ET.Element:
    """Return the document of an item."""
    root = root_of(
        "assessmentItem",
        QTI,
        identifier=identifier(item),
        title=name_of(item),
        adaptive="false",
        timeDependent="false",
    )
    asked = _ASKED[item.kind]
    _declare_response(root, item, asked)
    _declare_outcome(root, "SCORE", "float", "0")
    _declare_outcome(root, "FEEDBACK", "identifier", "evidence")
    body = ET.SubElement(root, "itemBody")
    asked.add(body, item)
    if asked.template:
        _add_processing(root, asked.template)
    _add_feedback(root, item)
    return root


def _declare_response(root: ET.Element, item: QuizItem, asked: _Asked) -> None:
    response = ET.SubElement(
        root,
        "responseDeclaration",
        identifier="RESPONSE",
        cardinality=asked.cardinality,
        baseType=asked.base,
    )
    right = ET.SubElement(response, "correctResponse")
    for value in asked.right(item):
        ET.SubElement(right, "value").text = value
    if worth := asked.worth(item):
        mapping = ET.SubElement(
            response, "mapping", lowerBound="0", upperBound="1", defaultValue="0"
        )
        for value, points in worth.items():
            entry = ET.SubElement(mapping, "mapEntry", mapKey=value, mappedValue=points)
            if asked.base == "string":
                entry.set("caseSensitive", "false")


def _add_processing(root: ET.Element, template: str) -> None:
    """Name a standard template and spell its rules out, for readers that do not know it."""
    processing = ET.SubElement(root, "responseProcessing", template=f"{_TEMPLATES}/{template}")
    condition = ET.SubElement(processing, "responseCondition")
    first = ET.SubElement(condition, "responseIf")
    otherwise = ET.SubElement(condition, "responseElse")
    if template == _MATCH_CORRECT:
        match = ET.SubElement(first, "match")
        ET.SubElement(match, "variable", identifier="RESPONSE")
        ET.SubElement(match, "correct", identifier="RESPONSE")
        _set_score(first, "1")
        _set_score(otherwise, "0")
    else:
        ET.SubElement(ET.SubElement(first, "isNull"), "variable", identifier="RESPONSE")
        _set_score(first, "0")
        score = ET.SubElement(otherwise, "setOutcomeValue", identifier="SCORE")
        ET.SubElement(score, "mapResponse", identifier="RESPONSE")


def _set_score(branch: ET.Element, points: str) -> None:
    score = ET.SubElement(branch, "setOutcomeValue", identifier="SCORE")
    ET.SubElement(score, "baseValue", baseType="float").text = points


def _keys(item: QuizItem) -> list[str]:
    """Return the names of the right options."""
    return [_choice(_options(item).index(key)) for key in item.keys]


def _typed(item: QuizItem) -> list[str]:
    return [item.key]


def _pairs(item: QuizItem) -> list[str]:
    return [f"{_prompt(place)} {key}" for place, key in enumerate(_keys(item))]


def _worth_nothing(_item: QuizItem) -> dict[str, str]:
    return {}


def _worth_typed(item: QuizItem) -> dict[str, str]:
    answers = {text.casefold(): text for text in (item.key, *item.accepted)}
    return dict.fromkeys(answers.values(), "1")


def _worth_choices(item: QuizItem) -> dict[str, str]:
    """Return what each option earns: its part of the mark, or as much less."""
    part = _part(len(item.keys))
    return {
        _choice(place): part if option in item.keys else f"-{part}"
        for place, option in enumerate(item.options)
    }


def _worth_pairs(item: QuizItem) -> dict[str, str]:
    return dict.fromkeys(_pairs(item), _part(len(item.pairs)))


def _part(parts: int) -> str:
    """Return one part of the mark, rounded up so that all together reach the upper bound of 1."""
    return f"{math.ceil(1e6 / parts) / 1e6:g}"


def _declare_outcome(root: ET.Element, name: str, base: str, default: str) -> None:
    outcome = ET.SubElement(
        root, "outcomeDeclaration", identifier=name, cardinality="single", baseType=base
    )
    ET.SubElement(ET.SubElement(outcome, "defaultValue"), "value").text = default


def _options(item: QuizItem) -> tuple[str, ...]:
    return (TRUE, FALSE) if item.kind is ItemKind.TRUE_FALSE else item.options


def _choice(index: int) -> str:
    return f"choice-{index + 1}"


def _prompt(index: int) -> str:
    return f"prompt-{index + 1}"


def _add_choices(body: ET.Element, item: QuizItem) -> None:
    interaction = ET.SubElement(
        body,
        "choiceInteraction",
        responseIdentifier="RESPONSE",
        shuffle="false" if item.kind is ItemKind.TRUE_FALSE else "true",
        maxChoices="0" if item.kind is ItemKind.MULTIPLE_RESPONSE else "1",
    )
    _add_options(interaction, item)


def _add_order(body: ET.Element, item: QuizItem) -> None:
    interaction = ET.SubElement(
        body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true"
    )
    _add_options(interaction, item)


def _add_options(interaction: ET.Element, item: QuizItem) -> None:
    _append(ET.SubElement(interaction, "prompt"), item.stem)
    for index, option in enumerate(_options(item)):
        _append(ET.SubElement(interaction, "simpleChoice", identifier=_choice(index)), option)


def _add_gap(body: ET.Element, item: QuizItem) -> None:
    paragraph = ET.SubElement(body, "p")
    before, _, after = item.stem.partition(GAP)
    _append(paragraph, before)
    longest = max(len(answer) for answer in (item.key, *item.accepted))
    ET.SubElement(
        paragraph,
        "textEntryInteraction",
        responseIdentifier="RESPONSE",
        expectedLength=str(longest),
    )
    _append(paragraph, after)


def _add_matches(body: ET.Element, item: QuizItem) -> None:
    interaction = ET.SubElement(
        body,
        "matchInteraction",
        responseIdentifier="RESPONSE",
        shuffle="true",
        maxAssociations=str(len(item.pairs)),
    )
    _append(ET.SubElement(interaction, "prompt"), item.stem)
    prompts = {_prompt(place): pair.prompt for place, pair in enumerate(item.pairs)}
    options = {_choice(place): option for place, option in enumerate(item.options)}
    for texts, most in ((prompts, 1), (options, len(item.pairs))):
        side = ET.SubElement(interaction, "simpleMatchSet")
        for name, text in texts.items():
            one = ET.SubElement(side, "simpleAssociableChoice", identifier=name, matchMax=str(most))
            _append(one, text)


def _add_open(body: ET.Element, item: QuizItem) -> None:
    rubric = ET.SubElement(body, "rubricBlock", view="scorer")
    _append(ET.SubElement(rubric, "p"), f"A full answer: {item.key}")
    for proof in proofs(item):
        _add_proof(rubric, proof)
    interaction = ET.SubElement(
        body,
        "extendedTextInteraction",
        responseIdentifier="RESPONSE",
        expectedLines=str(2 * lines_to_write(item)),
    )
    _append(ET.SubElement(interaction, "prompt"), item.stem)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How QTI asks for a kind: cardinality and type of the response, and who adds what.

    ``right`` gives the right response, ``worth`` what its parts earn, ``template`` the way in which
    it is processed; "" leaves that to a person.
    """

    cardinality: str
    base: str
    template: str
    right: Callable[[QuizItem], list[str]]
    worth: Callable[[QuizItem], dict[str, str]]
    add: Callable[[ET.Element, QuizItem], None]


_ONE = _Asked("single", "identifier", _MATCH_CORRECT, _keys, _worth_nothing, _add_choices)
_OPEN = _Asked("single", "string", "", _typed, _worth_nothing, _add_open)
_ASKED = {
    ItemKind.MULTIPLE_CHOICE: _ONE,
    ItemKind.TRUE_FALSE: _ONE,
    ItemKind.MULTIPLE_RESPONSE: _Asked(
        "multiple", "identifier", _MAP_RESPONSE, _keys, _worth_choices, _add_choices
    ),
    ItemKind.CLOZE: _Asked("single", "string", _MAP_RESPONSE, _typed, _worth_typed, _add_gap),
    ItemKind.MATCHING: _Asked(
        "multiple", "directedPair", _MAP_RESPONSE, _pairs, _worth_pairs, _add_matches
    ),
    ItemKind.ORDERING: _Asked(
        "ordered", "identifier", _MATCH_CORRECT, _keys, _worth_nothing, _add_order
    ),
    ItemKind.SHORT_ANSWER: _OPEN,
    ItemKind.LONG_ANSWER: _OPEN,
}


def _add_feedback(root: ET.Element, item: QuizItem) -> None:
    if not feedback(item):
        return
    told = ET.SubElement(
        root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="evidence", showHide="show"
    )
    if item.explanation:
        _append(ET.SubElement(told, "p"), item.explanation)
    if item.kind in OPEN:
        _append(ET.SubElement(told, "p"), f"A full answer: {item.key}")
    for proof in proofs(item):
        _add_proof(told, proof)


def _add_proof(parent: ET.Element, proof: Proof) -> None:
    quote, where = quoted(proof.evidence), place(proof.evidence)
    if proof.settles:
        _append(ET.SubElement(parent, "p"), proof.settles)
    if quote:
        _append(ET.SubElement(ET.SubElement(parent, "blockquote"), "p"), quote)
    if where:
        _append(ET.SubElement(parent, "p"), where)


def _append(parent: ET.Element, text: str) -> None:
    """Add ``text`` at the end of ``parent``, line ends as ``br``."""
    for number, line in enumerate(text.split("\n")):
        last = ET.SubElement(parent, "br") if number else parent[-1] if len(parent) else None
        if last is None:
            parent.text = (parent.text or "") + line
        else:
            last.tail = (last.tail or "") + line
