"""The quiz on paper: questions to fill in, then the key with the evidence on pages of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tutor.quiz.formats import fonts
from tutor.quiz.formats.evidence import feedback, place, proofs, quoted
from tutor.quiz.formats.record import shortened
from tutor.quiz.formats.telling import asks_choice, lines_to_write, marks, prompts, solution
from tutor.quiz.items import FALSE, GAP, TRUE
from tutor.schema import ItemKind, Notice, QuizItem

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "DejaVu"
_SIZE, _SMALL, _TITLE = 11, 9, 16  # points
_INDENT = 8.0  # millimetres
_BLANK = "_" * 18
_LINE = "_" * 72
_SHORT_BLANK = "_" * 3
_INK, _GREY = 0, 96  # of 255
_STAND_IN = "\u25a1"
"""An empty square, in place of a character that no font shows."""
_BOX = "\u2610"


def write_worksheet(items: Sequence[QuizItem], path: Path, title: str) -> list[Notice]:
    """Write questions and key as a PDF of A4 pages.

    Characters that no font at hand shows are printed as empty squares, with one notice that names
    them.
    """
    sheet = _Worksheet(_characters(items, title))
    sheet.add_questions(items, title)
    sheet.add_key(items)
    sheet.pdf.output(str(path))
    return sheet.notices


def _characters(items: Sequence[QuizItem], title: str) -> set[str]:
    texts = [title]
    for item in items:
        texts += [item.stem, *item.options, *prompts(item), *solution(item), feedback(item)]
    return {char for char in "".join(texts) if not char.isspace()}


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph: ``size`` in points, ``indent`` and the space ``after`` it in millimetres."""

    text: str
    size: int = _SIZE
    bold: bool = False
    grey: bool = False
    indent: float = 0
    after: float = 1


class _Worksheet:
    """A PDF in the making, and what could not be shown in it."""

    def __init__(self, characters: set[str]) -> None:
        self.notices: list[Notice] = []
        lacking = fonts.missing(characters)
        system_fonts = fonts.fallbacks(lacking)
        for font in system_fonts:
            lacking = fonts.missing(lacking, font)
        self._not_in_bold = fonts.missing(characters, fonts.BOLD)
        self._stand_ins = dict.fromkeys(map(ord, lacking), _STAND_IN)
        if lacking:
            self.notices.append(_cannot_show(lacking))
        self.pdf = _blank_pdf(system_fonts)

    def add_questions(self, items: Sequence[QuizItem], title: str) -> None:
        """Add the pages to hand out."""
        self.pdf.set_title(shortened(title, 200))
        self.pdf.add_page()
        self._add([_Paragraph(title, _TITLE, bold=True, after=2)])
        self._add([_Paragraph(f"Name: {_BLANK}{_BLANK}    Date: {_BLANK}", _SMALL, after=6)])
        for number, item in enumerate(items, start=1):
            self._add(_question(number, item))

    def add_key(self, items: Sequence[QuizItem]) -> None:
        """Add the pages for the teacher, the first of them a new one."""
        self.pdf.add_page()
        self._add([_Paragraph("Key", _TITLE, bold=True, after=4)])
        for number, item in enumerate(items, start=1):
            self._add(_solution(number, item))

    def _add(self, paragraphs: Sequence[_Paragraph]) -> None:
        """Add paragraphs, together on a page if a page can hold them."""
        height = sum(self._height(paragraph) for paragraph in paragraphs)
        if height < self.pdf.eph and self.pdf.will_page_break(height):
            self.pdf.add_page()
        for paragraph in paragraphs:
            self._set(paragraph, measure=False)
            self.pdf.ln(paragraph.after)

    def _height(self, paragraph: _Paragraph) -> float:
        """Return the height of a paragraph in millimetres."""
        return cast(float, self._set(paragraph, measure=True)) + paragraph.after

    def _set(self, paragraph: _Paragraph, *, measure: bool) -> object:
        """Set a paragraph on the page, or only ``measure`` it and return its height."""
        pdf = self.pdf
        bold = paragraph.bold and self._not_in_bold.isdisjoint(paragraph.text)
        pdf.set_font(_FONT, "B" if bold else "", paragraph.size)
        pdf.set_text_shaping(_needs_shaping(paragraph.text))
        pdf.set_text_color(_GREY if paragraph.grey else _INK)
        pdf.set_x(pdf.l_margin + paragraph.indent)
        return pdf.multi_cell(
            0,
            paragraph.size * 0.5,
            paragraph.text.expandtabs(4).translate(self._stand_ins),
            align="R" if _from_right_to_left(paragraph.text) else "L",
            new_x="LMARGIN",
            new_y="NEXT",
            dry_run=measure,
            output="HEIGHT" if measure else "PAGE_BREAK",
        )


def _question(number: int, item: QuizItem) -> list[_Paragraph]:
    typed = item.kind is ItemKind.CLOZE
    stem = item.stem.replace(GAP, _BLANK) if typed else item.stem
    paragraphs = [_Paragraph(f"{number}.  {stem}")]
    if item.kind is ItemKind.TRUE_FALSE:
        paragraphs.append(_Paragraph(f"{_BOX} {TRUE}     {_BOX} {FALSE}", indent=_INDENT))
    for at, prompt in enumerate(prompts(item), start=1):
        paragraphs.append(_Paragraph(f"{at}.  {_SHORT_BLANK}  {prompt}", indent=_INDENT))
    if asks_choice(item):
        before = f"{_SHORT_BLANK}  " if item.kind is ItemKind.ORDERING else ""
        paragraphs += [
            _Paragraph(f"{before}{mark}  {option}", indent=_INDENT)
            for mark, option in zip(marks(item.options), item.options, strict=True)
        ]
    paragraphs += [_Paragraph(_LINE, grey=True, indent=_INDENT)] * lines_to_write(item)
    return [*paragraphs, _SPACE]


def _solution(number: int, item: QuizItem) -> list[_Paragraph]:
    first, *more = solution(item, between="  ")
    paragraphs = [_Paragraph(f"{number}.  {first}", bold=True)]
    if more:
        paragraphs = [_Paragraph(f"{number}.", bold=True)]
        paragraphs += [_Paragraph(line, bold=True, indent=_INDENT) for line in (first, *more)]
    if item.explanation:
        paragraphs.append(_Paragraph(item.explanation, indent=_INDENT))
    for proof in proofs(item):
        if proof.settles:
            paragraphs.append(_Paragraph(proof.settles, _SMALL, indent=_INDENT))
        for text in filter(None, (quoted(proof.evidence), place(proof.evidence))):
            paragraphs.append(_Paragraph(text, _SMALL, grey=True, indent=_INDENT))
    return [*paragraphs, _SPACE]


_SPACE = _Paragraph("", after=0)
"""An empty line between items."""


def _needs_shaping(text: str) -> bool:
    """Say whether letters join or change places, as in Arabic and Hindi; it takes its time."""
    return any(
        unicodedata.category(char) in ("Mn", "Mc") or unicodedata.bidirectional(char) in ("R", "AL")
        for char in text
    )


def _from_right_to_left(text: str) -> bool:
    """Say whether the first letter of a paragraph is, say, Arabic or Hebrew."""
    directions = map(unicodedata.bidirectional, text)
    return next((way for way in directions if way in ("L", "R", "AL")), "L") != "L"


def _blank_pdf(system_fonts: Sequence[Path]) -> FPDF:
    from fpdf import FPDF

    class Sheet(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(_FONT, "", _SMALL)
            self.set_text_color(_GREY)
            self.cell(0, 8, str(self.page_no()), align="C")

    pdf = Sheet(format="A4")
    pdf.set_margin(20)
    pdf.set_auto_page_break(True, margin=20)
    pdf.add_font(_FONT, "", fonts.REGULAR)
    pdf.add_font(_FONT, "B", fonts.BOLD)
    names = []
    for number, font in enumerate(system_fonts):
        names.append(f"system-{number}")
        pdf.add_font(names[-1], "", font)
    if names:
        pdf.set_fallback_fonts(names)
    pdf.set_font(_FONT, size=_SIZE)
    pdf.set_creator("tutor")
    return pdf


def _cannot_show(characters: set[str]) -> Notice:
    some = " ".join(sorted(characters)[:10])
    more = "" if len(characters) <= 10 else f" and {len(characters) - 10} more"
    return Notice(
        f"No font on this machine shows {some}{more}; the worksheet has empty squares instead. "
        "Install a font for that script, such as one of the Noto fonts, and export again."
    )
