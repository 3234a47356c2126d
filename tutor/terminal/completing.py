"""What Tab offers in the shell. Read from small files, for the shell waits."""

from __future__ import annotations

from tutor.errors import TutorError


def courses(incomplete: str) -> list[str]:
    """Return the courses whose names begin with what was typed; none where they cannot be read."""
    from tutor.index.catalog import Catalog
    from tutor.settings import load_settings

    try:
        lists = load_settings().index_folder.glob("**/sources.json")
        newest = max(lists, key=lambda file: file.stat().st_mtime_ns, default=None)
        names = {source.course for source in Catalog.load(newest.parent)} if newest else set()
    except (TutorError, OSError):  # the command itself will say what is wrong
        return []
    return sorted(name for name in names if name.startswith(incomplete))


def models(incomplete: str) -> list[str]:
    """Return the models on this machine whose names begin with what was typed."""
    from tutor.llm.catalog import open_catalog
    from tutor.settings import load_settings

    try:
        here = [one.name for one in open_catalog(load_settings()).available() if one.path]
    except (TutorError, OSError):  # the command itself will say what is wrong
        return []
    return [name for name in here if name.startswith(incomplete)]
