"""Word, PowerPoint, HTML and EPUB to Markdown, by markitdown's converters."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from typing import Any

from tutor.errors import NotesError
from tutor.ingestion.decoding import clean
from tutor.ingestion.formats import Format
from tutor.ingestion.webpage import main_part

_LARGEST_UNPACKED = 1024 * 1024 * 1024
_LARGEST_PART = 64 * 1024 * 1024
_MOST_PARTS = 20_000
_TEXT_PARTS = (".xml", ".rels", ".html", ".htm", ".xhtml", ".opf", ".ncx", ".css")

_SLIDE = re.compile(r"^<!-- Slide number: \d+ -->\n?", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_INTERNAL_LINK = re.compile(r"\[([^\]\n]*)\]\((?!\w+:)[^)\n]*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read_converted(data: bytes, form: Format) -> tuple[str, tuple[int, ...]]:
    """Return a document as Markdown and, for slides, the offset at which each one starts.

    Raises:
        NotesError: the file is damaged, or would unpack to more than memory should hold.
    """
    if form is not Format.HTML:
        _refuse_bomb(data, form)
    try:
        markdown = _converted(main_part(data) if form is Format.HTML else data, form)
    except NotesError:
        raise
    except Exception as error:  # the converters let their parsers' exceptions through
        raise NotesError(
            f"it is damaged or no {form}. Open it in its own program, save it anew and ingest that."
        ) from error
    if form is Format.SLIDES:
        return _slides(clean(markdown))
    return _tidied(_COMMENT.sub("", clean(markdown))), ()


def _converted(data: bytes, form: Format) -> str:
    from markitdown import StreamInfo, converters

    kinds: dict[Format, Any] = {
        Format.HTML: converters.HtmlConverter,
        Format.WORD: converters.DocxConverter,
        Format.SLIDES: converters.PptxConverter,
        Format.EPUB: converters.EpubConverter,
    }
    logging.getLogger("bs4").setLevel(logging.ERROR)  # it warns about every odd byte
    with warnings.catch_warnings():  # of nesting too deep for it, where it falls back to text
        warnings.simplefilter("ignore")
        result = kinds[form]().convert(
            io.BytesIO(data),
            StreamInfo(charset="utf-8"),
            escape_underscores=False,  # "pad\_token" would be neither found nor readable
            escape_asterisks=False,
        )
    return str(result.markdown)


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
        text += _tidied(slide).strip("\n") + "\n\n"
    return text, tuple(starts)


def _tidied(markdown: str) -> str:
    """Keep the words of pictures and of links within the document, not their addresses."""
    return _INTERNAL_LINK.sub(r"\1", _PICTURE.sub(r"\1", markdown))
