"""Make text safe for a screen.

Notes, replies of models and file names are written by strangers. Everything of theirs goes
through ``clean`` before it is shown, so that none of it can move the cursor, set the window's
title, hide a link or turn the reading direction of what follows.
"""

from __future__ import annotations

import re

# Escape sequences as ECMA-48 builds them: control strings (OSC, DCS, SOS, PM, APC) up to their
# terminator, control sequences (CSI), then any other two-byte escape. An unfinished control
# string loses its introducer only: dropping the rest would let a note hide its own text.
_ESCAPES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]?"
)
_NEWLINES = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What is left of C0 and C1, marks that reorder text, invisible fillers, the tag alphabet that
# can carry unseen text, and halves of surrogate pairs, which no stream can encode.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")

TAB_WIDTH = 4


def clean(text: str) -> str:
    """Return ``text`` without anything that steers a terminal; only newlines stay as controls."""
    text = _NEWLINES.sub("\n", _ESCAPES.sub("", text))
    text = _UNSEEN.sub("", text.expandtabs(TAB_WIDTH))
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Return ``text`` cleaned, with every run of white space as one space."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, cut between words."""
    line = one_line(text)
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    head, space, _ = kept.rpartition(" ")
    return (head if space and len(head) > limit // 2 else kept).rstrip(" ,;:") + "…"
