"""PDF to Markdown, page by page: headings by their type size, paragraphs by their spacing."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tutor.errors import NotesError
from tutor.ingestion.decoding import clean

_LARGER = 1.12  # of body size: from here on a line is a heading
_DISTANT = 1.35  # of line spacing: from here on a line starts a paragraph
_FULL = 0.7  # of the page's longest line: from here on a line may have been wrapped
_MOST_BOLD = 0.4  # of all text: beyond it bold print marks no headings
_LONGEST_HEADING = 120
_LEVELS = 4
_EDGE = 2  # lines at the top and foot of a page that may be a running head

_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
)
_STARTS = re.compile(
    r"[ \t]*(?:[*+\u00b7\u2013\u2022\u25aa\u25cf\u25e6-][ \t]|\(?\w{1,3}[.)][ \t])"
)
_HYPHENATED = re.compile(r"(\w+)-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FAILED = "it is damaged or no PDF. Open it in a PDF reader, save it anew and ingest that."
_ENCRYPTED = "it is encrypted. Save a copy without a password and ingest that."
_PICTURES = (
    "it holds no text, only pictures. Run text recognition on it first (for instance with "
    "ocrmypdf) and ingest the result."
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A printed line; ``size`` is that of its type and ``y`` its height on the page, in points."""

    text: str
    size: float
    bold: bool
    mono: bool
    y: float


def read_pdf(data: bytes) -> tuple[str, tuple[int, ...]]:
    """Return a PDF as Markdown and the offset at which each of its pages starts.

    Raises:
        NotesError: the file is damaged, encrypted, or holds pictures of text only.
    """
    pages = _weighed(_without_running_heads(_pages(data)))
    levels = _heading_levels(pages)
    words = Counter(word for page in pages for line in page for word in _WORD.findall(line.text))
    spacing = _spacing(pages)
    texts = ["\n".join(_markdown(page, levels, spacing, words)) for page in pages]
    starts: list[int] = []
    offset = 0
    for text in texts:
        starts.append(offset)
        offset += len(text) + 2
    joined = "\n\n".join(texts)
    if not joined.strip():
        raise NotesError(_PICTURES)
    return joined, tuple(starts)


def _pages(data: bytes) -> list[list[_Line]]:
    import pypdf
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns about every odd object
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if not reader.is_encrypted or reader.decrypt(""):
            return [_lines(page) for page in reader.pages]
    except DependencyError as error:
        raise NotesError(_ENCRYPTED) from error
    except Exception as error:  # pypdf meets damaged files with every kind of exception
        raise NotesError(_FAILED) from error
    raise NotesError(_ENCRYPTED)


def _lines(page: Any) -> list[_Line]:
    """Return the lines of a page as pypdf reads them, each with the looks of its longest part."""
    lines: list[_Line] = []
    parts: list[_Line] = []

    def end_line() -> None:
        text = clean("".join(part.text for part in parts)).translate(_LIGATURES).strip()
        if text:
            looks = max(parts, key=lambda part: len(part.text.strip()))
            lines.append(replace(looks, text=text))
        parts.clear()

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        name = str((font or {}).get("/BaseFont", "")).lower()
        scale = abs(tm[3] or tm[1] or 1.0) * abs(cm[3] or cm[1] or 1.0)
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        bold = any(word in name for word in ("bold", "black", "heavy", "cmbx"))
        mono = any(word in name for word in ("courier", "mono", "consol", "typewriter", "cmtt"))
        for i, piece in enumerate(text.split("\n")):
            if i:
                end_line()
            if piece:
                parts.append(_Line(piece, round(size * scale, 1), bold, mono, y))

    page.extract_text(visitor_text=visit)
    end_line()
    return lines


def _without_running_heads(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Drop the lines at the edges of pages that recur on most of them, but for page numbers."""
    body = _body_size(pages)

    def may_go(page: Sequence[_Line], i: int) -> bool:
        at_edge = i < _EDGE or i >= len(page) - _EDGE
        return at_edge and page[i].size <= body and not _STARTS.match(page[i].text)

    count = Counter(
        edge
        for page in pages
        for edge in {_numberless(page[i].text) for i in range(len(page)) if may_go(page, i)}
    )
    heads = {edge for edge, times in count.items() if times >= max(3, len(pages) / 2)}
    return [
        [
            line
            for i, line in enumerate(page)
            if not may_go(page, i) or _numberless(line.text) not in heads
        ]
        for page in pages
    ]


def _numberless(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _weighed(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Take bold print for plain where so much is bold that it marks nothing."""
    lines = [line for page in pages for line in page]
    bold = sum(len(line.text) for line in lines if line.bold)
    if bold <= _MOST_BOLD * sum(len(line.text) for line in lines):
        return pages
    return [[replace(line, bold=False) for line in page] for page in pages]


def _body_size(pages: Sequence[Sequence[_Line]]) -> float:
    """Return the type size of most text, rounded as everywhere to a tenth of a point."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading_levels(pages: Sequence[Sequence[_Line]]) -> dict[float, int]:
    """Return the heading level of every type size that is larger than that of most text."""
    least = _LARGER * _body_size(pages)
    larger = {line.size for page in pages for line in page if line.size >= least}
    return {size: min(rank, _LEVELS) for rank, size in enumerate(sorted(larger)[::-1], 1)}


def _markdown(
    page: Sequence[_Line], levels: dict[float, int], spacing: float, words: Counter[str]
) -> Iterator[str]:
    """Yield a page's headings and paragraphs, one a line, parted by empty lines where due."""
    longest = max((len(line.text) for line in page), default=0)
    text = last_mark = ""
    for i, line in enumerate(page):
        mark = _mark(line, levels)
        above = page[i - 1] if i else line
        far = abs(above.y - line.y) > _DISTANT * spacing * line.size
        same = above.size == line.size if mark else not far and _wrapped(above, line, longest)
        if i and same and mark == last_mark:
            text = _joined(text, line.text, words)
            continue
        if i:
            yield _marked(last_mark, text)
            if far or mark or last_mark:
                yield ""
        text, last_mark = line.text, mark
    if text:
        yield _marked(last_mark, text)


def _marked(mark: str, text: str) -> str:
    return f"**{text}**" if mark == "**" else mark + text


def _mark(line: _Line, levels: dict[float, int]) -> str:
    """Return what marks a line as a heading: ``## `` by its size, ``**`` by its weight, or none."""
    if len(line.text) > _LONGEST_HEADING or not any(char.isalpha() for char in line.text):
        return ""
    if line.text.endswith((".", ",", ";")):
        return ""
    if level := levels.get(line.size):
        return "#" * level + " "
    return "**" if line.bold and not line.mono and not _STARTS.match(line.text) else ""


def _spacing(pages: Sequence[Sequence[_Line]]) -> float:
    """Return the most usual distance between lines of one size, as a multiple of that size."""
    gaps = Counter(
        round(abs(above.y - line.y) / line.size, 1)
        for page in pages
        for above, line in pairwise(page)
        if above.size == line.size > 0 and above.y != line.y
    )
    return max(gaps, key=lambda gap: (gaps[gap], -gap), default=0.0)


def _wrapped(above: _Line, line: _Line, longest: int) -> bool:
    """Say whether ``line`` goes on where ``above`` had no more room."""
    if above.mono or line.mono or _STARTS.match(line.text):
        return False
    return len(above.text) >= _FULL * longest


def _joined(above: str, line: str, words: Counter[str]) -> str:
    """Join two lines, and the word that a hyphen divides between them if it is one word."""
    divided = _HYPHENATED.search(above)
    rest = _WORD.match(line)
    if not divided or not rest or not line[0].islower():
        return f"{above} {line}"
    whole, hyphenated = divided[1] + rest[0], f"{divided[1]}-{rest[0]}"
    keep = words[hyphenated] > words[whole]
    return (above if keep else above[:-1]) + line
