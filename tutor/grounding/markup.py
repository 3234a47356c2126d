"""Cleaning a stretch of notes for the screen: Markdown and copy-and-paste debris removed.

Only what is shown is cleaned. Quotes and citations stay verbatim.
"""

from __future__ import annotations

import html
import re

_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),  # images
    (re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),  # links keep their words
    (re.compile(r"<((?:https?|ftp)://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,200}>"), ""),  # HTML tags
    (re.compile(r"\s*\[\d{1,3}(?:\s*[,\u2013-]\s*\d{1,3})*\](?=[\s.,;:]|$)"), ""),  # "[3]."
    (re.compile(r"\\(?=\s|$|\*\S)"), " "),  # a hard break written as a backslash
    (re.compile(r"\\([\\`*_{}\[\]()#+.!$\"'<>~|-])"), r"\1"),  # escaped punctuation
    (re.compile(r"\*{1,3}(?=\s*$)|^\s*\*{1,3}(?=\s)|(?<=\s)\*{1,3}(?=\s)"), " "),  # stray stars
    (re.compile(r"(?<!\w)(\*{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL), r"\2"),
    (re.compile(r"\*\*"), ""),  # bold that was opened in another sentence
    (re.compile(r"(?<![\w*])\*(?=\w)|(?<=[\w.:)])\*(?![\w*])"), ""),
    (re.compile(r"^\s*(?:[-+\u2022\u25e6\u25cb\u25aa\u2610]|\\circ|o(?=\s+[A-Z]))\s+"), ""),
    (re.compile(r"\u2022"), " "),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+([,.;:!?](?:\s|$))"), r"\1"),
    (re.compile(r"([.!?])\s*\.(?=\s|$)"), r"\1"),  # ". ." where a reference stood between
)


_SPECIAL = re.compile(
    r"[*\[<\\&\u2022`\x00]|^\s*(?:[-+\u25e6\u25cb\u25aa\u2610]|o\s)|\s[.,;:!?]|[.!?]\s*\."
)
_CODE = re.compile(r"`[^`\n]+`")
_HELD = re.compile("\x00(\\d+)\x00")


def clean(text: str) -> str:
    """Return one line of plain text for the screen; inline code is left as it is."""
    if not _SPECIAL.search(text):
        return " ".join(text.split())
    code = _CODE.findall(text)
    numbers = iter(range(len(code)))
    plain = _CODE.sub(lambda _: f"\x00{next(numbers)}\x00", text.replace("\x00", " "))
    plain = html.unescape(plain)
    for pattern, replacement in _STEPS:
        plain = pattern.sub(replacement, plain)
    return _HELD.sub(lambda held: code[int(held.group(1))], plain).strip()


def clean_heading(text: str) -> str:
    """Return a heading as a short title: no numbering, no closing colon, no markup."""
    title = re.sub(r"[,;:\s]*https?://\S+", "", clean(text.lstrip("#"))).strip(" :*_-,")
    return re.sub(r"^(?:\d+(?:\.\d+)*|[a-z])[.)]\s+", "", title).strip(" :*_")
