"""Kills an ingest, or fills its disk, at every step that writes; prints one line of JSON a step.

Run by ``test_builder``: ``interrupted_ingest.py kill|full NOTES WORK``. Everything happens in
forked children, so that Chroma is opened afresh each time and is imported once.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bm25s  # noqa: F401 - imported once, before forking, like the next two
import chromadb  # noqa: F401
import fakes
import filelock  # noqa: F401
import numpy as np

from tutor.errors import TutorError
from tutor.index import draft, library, manifest, vector_store
from tutor.index.builder import IndexBuilder
from tutor.index.library import Library

NOTES, WORK = Path(sys.argv[2]), Path(sys.argv[3])
STEPS: list[tuple[Any, str]] = [
    (draft.shutil, "copytree"),
    (library.shutil, "rmtree"),
    (manifest.os, "replace"),
    (vector_store.ChromaStore, "upsert"),
    (vector_store.ChromaStore, "update"),
    (vector_store.ChromaStore, "delete"),
    (vector_store.ChromaStore, "close"),
]


def in_child(work: Callable[[], Any]) -> Any:
    """Return what ``work`` returns in a forked child, or ``None`` where the child is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as stream:
            json.dump(work(), stream)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, status
        return None
    assert status == 0, f"a child failed: {status}"
    return json.loads(text)


def ingest(index: Path) -> str:
    """Ingest and return the error, if there is one."""
    try:
        IndexBuilder(Library(index, fakes.HashingEmbedder())).ingest([NOTES], "biology")
    except TutorError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def state(index: Path) -> Any:
    """Return what the index holds and finds; empty where nothing is in force."""
    opened = Library(index, fakes.HashingEmbedder()).current()
    if opened is None:
        return []
    chunks = opened.store.chunks()
    vectors = opened.store.vectors([chunk.id for chunk in chunks])
    near = opened.store.search(np.asarray(vectors[0]), 50)
    return json.loads(
        json.dumps(
            [
                [str(chunk) for chunk in chunks],
                np.round(vectors, 3).tolist(),
                sorted([-round(cosine, 3), chunk.id] for chunk, cosine in near),
                opened.keywords.search("property of the enzyme", 50),
                [[one.source, one.digest, one.chunks] for one in opened.catalog],
            ]
        )
    )


def kill_at(step: int) -> None:
    """Arrange for this process to be killed before the ``step``-th writing call."""
    calls = 0

    def watch(home: Any, name: str) -> None:
        real = getattr(home, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        setattr(home, name, watched)

    for home, name in STEPS:
        watch(home, name)


def fill_at(kilobytes: int) -> None:
    """Let no file of this process grow beyond ``kilobytes``: to it, the disk is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024,) * 2)


def change_notes() -> None:
    """Add, change, move and delete, so that an ingest has something of everything to do."""
    (NOTES / "nucleus.md").unlink()
    moved = NOTES / "membrane.md"
    moved.write_text("A line above. " * 30 + "\n\n" + moved.read_text())
    changed = NOTES / "ribosome.md"
    changed.write_text(changed.read_text().replace("Fact 1", "Claim 1"))
    (NOTES / "chloroplast.md").write_text("# Chloroplasts\n\n" + "They make sugar of light. " * 40)


def main() -> None:
    """Make an index, change the notes, and interrupt the second ingest again and again."""
    sys.path.insert(0, str(Path(__file__).parent))
    old = WORK / "old"
    assert in_child(lambda: ingest(old)) == ""
    before = in_child(lambda: state(old))
    change_notes()
    assert in_child(lambda: ingest(WORK / "fresh")) == ""
    fresh = in_child(lambda: state(WORK / "fresh"))
    assert before != fresh
    steps = range(1, 1000) if sys.argv[1] == "kill" else [1, 10, 100, 200, 250, 300, 10**5]
    for step in steps:
        index = WORK / f"step-{step}"
        shutil.copytree(old, index)

        def interrupted(step: int = step, index: Path = index) -> str:
            (kill_at if sys.argv[1] == "kill" else fill_at)(step)
            return ingest(index)

        def looked_at(index: Path = index) -> list[Any]:
            return [state(index), ingest(index), state(index)]

        error = in_child(interrupted)
        left, again, completed = in_child(looked_at)
        readable, equal = left in (before, fresh), (again, completed) == ("", fresh)
        print(json.dumps({"step": step, "error": error, "readable": readable, "equal": equal}))
        shutil.rmtree(index)
        if error == "":
            break


if __name__ == "__main__":
    main()
