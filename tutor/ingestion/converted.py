"""Word, PowerPoint, HTML and EPUB to Markdown, by markitdown's converters."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

from tutor.errors import NotesError
from tutor.ingestion.decoding import clean, decode
from tutor.ingestion.formats import Format

_LARGEST_UNPACKED = 1024 * 1024 * 1024
_LARGEST_PART = 64 * 1024 * 1024
_MOST_PARTS = 20_000
_TEXT_PARTS = (".xml", ".rels", ".html", ".htm", ".xhtml", ".opf", ".ncx", ".css")

_SLIDE = re.compile(r"^<!-- Slide number: \d+ -->\n?", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read_converted(data: bytes, form: Format) -> tuple[str, tuple[int, ...]]:
    """Return a document as Markdown and, for slides, the offset at which each one starts.

    Raises:
        NotesError: the file is damaged, or would unpack to more than memory should hold.
    """
    if form is Format.HTML:
        data = decode(data).encode("utf-8")
    else:
        _refuse_bomb(data, form)
    try:
        markdown = _converter(form)(data)
    except Exception as error:  # the converters let their parsers' exceptions through
        raise NotesError(
            f"it is damaged or no {form}. Open it in its own program, save it anew and ingest that."
        ) from error
    if form is Format.SLIDES:
        return _slides(clean(markdown))
    return _without_pictures(_COMMENT.sub("", clean(markdown))), ()


def _converter(form: Format) -> Callable[[bytes], str]:
    from markitdown import StreamInfo, converters

    logging.getLogger("bs4").setLevel(logging.ERROR)  # it warns about every odd byte
    kinds: dict[Format, Any] = {
        Format.HTML: converters.HtmlConverter,
        Format.WORD: converters.DocxConverter,
        Format.SLIDES: converters.PptxConverter,
        Format.EPUB: converters.EpubConverter,
    }

    def convert(data: bytes) -> str:
        with warnings.catch_warnings():  # of nesting too deep for it, where it falls back to text
            warnings.simplefilter("ignore")
            result = kinds[form]().convert(io.BytesIO(data), StreamInfo(charset="utf-8"))
        return str(result.markdown)

    return convert


def _refuse_bomb(data: bytes, form: Format) -> None:
    """Judge an archive by its directory, before any of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotesError(
            f"it is damaged or no {form}. Open it in its own program, save it anew and ingest that."
        ) from error
    if any(part.flag_bits & 1 for part in parts):
        raise NotesError("it is encrypted. Save a copy without a password and ingest that.")
    text_parts = [part.file_size for part in parts if part.filename.lower().endswith(_TEXT_PARTS)]
    if (
        len(parts) > _MOST_PARTS
        or sum(part.file_size for part in parts) > _LARGEST_UNPACKED
        or sum(text_parts) > 4 * _LARGEST_PART
        or max(text_parts, default=0) > _LARGEST_PART
    ):
        raise NotesError(
            "it unpacks to far more than a document holds, so it was left alone. "
            "If it is sound, export it as PDF and ingest that."
        )


def _slides(markdown: str) -> tuple[str, tuple[int, ...]]:
    """Take out the slide marks and return where each slide starts."""
    text = ""
    starts: list[int] = []
    for slide in _SLIDE.split(markdown)[1:]:
        starts.append(len(text))
        text += _without_pictures(slide).strip("\n") + "\n\n"
    return text, tuple(starts)


def _without_pictures(markdown: str) -> str:
    """Keep a picture's caption, not its address."""
    return _PICTURE.sub(r"\1", markdown)
