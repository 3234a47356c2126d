"""What may be asked: one line that says something, and is no pasted document."""

from tutor.errors import SettingsError

LONGEST_QUESTION = 2000
"""Characters that a question may have; more is a pasted document, not a question."""


def in_one_line(question: str) -> str:
    """Return the question, or the topic, in one line.

    Raises:
        SettingsError: it is empty, or too long to be a question.
    """
    asked = " ".join(question.split())
    if not asked:
        raise SettingsError("The question is empty. Ask something about your notes.")
    if len(asked) > LONGEST_QUESTION:
        raise SettingsError(
            f"The question has {len(asked):,} characters; {LONGEST_QUESTION:,} are the most. "
            "Put long text into a file and `tutor ingest` it, then ask about it."
        )
    return asked
