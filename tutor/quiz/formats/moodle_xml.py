"""Moodle's own XML, which holds more than GIFT: texts with layout, tags and identities.

https://docs.moodle.org/en/Moodle_XML_format
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from tutor.quiz.formats.evidence import place, quoted
from tutor.quiz.formats.gift import MOODLE_GAP, literal
from tutor.quiz.formats.record import shortened
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.wording import GAP
from tutor.schema import ItemKind, Notice, QuizItem

_TYPES = {
    ItemKind.MULTIPLE_CHOICE: "multichoice",
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
    return []


def _question(item: QuizItem) -> ET.Element:
    question = ET.Element("question", type=_TYPES[item.kind])
    name = f"{item.topic}: {item.stem}" if item.topic else item.stem
    _add_text(ET.SubElement(question, "name"), shortened(name))
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
        ("single", "true"),
        ("shuffleanswers", "true"),
        ("answernumbering", "ABCD"),
    ]:
        ET.SubElement(question, name).text = value
    for option in item.options:
        _add_answer(question, _paragraph(option), option == item.key, "html")


def _add_verdicts(question: ET.Element, item: QuizItem) -> None:
    for verdict in (TRUE, FALSE):
        _add_answer(question, verdict.lower(), verdict == item.key)


def _add_typed(question: ET.Element, item: QuizItem) -> None:
    ET.SubElement(question, "usecase").text = "0"
    for answer in dict.fromkeys((item.key, *item.accepted)):
        _add_answer(question, literal(answer), True)


_ADD_ANSWERS = {
    ItemKind.MULTIPLE_CHOICE: _add_choices,
    ItemKind.TRUE_FALSE: _add_verdicts,
    ItemKind.CLOZE: _add_typed,
}


def _add_answer(
    question: ET.Element, text: str, right: bool, text_format: str = "moodle_auto_format"
) -> None:
    answer = ET.SubElement(question, "answer", fraction="100" if right else "0", format=text_format)
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
    quote, where = quoted(item.evidence), place(item.evidence)
    return "".join(
        [
            _paragraph(item.explanation) if item.explanation else "",
            f"<blockquote>{_paragraph(quote)}</blockquote>" if quote else "",
            f"<p><small>{escape(where, quote=False)}</small></p>" if where else "",
        ]
    )


def _paragraph(text: str) -> str:
    """Return ``text`` as HTML that shows it as it is."""
    return f"<p>{escape(text, quote=False).replace(chr(10), '<br>')}</p>"
