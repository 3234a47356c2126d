"""Markdown of an answer, with small citation numbers and nothing lost or live in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import ClassVar

from markdown_it.token import Token
from pygments.token import Comment, Generic, Keyword, Name, Number, String
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.segment import Segment
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax

from tutor.terminal.clean import clean
from tutor.terminal.formulas import readable_markdown

_MARKERS = re.compile(r"\s?((?:\[\d{1,3}\])+)")
_MARKER = re.compile(r"\[(\d{1,3})\]")
RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans("0123456789", RAISED_DIGITS)
_JOINER = "\u2060"  # takes no room; it tells a citation from an exponent until both are drawn
_CITATION = re.compile(f"({_JOINER}[{RAISED_DIGITS}]+)")


_CODE = ANSISyntaxTheme(
    {
        Comment: Style(dim=True, italic=True),
        Keyword: Style(color="magenta"),
        Name.Function: Style(color="cyan"),
        Name.Class: Style(color="cyan"),
        Name.Decorator: Style(color="cyan"),
        String: Style(color="green"),
        Number: Style(color="cyan"),
        Generic.Deleted: Style(color="red"),
        Generic.Inserted: Style(color="green"),
    }
)
"""Those of the terminal's own colours that can be read on dark and on light."""


class _QuietCode(CodeBlock):
    """A code block in the terminal's own colours, on its own background."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(
            str(self.text).rstrip(),
            self.lexer_name,
            theme=_CODE,
            background_color="default",
            word_wrap=True,
            padding=(0, 2),
        )


class _QuietHeading(Heading):
    """A heading at the left edge, whatever its level."""

    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = {}


class AnswerMarkdown(Markdown):
    """Markdown from an untrusted hand.

    Markers ``[n]`` of ``citations`` become raised numbers, except in code, and formulas readable
    text. Raw HTML is shown as the text that it is (notes on tokenizers are full of ``<s>``),
    links show their target.
    """

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _QuietHeading,
        "fence": _QuietCode,
        "code_block": _QuietCode,
    }

    def __init__(self, text: str, citations: Collection[int] = (), *, raised: bool = True) -> None:
        super().__init__(readable_markdown(clean(text)), hyperlinks=False)
        self._citations = frozenset(citations) if raised else frozenset()
        self.parsed = list(self._blocks(self.parsed))

    def _blocks(self, tokens: Iterable[Token]) -> Iterator[Token]:
        """Turn raw HTML into paragraphs and adapt the text inside every block."""
        for token in tokens:
            if token.type == "html_block":
                yield Token("paragraph_open", "p", 1)
                yield Token("text", "", 0, content=token.content.strip())
                yield Token("paragraph_close", "p", -1)
                continue
            for child in token.children or ():
                if child.type == "html_inline":
                    child.type = "text"
                elif child.type == "text":
                    child.content = _MARKERS.sub(self._raise, child.content)
            yield token

    def _raise(self, markers: re.Match[str]) -> str:
        """Return ``[1][2]`` as raised numbers, if all of them are citations."""
        numbers = _MARKER.findall(markers[1])
        if not all(int(number) in self._citations for number in numbers):
            return markers[0]
        return " ".join(_JOINER + number.translate(_RAISED) for number in numbers)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, citations coloured; entities may spell controls, so clean again."""
        number = console.get_style("number")
        for segment in super().__rich_console__(console, options):
            if not isinstance(segment, Segment) or segment.control:
                yield segment
                continue
            for part in _CITATION.split(segment.text):
                style = segment.style
                if self._citations and _CITATION.fullmatch(part):
                    style = number if style is None else style + number
                yield Segment(clean(part), style)
