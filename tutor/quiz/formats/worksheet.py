"""The quiz on paper: questions to fill in, then the key with the evidence on pages of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.quiz.checks import FALSE, TRUE
from tutor.quiz.formats import fonts
from tutor.quiz.formats.evidence import place, quoted
from tutor.quiz.formats.record import LETTERS, shortened
from tutor.quiz.wording import GAP
from tutor.schema import ItemKind, Notice, QuizItem

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "DejaVu"
_SIZE, _SMALL, _TITLE = 11, 9, 16  # points
_INDENT = 8.0  # millimetres
_BLANK = "_" * 18
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
        texts += [item.stem, *item.options, item.key, *item.accepted, item.explanation]
        texts += [quoted(item.evidence), place(item.evidence)]
    return {char for char in "".join(texts) if not char.isspace()}


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

    # ------------------------------------------------------------------------ contents

    def add_questions(self, items: Sequence[QuizItem], title: str) -> None:
        """Add the pages to hand out."""
        self.pdf.set_title(self._shown(shortened(title, 200)))
        self.pdf.add_page()
        self._write(title, size=_TITLE, bold=True, after=2)
        self._write(f"Name: {_BLANK}{_BLANK}    Date: {_BLANK}", size=_SMALL, after=6)
        for number, item in enumerate(items, start=1):
            with self.pdf.unbreakable():
                self._add_question(number, item)

    def add_key(self, items: Sequence[QuizItem]) -> None:
        """Add the pages for the teacher, the first of them a new one."""
        self.pdf.add_page()
        self._write("Key", size=_TITLE, bold=True, after=4)
        for number, item in enumerate(items, start=1):
            with self.pdf.unbreakable():
                self._add_solution(number, item)

    def _add_question(self, number: int, item: QuizItem) -> None:
        stem = item.stem
        if item.kind is ItemKind.CLOZE:
            stem = stem.replace(GAP, _BLANK)
        self._write(f"{number}.  {stem}", after=1.5)
        if item.kind is ItemKind.TRUE_FALSE:
            self._write(f"{_BOX} {TRUE}     {_BOX} {FALSE}", indent=_INDENT, after=1)
        for mark, option in zip(_marks(item.options), item.options, strict=True):
            if item.kind is ItemKind.MULTIPLE_CHOICE:
                self._write(f"{mark}  {option}", indent=_INDENT, after=1)
        self.pdf.ln(4)

    def _add_solution(self, number: int, item: QuizItem) -> None:
        key = item.key
        if item.kind is ItemKind.MULTIPLE_CHOICE:
            key = f"{_marks(item.options)[item.options.index(item.key)]}  {key}"
        elif item.kind is ItemKind.CLOZE and item.accepted:
            key += f" (also: {', '.join(item.accepted)})"
        self._write(f"{number}.  {key}", bold=True, after=1)
        if item.explanation:
            self._write(item.explanation, indent=_INDENT, after=1)
        for text in (quoted(item.evidence), place(item.evidence)):
            if text:
                self._write(text, size=_SMALL, indent=_INDENT, grey=True, after=1)
        self.pdf.ln(3)

    # ---------------------------------------------------------------------------- text

    def _shown(self, text: str) -> str:
        return text.expandtabs(4).translate(self._stand_ins)

    def _write(
        self,
        text: str,
        *,
        size: int = _SIZE,
        bold: bool = False,
        grey: bool = False,
        indent: float = 0,
        after: float = 0,
    ) -> None:
        """Add a paragraph; ``indent`` and the space ``after`` it are in millimetres."""
        pdf = self.pdf
        bold = bold and self._not_in_bold.isdisjoint(text)
        pdf.set_font(_FONT, "B" if bold else "", size)
        pdf.set_text_color(_GREY if grey else _INK)
        pdf.set_x(pdf.l_margin + indent)
        align = "R" if _from_right_to_left(text) else "L"
        pdf.multi_cell(0, size * 0.5, self._shown(text), align=align, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(after)


def _from_right_to_left(text: str) -> bool:
    """Say whether the first letter of a paragraph is, say, Arabic or Hebrew."""
    directions = map(unicodedata.bidirectional, text)
    return next((way for way in directions if way in ("L", "R", "AL")), "L") != "L"


def _marks(options: Sequence[str]) -> list[str]:
    """Return ``A)``, ``B)`` and so on, numbers where letters run out."""
    if len(options) > len(LETTERS):
        return [f"{number})" for number in range(1, len(options) + 1)]
    return [f"{letter})" for letter in LETTERS[: len(options)]]


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
    pdf.set_text_shaping(True)  # joins Arabic letters, and writes from right to left
    pdf.set_creator("tutor")
    return pdf


def _cannot_show(characters: set[str]) -> Notice:
    some = " ".join(sorted(characters)[:10])
    more = "" if len(characters) <= 10 else f" and {len(characters) - 10} more"
    return Notice(
        f"No font on this machine shows {some}{more}; the worksheet has empty squares instead. "
        "Install a font for that script, such as one of the Noto fonts, and export again."
    )
