"""QTI 2.1 packages: a zip with a manifest, a test, and a file for each item (see ``qti_item``).

The elements and their order are those of IMS Content Packaging 1.1.4, as QTI 2.1 uses it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from tutor.quiz.formats.qti_item import (
    CONTENT_PACKAGING,
    QTI,
    assessment_item,
    identifier,
    root_of,
)
from tutor.quiz.formats.record import shortened
from tutor.schema import Notice, QuizItem

_TEST = "test.xml"


def write_qti(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write every item and a test named ``title`` that asks them in order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", _serialized(_manifest(items)))
        package.writestr(_TEST, _serialized(_test(items, title)))
        for item in items:
            package.writestr(_file(item), _serialized(assessment_item(item)))
    return []


def _serialized(root: ET.Element) -> bytes:
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _file(item: QuizItem) -> str:
    return f"items/{identifier(item)}.xml"


def _manifest(items: Sequence[QuizItem]) -> ET.Element:
    manifest = root_of("manifest", CONTENT_PACKAGING, identifier="manifest")
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
    test = root_of("assessmentTest", QTI, identifier="test", title=shortened(title, 200))
    part = ET.SubElement(
        test, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual"
    )
    section = ET.SubElement(
        part, "assessmentSection", identifier="section", title=shortened(title, 200), visible="true"
    )
    for item in items:
        ET.SubElement(section, "assessmentItemRef", identifier=identifier(item), href=_file(item))
    return test
