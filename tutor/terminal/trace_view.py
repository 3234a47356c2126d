"""A turn in full on the screen: who did what, in which order, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tutor.schema import (
    AgentStarted,
    Answer,
    AnswerKind,
    Claim,
    ModelCalled,
    Notice,
    Pace,
    Passage,
    PassagesFound,
    SentencesChecked,
    Token,
    Usage,
)
from tutor.terminal import places, render
from tutor.terminal.clean import clean, one_line, shorten
from tutor.terminal.trace import Asked, Failed, Step, Stopped, question_of

_BEGINNING, _END = 160, 80
"""Characters of a prompt, a grammar or a reply that are left where it is not shown in full."""

_CLAIM_LENGTH = 160
_FINISHES = {"stop": "", "length": ", cut at its limit", "cancelled": ", stopped"}


def turn(steps: Sequence[Step], *, full: bool, fancy: bool) -> RenderableType:
    """All steps of a turn with their times; ``full`` shows prompts and replies uncut.

    ``fancy`` marks checked sentences by signs that not every terminal has.
    """
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="quiet", justify="right", no_wrap=True, min_width=7)
    grid.add_column(overflow="fold")
    drawing = _Drawing(full=full, fancy=fancy)
    for step in steps:
        if (drawn := drawing.step(step)) is not None:
            grid.add_row(f"{step.after:.2f} s", drawn)
    return Group(_head(steps), render.BLANK, grid)


def _head(steps: Sequence[Step]) -> Text:
    head = Text(one_line(question_of(steps)) or "A question that is not recorded", style="key")
    asked = steps[0].what if steps else None
    if isinstance(asked, Asked) and asked.course:
        head.append(f"{places.BETWEEN}course {one_line(asked.course)}", style="quiet")
    return head


class _Drawing:
    """Draws steps one after the other; remembers what a later one is told with."""

    def __init__(self, *, full: bool, fancy: bool) -> None:
        self._full = full
        self._fancy = fancy
        self._pace: Pace | None = None
        self._begun: set[bool] = set()

    def step(self, step: Step) -> RenderableType | None:
        """Return what a step looks like, or ``None`` for one that is told with another."""
        match step.what:
            case AgentStarted(role, doing):
                return Text(one_line(f"{role}: {doing}"), style="key")
            case Notice(text):
                return Text(one_line(text))
            case PassagesFound():
                return _search(step.what)
            case Token(_, reasoning):
                return self._first_words(reasoning=reasoning)
            case Pace():
                self._pace = step.what
            case ModelCalled():
                return self._call(step.what)
            case SentencesChecked(claims):
                return self._checks(claims)
            case Answer():
                return self._answer(step.what)
            case Failed(error):
                return Text(one_line(error), style="bad")
            case Stopped():
                return Text("Stopped.")
        return None

    def _first_words(self, *, reasoning: bool) -> RenderableType | None:
        if reasoning in self._begun:
            return None
        self._begun.add(reasoning)
        return Text("First thought shown" if reasoning else "First words shown", style="quiet")

    def _call(self, call: ModelCalled) -> RenderableType:
        pace, self._pace = self._pace, None
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="quiet", no_wrap=True)
        grid.add_column(overflow="fold")
        for role, text in call.messages:
            grid.add_row(one_line(role), self._told(text))
        grid.add_row("grammar", self._told(call.grammar or "none"))
        grid.add_row("reply", self._told(call.reply or "nothing"))
        head = f"{one_line(call.model)} replied to the {one_line(call.agent)}"
        cost = cost_line(call.usage, pace) + _FINISHES.get(call.finish, f", {call.finish}")
        return Group(Text(head), grid, Text(f"{cost}.", style="quiet"))

    def _told(self, text: str) -> Text:
        return Text(clean(text).strip() if self._full else _abridged(text))

    def _checks(self, claims: Sequence[Claim]) -> RenderableType:
        if not claims:
            return Text("No sentence of the reply to check")
        sound = sum(claim.supported for claim in claims)
        head = f"Checked: {sound} of {render.counted(len(claims), 'sentence')} backed by the notes"
        return Group(Text(head), self._claims(claims))

    def _claims(self, claims: Sequence[Claim]) -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(style="quiet", justify="right", no_wrap=True)
        grid.add_column(overflow="fold")
        yes, no = ("✓", "✗") if self._fancy else ("yes", "no")
        for claim in claims:
            sign = Text(yes, style="good") if claim.supported else Text(no, style="bad")
            grid.add_row(sign, f"{claim.support:.2f}", shorten(claim.text, _CLAIM_LENGTH))
        return grid

    def _answer(self, answer: Answer) -> RenderableType:
        parts: list[RenderableType] = [Text(render.kind(answer))]
        if answer.kind is AnswerKind.QUOTED and answer.claims:
            parts.append(self._claims(answer.claims))
        if answer.usage != Usage():
            parts.append(Text(f"In all {cost_line(answer.usage)}.", style="quiet"))
        return Group(*parts)


def _abridged(text: str) -> str:
    """Return text on one line: its beginning and, for a prompt ends with the question, its end."""
    line = one_line(text)
    if len(line) <= _BEGINNING + _END:
        return line
    _, _, end = line[-_END:].partition(" ")
    return f"{shorten(line, _BEGINNING)} {end}"


def _search(found: PassagesFound) -> RenderableType:
    count = render.counted(len(found.passages), "passage")
    head = f"Searched for “{one_line(found.query)}”: {count} in {found.seconds * 1000:.0f} ms"
    return Group(Text(head), _passages(found.passages))


def _passages(passages: Sequence[Passage]) -> RenderableType:
    """Number, score, cosine and address of each passage."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="number", justify="right", no_wrap=True)
    grid.add_column(style="quiet", justify="right", no_wrap=True)
    grid.add_column(style="quiet", justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    if passages:
        grid.add_row("", "score", "cosine", "")
    for number, passage in enumerate(passages, start=1):
        scores = f"{passage.score:.3f}", f"{passage.similarity:.2f}"
        grid.add_row(str(number), *scores, Text(places.address(passage)))
    return grid


def cost_line(usage: Usage, pace: Pace | None = None) -> str:
    """Return the tokens and the time of a reply; ``pace`` tells its writing from its reading."""
    line = f"{render.counted(usage.prompt_tokens, 'token')} read"
    if usage.reused_tokens:
        line += f" ({usage.reused_tokens:,} reused)"
    line += f", {usage.completion_tokens:,} written, {usage.seconds:.2f} s"
    tokens, seconds = (
        (pace.tokens, pace.seconds) if pace else (usage.completion_tokens, usage.seconds)
    )
    return f"{line}, {tokens / seconds:.0f} tokens/s" if tokens and seconds > 0 else line
