"""The commands that answer: ask, chat, search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tutor.terminal.arguments import (
    Course,
    Json,
    TraceTo,
    between,
    flags_of,
    screen_of,
    settings_of,
    text_of,
    tracer_of,
    tutor_of,
    words,
)

commands = typer.Typer()


@commands.command(epilog="Example: tutor ask 'Why do transformers need positions?' --course nlp")
def ask(
    ctx: typer.Context,
    question: Annotated[list[str], words("QUESTION")],
    course: Course = None,
    json: Json = False,
    show_reasoning: Annotated[
        bool, typer.Option("--show-reasoning", help="Think first, and show the thoughts.")
    ] = False,
    trace: TraceTo = None,
) -> None:
    """Answer a question from your notes, with sources."""
    from tutor.terminal import json_output
    from tutor.terminal.actions import show_answer
    from tutor.terminal.background import Background, ctrl_c_sets_flag
    from tutor.terminal.greeting import introduce_once
    from tutor.terminal.live import working
    from tutor.terminal.small_talk import reply_to
    from tutor.terminal.thoughts import Thinking

    text = text_of(question, "a question")
    thinking = Thinking.FULL if show_reasoning else Thinking.HIDDEN
    screen = screen_of(ctx, for_program=json)
    if not json and (reply := reply_to(text)):
        screen.remark(reply)
        return
    tutor = tutor_of(ctx)
    tracer = tracer_of(ctx, screen, trace)
    if screen.err.is_terminal:
        introduce_once(tutor.settings, screen.advise)
    with (
        ctrl_c_sets_flag() as stopped,
        working(screen, thinking=thinking) as work,
        tracer.turn(text, course),
    ):
        answer = Background().run(
            lambda report: tutor.ask(
                text, course=course, think=show_reasoning, cancelled=stopped, on_event=report
            ),
            stopped,
            tracer.beside(work.take),
        )
        tracer.end(answer, stopped=stopped.is_set())
    if stopped.is_set() or answer is None:
        raise KeyboardInterrupt
    if json:
        screen.write(json_output.dumps(json_output.answer(answer)))
    else:
        show_answer(screen, answer, thinking=thinking)


@commands.command(epilog="Example: tutor chat --course biology")
def chat(
    ctx: typer.Context,
    course: Course = None,
    continued: Annotated[
        bool, typer.Option("--continue", help="Go on with the last conversation.")
    ] = False,
    trace: TraceTo = None,
) -> None:
    """Talk with the tutor; 'tutor' alone does the same."""
    open_chat(ctx, course, continued=continued, trace=trace)


def open_chat(
    ctx: typer.Context,
    course: str | None = None,
    *,
    continued: bool = False,
    trace: Path | None = None,
) -> None:
    """Open the chat; the prompt is there before anything heavy is loaded."""
    from tutor.conversations.saved import Conversations
    from tutor.terminal import greeting, repl
    from tutor.terminal.background import Later
    from tutor.terminal.commands.keeping import show_where_left
    from tutor.terminal.commands.table import suggestions
    from tutor.terminal.conversation import Conversation
    from tutor.terminal.reader import open_reader

    settings = settings_of(ctx)
    screen = screen_of(ctx)
    tutor = Later(lambda: tutor_of(ctx), warm=lambda ready: ready.warm_up())
    history = settings.home / "history"
    reader = open_reader(
        history, lambda before: suggestions(talk, before), tutor.start, plain=screen.plain
    )
    kept = Conversations(settings.home / "conversations")
    tracer = tracer_of(ctx, screen, trace)
    talk = Conversation(screen, reader, tutor, kept, course=course, tracer=tracer)
    if screen.interactive:
        screen.remark(greeting.WELCOME)
        greeting.introduce_once(settings, screen.remark)
        screen.space()
    if continued and (last := kept.latest()):
        talk.go_on_with(last)
        if course is not None:
            last.keep_to(course)
        show_where_left(talk)
        screen.space()
    repl.chat(talk, debug=flags_of(ctx).debug)


@commands.command(epilog="Example: tutor search 'attention heads' -k 3")
def search(
    ctx: typer.Context,
    query: Annotated[list[str], words("QUERY")],
    count: Annotated[
        int,
        typer.Option(
            "--count", "-k", callback=between(1, 100), metavar="N", help="How many passages."
        ),
    ] = 5,
    course: Course = None,
    json: Json = False,
) -> None:
    """Show the passages of your notes that are nearest to a query."""
    from tutor.terminal import json_output, render
    from tutor.terminal.live import working

    text = text_of(query, "something to search for")
    screen = screen_of(ctx, for_program=json)
    with working(screen) as work:
        passages = tutor_of(ctx).search(text, k=count, course=course, on_event=work.take)
    if json:
        screen.write(json_output.dumps(json_output.search(text, passages)))
    else:
        screen.show(render.search_results(text, passages))
