"""QTI 2.1 packages: a zip with a manifest, a test, and a file for each item.

The elements and their order are those of IMS QTI 2.1 and IMS Content Packaging 1.1.4
(https://www.imsglobal.org/question/qtiv2p1/imsqti_implv2p1.html). Responses are processed by the
standard templates, which every system knows. The evidence is modal feedback, shown after the
response.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from tutor.quiz.formats.evidence import place, quoted
from tutor.quiz.formats.record import shortened
from tutor.quiz.items import FALSE, TRUE
from tutor.quiz.wording import GAP
from tutor.schema import ItemKind, Notice, QuizItem

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CONTENT_PACKAGING = "http://www.imsglobal.org/xsd/imscp_v1p1"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = {
    QTI: "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    CONTENT_PACKAGING: "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
}
_TEST = "test.xml"


def write_qti(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item and a test named ``title`` that asks them in order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", _serialized(_manifest(items)))
        package.writestr(_TEST, _serialized(_test(items, title)))
        for item in items:
            package.writestr(_file(item), _serialized(_assessment_item(item)))
    return []


def _serialized(root: ET.Element) -> bytes:
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _root(tag: str, namespace: str, **attributes: str) -> ET.Element:
    location = {"xmlns:xsi": _XSI, "xsi:schemaLocation": f"{namespace} {_SCHEMAS[namespace]}"}
    return ET.Element(tag, {"xmlns": namespace, **location, **attributes})


def identifier(item: QuizItem) -> str:
    """Return a name for an item that XML and file systems allow, the same at every export."""
    if re.fullmatch(r"[a-z0-9-]{1,64}", item.id):
        return f"item-{item.id}"
    return f"item-{hashlib.sha256(item.id.encode()).hexdigest()[:32]}"


def _file(item: QuizItem) -> str:
    return f"items/{identifier(item)}.xml"


# ---------------------------------------------------------------------------- package


def _manifest(items: Sequence[QuizItem]) -> ET.Element:
    manifest = _root("manifest", CONTENT_PACKAGING, identifier="manifest")
    metadata = ET.SubElement(manifest, "metadata")
    ET.SubElement(metadata, "schema").text = "QTIv2.1 Package"
    ET.SubElement(metadata, "schemaversion").text = "1.0.0"
    ET.SubElement(manifest, "organizations")
    resources = ET.SubElement(manifest, "resources")
    test = _add_resource(resources, "test", "imsqti_test_xmlv2p1", _TEST)
    for item in items:
        name = identifier(item)
        ET.SubElement(test, "dependency", identifierref=name)
        _add_resource(resources, name, "imsqti_item_xmlv2p1", _file(item))
    return manifest


def _add_resource(resources: ET.Element, name: str, kind: str, href: str) -> ET.Element:
    resource = ET.SubElement(resources, "resource", identifier=name, type=kind, href=href)
    ET.SubElement(resource, "file", href=href)
    return resource


def _test(items: Sequence[QuizItem], title: str) -> ET.Element:
    test = _root("assessmentTest", QTI, identifier="test", title=shortened(title, 200))
    part = ET.SubElement(
        test, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual"
    )
    section = ET.SubElement(
        part, "assessmentSection", identifier="section", title=shortened(title, 200), visible="true"
    )
    for item in items:
        ET.SubElement(section, "assessmentItemRef", identifier=identifier(item), href=_file(item))
    return test


# ------------------------------------------------------------------------------- item


def _assessment_item(item: QuizItem) -> ET.Element:
    root = _root(
        "assessmentItem",
        QTI,
        identifier=identifier(item),
        title=shortened(item.topic or item.stem),
        adaptive="false",
        timeDependent="false",
    )
    typed = item.kind is ItemKind.CLOZE
    _declare_response(root, item)
    _declare_outcome(root, "SCORE", "float", "0")
    _declare_outcome(root, "FEEDBACK", "identifier", "evidence")
    body = ET.SubElement(root, "itemBody")
    (_add_gap if typed else _add_choices)(body, item)
    template = "map_response" if typed else "match_correct"
    ET.SubElement(root, "responseProcessing", template=f"{_TEMPLATES}/{template}")
    _add_feedback(root, item)
    return root


def _declare_response(root: ET.Element, item: QuizItem) -> None:
    typed = item.kind is ItemKind.CLOZE
    response = ET.SubElement(
        root,
        "responseDeclaration",
        identifier="RESPONSE",
        cardinality="single",
        baseType="string" if typed else "identifier",
    )
    right = item.key if typed else _choice(_options(item).index(item.key))
    ET.SubElement(ET.SubElement(response, "correctResponse"), "value").text = right
    if typed:
        mapping = ET.SubElement(
            response, "mapping", lowerBound="0", upperBound="1", defaultValue="0"
        )
        for answer in {text.casefold(): text for text in (item.key, *item.accepted)}.values():
            ET.SubElement(
                mapping, "mapEntry", mapKey=answer, mappedValue="1", caseSensitive="false"
            )


def _declare_outcome(root: ET.Element, name: str, base: str, default: str) -> None:
    outcome = ET.SubElement(
        root, "outcomeDeclaration", identifier=name, cardinality="single", baseType=base
    )
    ET.SubElement(ET.SubElement(outcome, "defaultValue"), "value").text = default


def _options(item: QuizItem) -> tuple[str, ...]:
    return (TRUE, FALSE) if item.kind is ItemKind.TRUE_FALSE else item.options


def _choice(index: int) -> str:
    return f"choice-{index + 1}"


def _add_choices(body: ET.Element, item: QuizItem) -> None:
    interaction = ET.SubElement(
        body,
        "choiceInteraction",
        responseIdentifier="RESPONSE",
        shuffle="true" if item.kind is ItemKind.MULTIPLE_CHOICE else "false",
        maxChoices="1",
    )
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


def _add_feedback(root: ET.Element, item: QuizItem) -> None:
    quote, where = quoted(item.evidence), place(item.evidence)
    if not (item.explanation or quote or where):
        return
    told = ET.SubElement(
        root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="evidence", showHide="show"
    )
    if item.explanation:
        _append(ET.SubElement(told, "p"), item.explanation)
    if quote:
        _append(ET.SubElement(ET.SubElement(told, "blockquote"), "p"), quote)
    if where:
        _append(ET.SubElement(told, "p"), where)


def _append(parent: ET.Element, text: str) -> None:
    """Add ``text`` at the end of ``parent``, line ends as ``br``."""
    for number, line in enumerate(text.split("\n")):
        last = ET.SubElement(parent, "br") if number else parent[-1] if len(parent) else None
        if last is None:
            parent.text = (parent.text or "") + line
        else:
            last.tail = (last.tail or "") + line
