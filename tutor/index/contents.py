"""The lessons of a course in the order in which to study them: a table of contents.

Modules and lessons come in the order of their paths, save that what a lesson builds on comes
before it where that is possible.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from tutor.schema import SourceInfo


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a course with its lessons; each ``SourceInfo`` here has a ``lesson``."""

    name: str
    lessons: tuple[SourceInfo, ...]


def contents(sources: Sequence[SourceInfo]) -> list[Module]:
    """Return the modules of one course; sources that are no lessons are left out."""
    found = {info.source: info for info in sorted(sources, key=lambda info: info.source)}
    of = {path: info.lesson.module for path, info in found.items() if info.lesson}
    needs = {path: prerequisites(found[path], of) for path in of}
    modules: dict[str, list[str]] = defaultdict(list)
    wanted: dict[str, set[str]] = defaultdict(set)
    for path, module in of.items():
        modules[module].append(path)
        wanted[module] |= {of[need] for need in needs[path]}
    return [
        Module(name, tuple(found[path] for path in _in_order(modules[name], needs)))
        for name in _in_order(list(modules), wanted)
    ]


def prerequisites(info: SourceInfo, lessons: Collection[str]) -> set[str]:
    """Return the paths of those ``lessons`` that one names as what it builds on.

    An index does not record the folder of a course, so every folder above the lesson is tried
    for it, the nearest first. What is not in the course is left out.
    """
    above = PurePath(info.source).parents
    needs = set()
    for named in info.lesson.prerequisites if info.lesson else ():
        tried = (os.path.normpath(folder / named) for folder in above)
        if path := next((path for path in tried if path in lessons), None):
            needs.add(path)
    return needs


def _in_order(names: Sequence[str], needs: Mapping[str, set[str]]) -> list[str]:
    """Return names as they come, but after those that they need; a circle is cut at its first."""
    waiting, done = dict.fromkeys(names), list[str]()
    while waiting:
        free = (name for name in waiting if waiting.keys().isdisjoint(needs[name] - {name}))
        done.append(next(free, None) or next(iter(waiting)))
        del waiting[done[-1]]
    return done
