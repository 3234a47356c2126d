"""LaTeX to Markdown, line for line, so that line numbers stay those of the file."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(?<!\\)%.*")
_BEGIN_DOCUMENT = re.compile(r"\\begin\{document\}")
_TITLE = re.compile(r"\\title\{((?:[^{}]|\{[^{}]*\})*)\}")
_HEADING = re.compile(
    r"\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?"
    r"(?:\[[^\]]*\])?\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}
_VERBATIM = r"(verbatim\*?|lstlisting|minted|Verbatim|alltt)"
_BEGIN_VERBATIM = re.compile(r"\\begin\{" + _VERBATIM + r"\}.*")
_END_VERBATIM = re.compile(r"\\end\{" + _VERBATIM + r"\}.*")
_ITEM = re.compile(r"\\item\b\s*(?:\[([^\]]*)\])?\s*")
_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{(?:document|itemize|enumerate|description|center|figure|table|abstract|quote)\*?\}"
    r"(?:\[[^\]]*\])?"
)
_STYLE = re.compile(
    r"\\(textbf|emph|textit|texttt|underline|text|caption)\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_MARKS = {"textbf": "**", "emph": "*", "textit": "*", "texttt": "`"}
_DROPPED = re.compile(
    r"\\(?:label|maketitle|tableofcontents|newpage|clearpage|noindent|centering|includegraphics|"
    r"bibliography(?:style)?|usepackage|documentclass|vspace|hspace)\b\*?(?:\[[^\]]*\])?(?:\{[^{}]*\})?"
)
_ESCAPED = re.compile(r"\\([%&_#$])")


def read_latex(text: str) -> str:
    r"""Return LaTeX with its headings, lists, emphasis and listings written as Markdown.

    The preamble (but for the title) and comments become empty lines; mathematics stays as it is.
    """
    lines = text.split("\n")
    begins = (i for i, line in enumerate(lines) if _BEGIN_DOCUMENT.search(_COMMENT.sub("", line)))
    body = next(begins, -1)
    converted = [_preamble(line) for line in lines[: body + 1]]
    verbatim = False
    for line in lines[body + 1 :]:
        if _BEGIN_VERBATIM.search(line) and not verbatim:
            verbatim = True
            converted.append("```")
        elif verbatim and _END_VERBATIM.search(line):
            verbatim = False
            converted.append("```")
        else:
            converted.append(line if verbatim else _line(line))
    return "\n".join(converted)


def _preamble(line: str) -> str:
    title = _TITLE.search(_COMMENT.sub("", line))
    return f"# {_styled(title[1])}" if title else ""


def _line(line: str) -> str:
    line = _DROPPED.sub("", _ENVIRONMENT.sub("", _COMMENT.sub("", line)))
    if title := _TITLE.search(line):
        return f"# {_styled(title[1])}"
    if heading := _HEADING.search(line):
        return "#" * _LEVELS[heading[1]] + " " + _styled(heading[2] + line[heading.end() :])
    return _styled(_ITEM.sub(lambda item: f"- **{item[1]}** " if item[1] else "- ", line))


def _styled(text: str) -> str:
    while (plain := _STYLE.sub(_restyle, text)) != text:
        text = plain
    return _ESCAPED.sub(r"\1", text)


def _restyle(match: re.Match[str]) -> str:
    mark = _MARKS.get(match[1], "")
    return f"{mark}{match[2]}{mark}"
