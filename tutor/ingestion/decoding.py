"""Bytes of a text file to clean text, whatever the encoding, without changing its lines."""

from __future__ import annotations

import codecs
import re

from tutor.errors import NotesError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"GGUF": "a model file",
    b"SQLite format 3": "a database",
}
_SAMPLE = 64 * 1024
_MOST_CONTROLS = 0.02  # share of control characters above which bytes are not text

# Terminal sequences: CSI ("ESC [ ... letter"), OSC ("ESC ] ... BEL or ESC \"), and two-byte ones.
_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]"
)
# What may be neither seen nor searched: controls, byte order marks, zero-width spaces, soft
# hyphens, and the marks that reorder text on the screen.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"[\x0b\x0c\x85\xa0\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b\x08")) + b"\x7f"


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 or UTF-32 by their marks, else Windows-1252.

    Raises:
        NotesError: the bytes are not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return clean(data[len(mark) :].decode(encoding, "replace"))
    if guess := _unmarked_utf16(data):
        return clean(data.decode(guess, "replace"))
    _refuse_binary(data)
    return clean(_decode_unmarked(data))


def clean(text: str) -> str:
    r"""Return ``text`` with ``\n`` line ends and without terminal sequences or controls.

    Every line stays the line it was. Characters that some programs take for a line end (form
    feed, U+2028, ...) become spaces, so that lines are counted alike everywhere.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _ANSI.sub("", text))
    return _SURROGATE.sub("\ufffd", _SPACES.sub(" ", text))


def _decode_unmarked(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    beyond_ascii = sum(1 for char in text if char > "\x7f") - wrong
    if beyond_ascii > wrong:  # UTF-8 with a few damaged bytes
        return text
    return data.decode("cp1252", "replace") if _fits(data, "cp1252") else data.decode("latin-1")


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(data: bytes) -> str | None:
    """Guess UTF-16 without a mark: in Latin text every other byte is zero."""
    sample = data[: _SAMPLE // 2 * 2]
    if len(sample) < 4 or len(data) % 2:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.05 else None


def _refuse_binary(data: bytes) -> None:
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise NotesError(f"it is {kind}, not text. Give it its right suffix or leave it out.")
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    if controls > _MOST_CONTROLS * len(sample) and controls > 3:
        raise NotesError("it holds binary data, not text. Save it as UTF-8 text or leave it out.")
