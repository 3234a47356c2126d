"""Tell headings from prose: marked ones, underlined ones, and lines that only look like one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.ingestion.formats import Format

BOLD_LEVEL = 7
"""Depth of headings made of bold print; below every marked heading."""
PLAIN_LEVEL = 9
"""Depth of unmarked title lines in plain text; numbered ones are one deeper."""

LONGEST_HEADING = 300
"""Characters from which a line is no heading, however it is marked."""
_LONGEST = 100
_MOST_WORDS = 14
_FEW_WORDS = 6

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_ADORNMENT = re.compile(r"([=\-~^\"'`#*+:.,;!$%&_<>?@/\\|()\[\]{}])\1{2,}[ \t]*$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1[ \t]*:?[ \t]*$")
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.)]?[ \t]+(?=[A-Z\"'(])")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|___|__|`+)(?=\S)(.+?)(?<=\S)\1")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!<>~|$&%'\"-])")
_QUESTION = re.compile(r"(what|why|how|when|where|which|who)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found at a line: its depth (1 is outermost), its words, the lines it takes."""

    level: int
    title: str
    lines: int = 1


def plain_title(markup: str) -> str:
    """Return a heading's words without emphasis, links, escapes or a closing colon."""
    title = _LINK.sub(r"\1", markup)
    while (bare := _EMPHASIS.sub(r"\2", title)) != title:
        title = bare
    title = " ".join(_ESCAPE.sub(r"\1", title).split())
    return title.rstrip(":").strip()


def marked_heading(lines: Sequence[str], i: int, form: Format) -> Heading | None:
    """Return the heading that markup makes of line ``i``: ``#``, an underline, or bold print."""
    line = lines[i]
    if len(line) > LONGEST_HEADING:
        return None
    if form is Format.RST:
        return _underlined(lines, i)
    if match := _ATX.match(line):
        title = plain_title(match[2] or "")
        return Heading(len(match[1]), title) if title else None
    if _opens_setext(lines, i) and (underline := _SETEXT.match(lines[i + 1])):
        return Heading(1 if underline[1][0] == "=" else 2, plain_title(line), 2)
    if (bold := _BOLD.match(line.strip())) and _is_short(bold[2]) and "**" not in bold[2]:
        title = plain_title(bold[2])
        runs_on = line.rstrip().rstrip("*_").endswith(":")  # heads a part of a section
        return Heading(BOLD_LEVEL + runs_on, title) if title else None
    return None


def plain_heading(lines: Sequence[str], i: int) -> Heading | None:
    """Return the heading that line ``i`` of plain text looks like, if that is safe to say.

    It stands after an empty line, is short, starts with a capital, does not end like a
    sentence, and has an empty line below it; or it is a question with its answer right below.
    """
    line = lines[i].strip()
    if (i and lines[i - 1].strip()) or lines[i][:1].isspace() or not _is_short(line):
        return None
    number = _NUMBER.match(line)
    following = next((j for j in range(i + 1, len(lines)) if lines[j].strip()), None)
    if following is None or not _is_title(line[number.end() :] if number else line):
        return None
    if following == i + 1:
        return _question(line, lines[following])
    if number and _NUMBER.match(lines[following]):
        return None  # one item of a spaced-out list
    if line.endswith(":") and not number and not _heads_numbers(lines, i, following):
        return None
    depth = PLAIN_LEVEL + (1 + number[1].count(".") if number else 0)
    return Heading(depth, plain_title(line))


def _question(line: str, below: str) -> Heading | None:
    answered = len(below) > _LONGEST or below.rstrip().endswith((".", ":"))
    if _QUESTION.match(line) and below[:1].isupper() and answered:
        return Heading(PLAIN_LEVEL, plain_title(line))
    return None


def _heads_numbers(lines: Sequence[str], i: int, following: int) -> bool:
    """Say whether line ``i`` is a few words above a numbered title that stands by itself."""
    alone = not "".join(lines[following + 1 : following + 2]).strip()
    return len(lines[i].split()) <= _FEW_WORDS and bool(_NUMBER.match(lines[following])) and alone


def front_matter_end(text: str) -> int:
    """Return the offset behind the YAML front matter at the top of ``text``; 0 if there is none."""
    match = re.match(r"\s*---[ \t]*\n(?:[ \t]*(?:#.*)?\n)*[\w-]+[ \t]*:", text)
    if not match:
        return 0
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE).search(
        text, match.end(), 20_000
    )
    return end.end() if end else 0


def front_matter_title(text: str) -> str | None:
    """Return the title that the front matter of ``text`` names."""
    named = re.search(r"^title[ \t]*:[ \t]*(.+)$", text[: front_matter_end(text)], re.MULTILINE)
    return plain_title(named[1].strip().strip("\"'")) or None if named else None


def _opens_setext(lines: Sequence[str], i: int) -> bool:
    line = lines[i]
    return (
        i + 1 < len(lines)
        and bool(line.strip())
        and not (i and lines[i - 1].strip())
        and not line.startswith(("    ", "\t", "|", ">", "-", "* ", "+ "))
        and len(line) <= _LONGEST
        and any(char.isalnum() for char in line)
    )


def _underlined(lines: Sequence[str], i: int) -> Heading | None:
    """Match a reStructuredText title, with or without a line above it.

    The level is a code for the adornment; whoever reads the whole note ranks the codes by
    their order of appearance, as docutils does.
    """
    over = _ADORNMENT.match(lines[i])
    at = i + 1 if over else i
    if at + 1 >= len(lines) or not lines[at].strip() or (i and lines[i - 1].strip()):
        return None
    title, under = lines[at].strip(), _ADORNMENT.match(lines[at + 1])
    if not under or _ADORNMENT.match(lines[at]) or (over and over[1] != under[1]):
        return None
    if sum(map(len, lines[i : at + 2])) > LONGEST_HEADING:
        return None
    if len(lines[at + 1].rstrip()) < min(len(title), 4) or not any(c.isalnum() for c in title):
        return None
    code = ord(under[1]) + (1000 if over else 0)
    return Heading(code, plain_title(title), 3 if over else 2)


def _is_short(title: str) -> bool:
    return len(title) <= _LONGEST and any(char.isalpha() for char in title)


def _is_title(line: str) -> bool:
    """Say whether a line of plain text, its number aside, looks like a title by itself."""
    if len(line.split()) > _MOST_WORDS or "://" in line or "\t" in line:
        return False
    if not (line[:1].isupper() or line[:1] in "\"'(") or line[-1] in ".,;!":
        return False
    return sum(char.isalpha() or char.isspace() for char in line) >= 0.75 * len(line)
