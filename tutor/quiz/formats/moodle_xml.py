"""Moodle's own XML, which holds more than GIFT: texts with layout, tags and identities.

https://docs.moodle.org/en/Moodle_XML_format

Steps to be put in order become a matching question, places to steps, which every Moodle knows;
questions for the learner's own words become essays, the rubric beside them for whoever marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from tutor.quiz.formats.evidence import OPEN, place, proofs, quoted
from tutor.quiz.formats.gift import MOODLE_GAP, literal, remarks, share
from tutor.quiz.formats.record import name_of, shortened
from tutor.quiz.formats.telling import lines_to_write
from tutor.quiz.items import FALSE, GAP, TRUE
from tutor.schema import ItemKind, Notice, QuizItem

_TYPES = {
    ItemKind.MULTIPLE_CHOICE: "multichoice",
    ItemKind.MULTIPLE_RESPONSE: "multichoice",
    ItemKind.MATCHING: "matching",
    ItemKind.ORDERING: "matching",
    ItemKind.SHORT_ANSWER: "essay",
    ItemKind.LONG_ANSWER: "essay",
    ItemKind.TRUE_FALSE: "truefalse",
    ItemKind.CLOZE: "shortanswer",
}
_PENALTY = "0.3333333"
"""What each further try costs in Moodle's interactive mode; its own default."""


def write_moodle_xml(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item, the evidence in the general feedback; Moodle's category is ``title``."""
    quiz = ET.Element("quiz")
    category = ET.SubElement(ET.SubElement(quiz, "question", type="category"), "category")
    # Moodle splits categories at a slash; "//" is one that belongs to the name.
    _add_text(category, f"$course$/top/{shortened(title).replace('/', '//')}")
    quiz.extend(_question(item) for item in items)
    ET.indent(quiz)
    ET.ElementTree(quiz).write(path, encoding="utf-8", xml_declaration=True)
    return remarks(items)


def _question(item: QuizItem) -> ET.Element:
    question = ET.Element("question", type=_TYPES[item.kind])
    _add_text(ET.SubElement(question, "name"), name_of(item))
    stem = item.stem.replace(GAP, MOODLE_GAP) if item.kind is ItemKind.CLOZE else item.stem
    _add_html(question, "questiontext", _paragraph(stem))
    _add_html(question, "generalfeedback", _feedback(item))
    for name, value in [
        ("defaultgrade", "1"),
        ("penalty", "1" if item.kind is ItemKind.TRUE_FALSE else _PENALTY),
        ("hidden", "0"),
        ("idnumber", item.id),
    ]:
        ET.SubElement(question, name).text = value
    _ADD_ANSWERS[item.kind](question, item)
    _add_tags(question, item)
    return question


def _add_choices(question: ET.Element, item: QuizItem) -> None:
    for name, value in [
        ("single", str(item.kind is ItemKind.MULTIPLE_CHOICE).lower()),
        ("shuffleanswers", "true"),
        ("answernumbering", "ABCD"),
    ]:
        ET.SubElement(question, name).text = value
    for option in item.options:
        _add_answer(question, _paragraph(option), share(item, option), "html")


def _add_verdicts(question: ET.Element, item: QuizItem) -> None:
    for verdict in (TRUE, FALSE):
        _add_answer(question, verdict.lower(), "100" if verdict == item.key else "0")


def _add_typed(question: ET.Element, item: QuizItem) -> None:
    ET.SubElement(question, "usecase").text = "0"
    for answer in dict.fromkeys((item.key, *item.accepted)):
        _add_answer(question, literal(answer), "100")


def _add_pairs(question: ET.Element, item: QuizItem) -> None:
    """Add what is to be matched: pairs, or places and steps; last what goes with nothing."""
    ET.SubElement(question, "shuffleanswers").text = "true"
    asked = [pair.prompt for pair in item.pairs] or list(map(str, range(1, len(item.keys) + 1)))
    spare = [option for option in item.options if option not in item.keys]
    for prompt, match in zip([*asked, *[""] * len(spare)], [*item.keys, *spare], strict=True):
        pair = ET.SubElement(question, "subquestion", format="html")
        _add_text(pair, _paragraph(prompt) if prompt else "")
        _add_text(ET.SubElement(pair, "answer"), match)


def _add_essay(question: ET.Element, item: QuizItem) -> None:
    for name, value in [
        ("responseformat", "editor"),
        ("responserequired", "1"),
        ("responsefieldlines", str(5 * lines_to_write(item))),
        ("attachments", "0"),
        ("attachmentsrequired", "0"),
    ]:
        ET.SubElement(question, name).text = value
    _add_html(question, "graderinfo", _solution(item) + _proofs(item))
    _add_html(question, "responsetemplate", "")


_ADD_ANSWERS = {
    ItemKind.MULTIPLE_CHOICE: _add_choices,
    ItemKind.MULTIPLE_RESPONSE: _add_choices,
    ItemKind.MATCHING: _add_pairs,
    ItemKind.ORDERING: _add_pairs,
    ItemKind.SHORT_ANSWER: _add_essay,
    ItemKind.LONG_ANSWER: _add_essay,
    ItemKind.TRUE_FALSE: _add_verdicts,
    ItemKind.CLOZE: _add_typed,
}


def _add_answer(
    question: ET.Element, text: str, fraction: str, text_format: str = "moodle_auto_format"
) -> None:
    answer = ET.SubElement(question, "answer", fraction=fraction, format=text_format)
    _add_text(answer, text)
    _add_text(ET.SubElement(answer, "feedback", format="html"), "")


def _add_tags(question: ET.Element, item: QuizItem) -> None:
    tags = ET.SubElement(question, "tags")
    for tag in filter(None, (shortened(item.topic), f"level {item.level}")):
        _add_text(ET.SubElement(tags, "tag"), tag)


def _add_html(question: ET.Element, name: str, html: str) -> None:
    _add_text(ET.SubElement(question, name, format="html"), html)


def _add_text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = text


def _feedback(item: QuizItem) -> str:
    explanation = _paragraph(item.explanation) if item.explanation else ""
    return explanation + _solution(item) + _proofs(item)


def _solution(item: QuizItem) -> str:
    return _paragraph(f"A full answer: {item.key}") if item.kind in OPEN else ""


def _proofs(item: QuizItem) -> str:
    parts = []
    for proof in proofs(item):
        quote, where = quoted(proof.evidence), place(proof.evidence)
        parts += [
            _paragraph(proof.settles) if proof.settles else "",
            f"<blockquote>{_paragraph(quote)}</blockquote>" if quote else "",
            f"<p><small>{escape(where, quote=False)}</small></p>" if where else "",
        ]
    return "".join(parts)


def _paragraph(text: str) -> str:
    """Return ``text`` as HTML that shows it as it is."""
    return f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>"
