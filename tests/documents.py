"""Small documents of every binary format, written by hand or by the format's own library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Line = tuple[str, str, int]
"""A printed line of a PDF: its text, its font ("F1" regular, "F2" bold) and its size."""


def write_docx(path: Path, paragraphs: Sequence[tuple[str, str]], table: str = "") -> Path:
    """Write paragraphs of (style, text); a style is "" or, say, "Heading1"."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    return write_zip(
        path,
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations,
            "word/document.xml": f"<w:document {_W}><w:body>{body}{table}</w:body></w:document>",
        },
    )


def docx_table(rows: Sequence[Sequence[str]]) -> str:
    """Return the XML of a table."""
    cells = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def write_pptx(path: Path, slides: Sequence[tuple[str, str, str]]) -> Path:
    """Write slides of (title, body, speaker's notes)."""
    from pptx import Presentation

    presentation = Presentation()
    for title, body, notes in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    presentation.save(str(path))
    return path


def write_epub(path: Path, chapters: Sequence[str]) -> Path:
    """Write a book of chapters, each the inside of an HTML body."""
    names = [f"chapter{i}.xhtml" for i in range(len(chapters))]
    manifest = "".join(
        f'<item id="c{i}" href="{name}" media-type="application/xhtml+xml"/>'
        for i, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(names)))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Book</dc:title></metadata>'
        f"<manifest>{manifest}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
        '<rootfiles><rootfile full-path="OEBPS/content.opf" '
        'media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    parts = {"META-INF/container.xml": container, "OEBPS/content.opf": opf}
    for name, chapter in zip(names, chapters, strict=True):
        parts[f"OEBPS/{name}"] = f"<html><body>{chapter}</body></html>"
    return write_zip(path, parts)


def write_zip(path: Path, parts: dict[str, str]) -> Path:
    """Write a ZIP archive of text parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def pdf_bytes(pages: Sequence[Sequence[Line]], password: str = "") -> bytes:
    """Return a PDF with the given lines on each page, encrypted if there is a password."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(width=600, height=800)
        fonts = DictionaryObject()
        for name, base in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold")):
            fonts[NameObject(name)] = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject(base),
                    NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
                }
            )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(_drawn(lines))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(lines: Sequence[Line]) -> bytes:
    """Return the drawing of lines from the top down; an empty text leaves a line's space."""
    drawn: list[str] = []
    y = 760
    for text, font, size in lines:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        if text:
            drawn.append(f"BT /{font} {size} Tf 1 0 0 1 50 {y} Tm ({escaped}) Tj ET")
        y -= round(1.2 * size)
    return "\n".join(drawn).encode("cp1252")
