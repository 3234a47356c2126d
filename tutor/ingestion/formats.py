"""The formats of notes that can be read, told apart by a file's suffix."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath


class Format(StrEnum):
    """How a file is written; the value is the word for it in messages."""

    MARKDOWN = "Markdown"
    TEXT = "plain text"
    RST = "reStructuredText"
    LATEX = "LaTeX"
    HTML = "HTML"
    CSV = "CSV"
    NOTEBOOK = "Jupyter notebook"
    PDF = "PDF"
    WORD = "Word document"
    SLIDES = "PowerPoint presentation"
    EPUB = "EPUB book"


_SUFFIXES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".mdown": Format.MARKDOWN,
    ".mkd": Format.MARKDOWN,
    ".mdx": Format.MARKDOWN,
    ".qmd": Format.MARKDOWN,
    ".rmd": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".rst": Format.RST,
    ".rest": Format.RST,
    ".tex": Format.LATEX,
    ".ltx": Format.LATEX,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".ipynb": Format.NOTEBOOK,
    ".pdf": Format.PDF,
    ".docx": Format.WORD,
    ".pptx": Format.SLIDES,
    ".epub": Format.EPUB,
}

_CONVERT_FIRST = {
    ".doc": ".docx",
    ".odt": ".docx",
    ".rtf": ".docx",
    ".pages": ".docx",
    ".ppt": ".pptx",
    ".odp": ".pptx",
    ".key": ".pptx",
    ".xls": ".csv",
    ".xlsx": ".csv",
    ".ods": ".csv",
}

_MEGABYTE = 1024 * 1024
_LARGEST_TEXT = 50 * _MEGABYTE
_LARGEST_DOCUMENT = 256 * _MEGABYTE
_DOCUMENTS = {Format.PDF, Format.WORD, Format.SLIDES, Format.EPUB, Format.NOTEBOOK}


def format_of(path: PurePath) -> Format | None:
    """Return the format that a file's suffix stands for, or ``None`` for an unknown suffix."""
    return _SUFFIXES.get(path.suffix.lower())


def why_unknown(path: PurePath) -> str:
    """Say why a file with an unknown suffix is left out, and what would help."""
    suffix = path.suffix.lower()
    if better := _CONVERT_FIRST.get(suffix):
        return f"{suffix} files cannot be read. Save it as {better} and ingest that."
    kind = f"{suffix} files" if suffix else "files without a suffix"
    return f"{kind} are not read as notes."


def why_too_large(size: int, form: Format | None) -> str | None:
    """Return why a file of ``size`` bytes is too large to read, or ``None`` if it is not.

    Text becomes passages nearly byte for byte, so its limit is the lower one; most of a large
    PDF or presentation is pictures.
    """
    limit = _LARGEST_DOCUMENT if form in _DOCUMENTS else _LARGEST_TEXT
    if size <= limit:
        return None
    return (
        f"it is too large ({size / _MEGABYTE:,.0f} MB; at most {limit // _MEGABYTE} MB are read). "
        "Split it into smaller files."
    )
