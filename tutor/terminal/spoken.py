"""An answer to be read out: without the marks of Markdown, which a screen reader would spell."""

from __future__ import annotations

import re

from tutor.terminal.formulas import readable

_FENCE = re.compile(r"^\s*(?:```|~~~)(?P<language>.*)$")
_RULE = re.compile(r"^\s*(?:\|?[\s:]*-{3,}[-|:\s]*|[*_-]{3,})$")
_ROW = re.compile(r"^\s*\|(?P<cells>.+)\|\s*$")
_HEADING = re.compile(r"^#{1,6}\s+")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`]+)`")


def spoken(markdown: str) -> str:
    """Return Markdown as plain lines: rows of tables with semicolons, code after ``Code:``."""
    lines: list[str] = []
    in_code = False
    for line in readable(markdown).split("\n"):
        if _FENCE.match(line):
            in_code = not in_code
            lines.append("Code:" if in_code else "End of code.")
        elif in_code:
            lines.append(line)
        elif not _RULE.match(line):
            lines.append(_prose(line))
    return "\n".join(lines)


def _prose(line: str) -> str:
    if row := _ROW.match(line):
        line = "; ".join(cell.strip() for cell in row["cells"].split("|"))
    line = _EMPHASIS.sub(r"\2", _HEADING.sub("", line))
    return _CODE.sub(r"\1", line)
