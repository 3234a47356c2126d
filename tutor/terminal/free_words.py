"""A group of commands that takes free words, too."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from typer.core import TyperGroup


class FreeWords(TyperGroup):
    """Commands of which the first takes the words that name none of the others.

    ``tutor quiz take FILE`` is the command ``take``; ``tutor quiz take-off`` and ``tutor quiz --
    take`` are words for the first command, whose options are those of the group.
    """

    # Contexts, formatters and completions are ``Any``: Typer keeps their types private.

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the first command in front of words that name no other."""
        first, *others = self.list_commands(ctx)
        completing_a_name = ctx.resilient_parsing and not args
        if completing_a_name or (args and args[0] in others):
            return super().parse_args(ctx, args)
        given = takewhile(lambda argument: argument != "--", args)
        helped = any(argument in ctx.help_option_names for argument in given)
        return super().parse_args(ctx, ["--help"] if helped else [first, *args])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command, the first one without a name: its usage is that of the group."""
        name, command, rest = super().resolve_command(ctx, args)
        return ("" if name == self.list_commands(ctx)[0] else name), command, rest

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage of the first command, then that of the others."""
        first = self.commands[self.list_commands(ctx)[0]]
        formatter.write_usage(ctx.command_path, " ".join(first.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, "COMMAND ...", prefix="   or: ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options of the first command and the names of the others."""
        self.commands[self.list_commands(ctx)[0]].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return the names of commands, and the options of the first one."""
        first = self.commands[self.list_commands(ctx)[0]]
        return [*super().shell_complete(ctx, incomplete), *first.shell_complete(ctx, incomplete)]
