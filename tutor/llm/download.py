"""Fetching a model file from the Hugging Face hub: resumable, checked, and quick to give up."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from huggingface_hub import HfFileMetadata, get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # of its HTTP library
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import logging as hub_logging

from tutor.errors import ModelUnavailable
from tutor.llm.gguf_file import sha256
from tutor.schema import Progress

_PATIENCE = 5.0  # seconds for the hub's first answer


def fetch(
    repository: str,
    name: str,
    target: Path,
    on_progress: Callable[[Progress], None],
    *,
    endpoint: str | None = None,
) -> Path:
    """Download file ``name`` of a repository to ``target`` and return it; progress is in bytes.

    The bytes gather beside ``target`` in a file named after the contents, so that another try
    goes on where this one ends (``hf_hub_download`` would start anew). ``endpoint`` is the hub's
    address where it is not the usual one.

    Raises:
        ModelUnavailable: the hub cannot be reached, the disk is full, or the contents are wrong.
    """
    hub_logging.set_verbosity(logging.ERROR)  # its retries are no news to the user
    url = hf_hub_url(repository, name, endpoint=endpoint)
    wanted = _metadata(url, name)
    partial = target.with_name(f"{target.name}.{(wanted.etag or 'unknown')[:16]}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock", blocking=False):
            _download(url, partial, wanted, on_progress)
            on_progress(Progress("Checking", 0, 1))
            _check(partial, wanted)
            partial.replace(target)
            on_progress(Progress("Checking", 1, 1))
    except Timeout:
        raise ModelUnavailable(
            f"Another tutor is fetching {name}. Wait until it is done."
        ) from None
    except (HTTPError, OSError) as error:
        raise ModelUnavailable(
            f"{name} was not fetched to the end: {_said(error)}. `tutor model pull` goes on where "
            "it stopped."
        ) from error
    return target


def _metadata(url: str, name: str) -> HfFileMetadata:
    """Ask the hub for size and checksum; without a network this fails within seconds."""
    try:
        return get_hf_file_metadata(url, timeout=_PATIENCE)
    except (HTTPError, OSError) as error:
        raise ModelUnavailable(
            f"The Hugging Face hub does not give out {name}: {_said(error)}. Check the network, or "
            "use a GGUF file that you have (`tutor model use FILE`)."
        ) from error


def _download(
    url: str, partial: Path, wanted: HfFileMetadata, on_progress: Callable[[Progress], None]
) -> None:
    """Append to ``partial`` what it lacks."""

    class Bar:
        """What ``http_get`` takes for a progress bar."""

        def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
            self._done = initial
            self.update(0)

        def update(self, count: int) -> None:
            self._done += count
            on_progress(Progress("Fetching", self._done, wanted.size or self._done))

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing is to be closed."""

    with partial.open("ab") as file:
        if wanted.size is not None and file.tell() > wanted.size:
            file.truncate(0)
        tqdm_class: Any = Bar
        http_get(
            url,
            file,
            resume_size=file.tell(),
            expected_size=wanted.size,
            tqdm_class=tqdm_class,
        )


def _check(partial: Path, wanted: HfFileMetadata) -> None:
    """Compare with the hub's SHA-256, which is the tag of every large file."""
    if not re.fullmatch("[0-9a-f]{64}", wanted.etag or "") or sha256(partial) == wanted.etag:
        return
    partial.unlink()
    raise ModelUnavailable(
        f"What came from the hub is not the file that it promised (wrong checksum), and was "
        f"deleted: {partial.name}. Run `tutor model pull` again."
    )


def _said(error: Exception) -> str:
    """Return the first line of what went wrong."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
