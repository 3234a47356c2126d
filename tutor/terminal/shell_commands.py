"""The command that teaches a shell to complete: completion."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tutor.errors import SettingsError
from tutor.terminal.arguments import screen_of, words

commands = typer.Typer()


class Shell(StrEnum):
    """The shells that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


@commands.command(epilog="Example: tutor completion zsh")
def completion(ctx: typer.Context, shell: Annotated[Shell | None, words("[SHELL]")] = None) -> None:
    """Let Tab complete commands, options and courses in your shell.

    Installed for bash, zsh or fish; without a name, for the shell that you are in. For PowerShell
    the script is printed: tutor completion powershell >> $PROFILE
    """
    import typer.completion as typers

    screen = screen_of(ctx, for_program=True)
    chosen = shell or _shell_in_use()
    if chosen is Shell.POWERSHELL:
        # Typer's own way would also lift the restrictions on running scripts.
        script = typers.get_completion_script(  # type: ignore[attr-defined]
            prog_name="tutor", complete_var="_TUTOR_COMPLETE", shell="powershell"
        )
        screen.write(f"{script}\n")
        screen.remark("To keep this: tutor completion powershell >> $PROFILE")
        return
    try:
        _, path = typers.install(shell=chosen.value, prog_name="tutor")  # type: ignore[attr-defined]
    except OSError as error:
        raise SettingsError(
            f"{error.filename} cannot be written ({error.strerror}). Mend its permissions and try "
            "again."
        ) from error
    screen.remark(f"Completion for {chosen} is installed in {path}. Open a new terminal to use it.")


def _shell_in_use() -> Shell:
    """Return the shell that this program was started from.

    Raises:
        SettingsError: it is none that can complete, or cannot be told.
    """
    import shellingham

    known = ", ".join(Shell)
    try:
        name, _ = shellingham.detect_shell()
    except shellingham.ShellDetectionFailure as error:
        raise SettingsError(
            f"Which shell this is cannot be told. Name one of {known}: tutor completion bash"
        ) from error
    name = "powershell" if name == "pwsh" else name
    if name not in list(Shell):
        raise SettingsError(f"There is no completion for {name}, only for {known}.")
    return Shell(name)
