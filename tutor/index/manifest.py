"""What an index was built with, and which of its editions is in force: one small JSON file."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from tutor.errors import IndexUnavailable
from tutor.ingestion.chunker import CHUNKER_VERSION

FORMAT = 1
"""Version of the layout of the index folder."""

_FILE_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``edition`` counts the changes of the index; the rest says how its vectors were made."""

    edition: int
    embedder: str
    dimension: int
    chunker: int = CHUNKER_VERSION
    format: int = FORMAT

    @classmethod
    def load(cls, folder: Path) -> Manifest | None:
        """Return the manifest in ``folder``, or ``None`` where nothing was ever indexed.

        Raises:
            IndexUnavailable: the file is damaged or cannot be read.
        """
        file = folder / _FILE_NAME
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, TypeError) as error:
            raise IndexUnavailable(
                f"The index manifest {file} cannot be read ({error}). "
                f"Delete the folder {folder} and ingest your notes again."
            ) from error

    def save(self, folder: Path) -> None:
        """Write the manifest into ``folder``; another process sees the old one or the new one."""
        write_whole(folder / _FILE_NAME, json.dumps(asdict(self), indent=2) + "\n")

    def check(self, embedder: str, dimension: int) -> None:
        """Make sure that the index can be searched with vectors of this embedder.

        Raises:
            IndexUnavailable: it was built by another embedder or another version of the tutor.
        """
        built = (self.format, self.chunker, self.embedder, self.dimension)
        wanted = (FORMAT, CHUNKER_VERSION, embedder, dimension)
        names = ("index format", "chunker version", "embedder", "dimension")
        differences = [
            f"{name} {old} instead of {new}"
            for name, old, new in zip(names, built, wanted, strict=True)
            if old != new
        ]
        if differences:
            raise IndexUnavailable(
                f"The index was built with {', '.join(differences)}. Run `tutor ingest --rebuild` "
                "to build it anew, or go back to the settings it was built with."
            )


def write_whole(file: Path, text: str) -> None:
    """Replace ``file`` by ``text`` in one step that survives a crash.

    Raises:
        IndexUnavailable: the file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".writing-") as scratch:
            unfinished = Path(scratch) / file.name
            with unfinished.open("w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(unfinished, file)
    except OSError as error:
        raise IndexUnavailable(
            f"{file} cannot be written: {error.strerror or error}. "
            "Make room or mend the folder's permissions, and run the command again."
        ) from error
