"""Moodle's GIFT format, read: our own files without loss, those of others as far as items go.

Of Moodle's question types, these fit an item: multiple choice with one or several right answers,
true/false, matching, and short answer, which becomes a gap; the others are left out with a notice.
Items that come from elsewhere have Moodle's category for a topic, level 1, and no evidence. How
the marks are shared among right answers and feedback on single answers have no place in an item;
the feedback on the right answer serves as explanation where there is no general one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.errors import NotesError
from tutor.quiz.formats.evidence import explanation_in
from tutor.quiz.formats.files import read_text
from tutor.quiz.formats.gift import ARROW, MOODLE_GAP
from tutor.quiz.formats.gift_comment import OWN_COMMENT, Damaged, completed, fields_of, kind_of
from tutor.quiz.formats.record import (
    NO_EVIDENCE,
    ItemBank,
    cleaned,
    fault,
    mixed,
    with_gap,
    with_own_ids,
)
from tutor.quiz.items import FALSE, GAP, TRUE
from tutor.schema import ItemKind, Notice, Pair, QuizItem


@dataclass(frozen=True, slots=True)
class _Block:
    """A question as it stands in the file: its first line (from 1), its text and its comment."""

    line: int
    text: str
    comment: str
    category: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer: ``weight`` is its share of the marks, 0 to 1, or less for a penalty."""

    text: str
    weight: float
    feedback: str


_ROUNDING = 0.001
"""What shares of the full mark may be short of it, as thirds are."""


class _Unfit(Exception):
    """A question that an item cannot hold; the message says why."""


def read_gift(path: Path) -> ItemBank:
    """Return the items of a GIFT file, and a notice for each question that an item cannot hold.

    Raises:
        NotesError: the file cannot be read, or nothing in it fits.
    """
    items, notices = [], []
    for block in _blocks(read_text(path)):
        try:
            items.append(_item(block))
        except Damaged as error:
            why = f"the comment before it is damaged ({error}); mend or remove it"
            notices.append(_left_out(block, path, why))
        except _Unfit as reason:
            notices.append(_left_out(block, path, str(reason)))
    if not items:
        why = notices[0].text if notices else "It holds no questions."
        raise NotesError(f"{path} gives no quiz. {why} Give a file in Moodle's GIFT format.")
    return ItemBank(with_own_ids(items), tuple(notices))


def _left_out(block: _Block, path: Path, why: str) -> Notice:
    return Notice(f"The question at line {block.line} of {path.name} is left out: {why}.")


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the questions: an empty line ends one, a line that begins with ``//`` is a comment."""
    category = ""
    number = 1
    for block in re.split(r"\n(?:[ \t]*\n)", text):
        lines = [(number + i, line.strip()) for i, line in enumerate(block.split("\n"))]
        number += len(lines) + 1
        comments = [line for _, line in lines if line.startswith("//")]
        rest = [(at, line) for at, line in lines if line and not line.startswith("//")]
        if rest and rest[0][1].startswith("$CATEGORY:"):
            category = rest[0][1].removeprefix("$CATEGORY:").rsplit("/", 1)[-1].strip()
            rest = rest[1:]
        if rest:
            told = next((c for c in comments if c.startswith(OWN_COMMENT + "{")), "")
            whole = "\n".join(line for _, line in rest)
            yield _Block(rest[0][0], whole, told.removeprefix(OWN_COMMENT), category)


# Escaped characters are put aside as controls, which ``plain`` keeps out of the text, so that
# what is left of the special ones is syntax.
_ASIDE = dict(zip("\\:#={}~", "\x01\x02\x03\x04\x05\x06\x07", strict=True)) | {"n": "\x08"}
_BACK = str.maketrans({aside: char for char, aside in _ASIDE.items()} | {"\x08": "\n"})
_ESCAPE = re.compile(r"\\([\\:#={}~n])")


def _item(block: _Block) -> QuizItem:
    text = _ESCAPE.sub(lambda match: _ASIDE[match[1]], block.text)
    if text.startswith("::") and (end := text.find("::", 2)) > 0:
        text = text[end + 2 :].strip()
    before, answers, after = _parts(text)
    answers, _, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
    stem, as_html = _shown(f"{before}{GAP}{after}" if after else before)
    fields = fields_of(block.comment)
    kind = kind_of(fields) or _kind(answers)
    item = QuizItem("", kind, stem, (), ("",), (), "", block.category, 1, NO_EVIDENCE)
    item = _FILL[item.kind](item, answers.strip(), as_html)
    if general.strip():
        item = replace(item, explanation=_shown(general, as_html)[0])
    if fields:
        item = completed(item, fields)
        item = replace(item, explanation=explanation_in(item.explanation, cleaned(item)))
    item = cleaned(item)
    if reason := fault(item):
        raise _Unfit(reason)
    return item


def _parts(text: str) -> tuple[str, str, str]:
    """Return what stands before, in and after the braces."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise _Unfit("it has no answers in braces")
    if not 0 <= start < end:
        raise _Unfit("its braces do not match")
    return text[:start], text[start + 1 : end].strip(), text[end + 1 :].rstrip()


def _kind(answers: str) -> ItemKind:
    if not answers:
        raise _Unfit("it is an essay, which has no key")
    if answers.startswith("#"):
        raise _Unfit("it asks for a number within a margin")
    if "~" in answers:
        full = [part for part in _split(answers) if _answer(part, False, 0).weight == 1]
        one = "=" in answers or len(full) == 1
        return ItemKind.MULTIPLE_CHOICE if one else ItemKind.MULTIPLE_RESPONSE
    if "=" in answers and ARROW in answers:
        return ItemKind.MATCHING
    return ItemKind.TRUE_FALSE if _verdict(answers) in _VERDICTS else ItemKind.CLOZE


_VERDICTS = {"T": TRUE, "TRUE": TRUE, "F": FALSE, "FALSE": FALSE}


def _verdict(answers: str) -> str:
    return answers.split("#", 1)[0].strip().upper()


def _fill_choice(item: QuizItem, answers: str, as_html: bool) -> QuizItem:
    told = [_answer(part, as_html, 0) for part in _split(answers)]
    right = [answer for answer in told if answer.weight > 0]
    if [answer.weight for answer in right] != [1]:
        raise _Unfit("not exactly one of its answers earns the full mark")
    return replace(
        item,
        options=tuple(answer.text for answer in told),
        keys=(right[0].text,),
        explanation=right[0].feedback,
    )


def _fill_several(item: QuizItem, answers: str, as_html: bool) -> QuizItem:
    told = [_answer(part, as_html, 0) for part in _split(answers)]
    right = [answer for answer in told if answer.weight > 0]
    if abs(sum(answer.weight for answer in right) - 1) > _ROUNDING:
        raise _Unfit("its right answers do not earn the full mark together")
    return replace(
        item,
        options=tuple(answer.text for answer in told),
        keys=tuple(answer.text for answer in right),
        explanation=" ".join(answer.feedback for answer in right).strip(),
    )


def _fill_pairs(item: QuizItem, answers: str, as_html: bool) -> QuizItem:
    sides = [part.removeprefix("=").partition(ARROW) for part in _split(answers)]
    told = [
        (_shown(prompt, as_html)[0], match.translate(_BACK).strip()) for prompt, _, match in sides
    ]
    pairs = tuple(Pair(prompt, match, NO_EVIDENCE) for prompt, match in told if prompt)
    matches = tuple(dict.fromkeys(match for _, match in told))
    keys = tuple(pair.match for pair in pairs)
    if item.kind is ItemKind.ORDERING:
        return replace(item, keys=keys, options=mixed(keys))
    return replace(item, pairs=pairs, keys=keys, options=mixed(matches))


def _fill_nothing(item: QuizItem, _answers: str, _as_html: bool) -> QuizItem:
    return item


def _fill_verdict(item: QuizItem, answers: str, as_html: bool) -> QuizItem:
    _, *comments = answers.split("#", 2)  # on a wrong response, then on a right one
    told = _shown(comments[1], as_html)[0] if len(comments) == 2 else ""
    key = _VERDICTS[_verdict(answers)]
    return replace(item, options=(TRUE, FALSE), keys=(key,), explanation=told)


def _fill_gap(item: QuizItem, answers: str, as_html: bool) -> QuizItem:
    told = [_answer(part, as_html, 1) for part in _split(answers)]
    right = [answer for answer in told if answer.weight == 1 and not _is_pattern(answer.text)]
    if not right:
        raise _Unfit("none of its answers is one text that earns the full mark")
    key, *accepted = (answer.text.replace(r"\*", "*") for answer in right)
    return replace(
        item,
        stem=with_gap(item.stem.replace(MOODLE_GAP, GAP)),
        keys=(key,),
        accepted=tuple(accepted),
        explanation=right[0].feedback,
    )


_FILL: dict[ItemKind, Callable[[QuizItem, str, bool], QuizItem]] = {
    ItemKind.MULTIPLE_CHOICE: _fill_choice,
    ItemKind.MULTIPLE_RESPONSE: _fill_several,
    ItemKind.MATCHING: _fill_pairs,
    ItemKind.ORDERING: _fill_pairs,
    ItemKind.SHORT_ANSWER: _fill_nothing,
    ItemKind.LONG_ANSWER: _fill_nothing,
    ItemKind.TRUE_FALSE: _fill_verdict,
    ItemKind.CLOZE: _fill_gap,
}


def _is_pattern(answer: str) -> bool:
    r"""Say whether an answer stands for many: ``*`` means anything, ``\*`` a star."""
    return re.search(r"(?<!\\)\*", answer) is not None


def _split(answers: str) -> list[str]:
    """Return the answers, each with its mark; one without is that of a short answer."""
    return [
        part for part in re.split(r"(?=[~=])", answers.replace("~=", "=")) if part.strip("~= \t\n")
    ]


def _answer(part: str, as_html: bool, unmarked: float) -> _Answer:
    mark, text = (part[0], part[1:]) if part[0] in "~=" else ("", part)
    text, _, comment = text.partition("#")
    weight = 1.0 if mark == "=" else unmarked
    if match := re.match(r"\s*%(-?\d+(?:\.\d+)?)%", text):
        weight, text = float(match[1]) / 100, text[match.end() :]
    return _Answer(_shown(text, as_html)[0], weight, _shown(comment, as_html)[0])


def _shown(text: str, as_html: bool = False) -> tuple[str, bool]:
    """Return ``text`` as a reader sees it, and whether it was HTML.

    That is what its own mark says, such as ``[html]``, or else ``as_html``, its question's.
    """
    text = text.strip()
    if match := re.match(r"\[(html|moodle|plain|markdown)\]", text):
        text, as_html = text[match.end() :], match[1] == "html"
    text = text.translate(_BACK)
    return (_without_tags(text) if as_html else text).strip(), as_html


def _without_tags(html: str) -> str:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for line_break in soup(["br", "p"]):
        line_break.append("\n")
    return soup.get_text()
