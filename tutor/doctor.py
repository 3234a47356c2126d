"""Look over the whole installation: what there is, what is wrong, and the cure."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata

from tutor import __version__, bundled
from tutor.app import Tutor, open_tutor
from tutor.errors import TutorError
from tutor.settings import Settings, data_folder

LITTLE_SPACE = 1_000_000_000
"""Bytes free on the disk of the data folder below which a download or an index may not fit."""

_REINSTALL = "Install the tutor again: pip install --force-reinstall tutor"
_LIBRARIES = ("chromadb", "crewai", "llama-cpp-python", "sentence-transformers", "torch")
_GPU_FLAGS = {"CUDA": "-DGGML_CUDA=on", "Metal": "-DGGML_METAL=on"}


class Status(StrEnum):
    """How a finding weighs."""

    OK = "ok"
    WARNING = "warning"  # it works, and could be better
    PROBLEM = "problem"  # something does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``cure`` says what to do where something can be done."""

    name: str
    status: Status
    detail: str
    cure: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the findings one by one; what cannot be looked at is a problem, not an error."""
    tutor = open_tutor(settings)
    checks: dict[str, Callable[[], Finding]] = {
        "Program": program,
        "Libraries": libraries,
        "Data folder": lambda: folder(settings),
        "Crew": lambda: crew(tutor),
        "Model": lambda: model(tutor),
        "GPU": lambda: gpu(settings),
        "Embedder": lambda: embedder(settings),
        "Index": lambda: index(tutor),
        "Your answers": lambda: progress(settings),
    }
    for name, check in checks.items():
        try:
            yield check()
        except TutorError as error:
            yield Finding(name, Status.PROBLEM, str(error))


def program() -> Finding:
    """The tutor with the files that ship with it, and the Python under it."""
    shipped = (bundled.agents_file(), bundled.knowledge_base(), bundled.weights())
    if missing := [str(path) for path in shipped if not path.exists()]:
        return Finding("Program", Status.PROBLEM, f"{', '.join(missing)} missing", _REINSTALL)
    python = f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    return Finding("Program", Status.OK, f"tutor {__version__}, {python}")


def libraries() -> Finding:
    """The versions of the libraries that matter."""
    found: list[str] = []
    missing: list[str] = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        detail = f"{', '.join(missing)} not installed"
        return Finding("Libraries", Status.PROBLEM, detail, _REINSTALL)
    return Finding("Libraries", Status.OK, ", ".join(found))


def folder(settings: Settings) -> Finding:
    """The folder that holds all state: whether it can be written, and has room."""
    home, name = settings.home, "Data folder"
    nearest = next(path for path in (home, *home.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        cure = "Mend its permissions, or set TUTOR_HOME to another folder."
        return Finding(name, Status.PROBLEM, f"{home} cannot be written", cure)
    free = shutil.disk_usage(nearest).free
    file = data_folder() / "config.toml"
    told = f"settings from {file.name}" if file.exists() else "no config.toml"
    detail = f"{home} ({told}, {free / 1e9:.1f} GB free)"
    if free < LITTLE_SPACE:
        cure = "Make room on the disk, or set TUTOR_HOME to a folder on another one."
        return Finding(name, Status.WARNING, detail, cure)
    return Finding(name, Status.OK, detail)


def crew(tutor: Tutor) -> Finding:
    """The agents and prompts.

    Raises:
        SettingsError: agents.yaml is wrong; the message names file and key.
    """
    names = ", ".join(agent.role for agent in tutor.roles.agents.values())
    return Finding("Crew", Status.OK, names)


def model(tutor: Tutor) -> Finding:
    """The language model in force, with the hash of its file.

    Raises:
        ModelUnavailable: it is missing or damaged, or its server cannot be reached.
    """
    from tutor.llm.catalog import ModelKind, choose, info

    choice = choose(tutor.settings)
    if choice.kind is ModelKind.SERVER:
        tutor.model.count_tokens([])  # a server that is not there says so now
        return Finding("Model", Status.OK, f"{choice.name} on {choice.server}")
    known = info(choice, with_hash=True)
    detail = (
        f"{choice.name} ({choice.reason}): {known.architecture}, "
        f"{known.parameters / 1e6:,.0f} M parameters, {known.quantization}, "
        f"{known.context_size:,} tokens of context, sha256 {known.sha256}"
    )
    small = choice.kind is ModelKind.BUNDLED
    hint = "A larger one writes better answers: tutor model pull llama-3.2-3b" if small else ""
    return Finding("Model", Status.OK, detail, hint)


def gpu(settings: Settings) -> Finding:
    """Whether models run on a GPU, and whether they could."""
    from tutor.llm.cores import physical_cores
    from tutor.llm.hardware import can_offload, likely_gpu

    if can_offload():
        layers = "all layers" if settings.gpu_layers < 0 else f"{settings.gpu_layers} layers"
        return Finding("GPU", Status.OK, f"llama.cpp can offload; {layers} of the model go there")
    detail = f"not used; llama.cpp runs on {physical_cores()} CPU cores"
    if kind := likely_gpu():
        cure = (
            f'Build llama.cpp for it: CMAKE_ARGS="{_GPU_FLAGS[kind]}" pip install '
            "--force-reinstall --no-cache-dir --no-deps llama-cpp-python"
        )
        return Finding("GPU", Status.WARNING, f"{detail}, though there is a {kind} GPU", cure)
    return Finding("GPU", Status.OK, detail)


def embedder(settings: Settings) -> Finding:
    """The model that turns text into vectors.

    Raises:
        ModelUnavailable: it is not on this machine.
    """
    from tutor.index.embedder import open_embedder

    opened = open_embedder(settings.embedder, settings.models_folder)
    vector = opened.embed(["a sentence to see that it works"])
    return Finding("Embedder", Status.OK, f"{opened.name}, {vector.shape[1]} dimensions")


def index(tutor: Tutor) -> Finding:
    """The index: how it was built, what is in it, and whether it can be searched.

    Raises:
        IndexUnavailable: it is damaged, or was built by another embedder.
    """
    from tutor.index.manifest import Manifest

    sources = tutor.sources()
    if not sources:
        detail = "empty; the bundled course is indexed at the first question"
        return Finding("Index", Status.OK, detail, "Add your own notes: tutor ingest FOLDER")
    tutor.search("a search to see that it works", k=1, course=sources[0].course)
    courses = {info.course for info in sources}
    chunks = sum(info.chunks for info in sources)
    counts = f"{_counted(len(sources), 'file')}, {_counted(chunks, 'chunk')}"
    detail = f"{counts}, courses: {', '.join(sorted(courses))}"
    manifest = Manifest.load(tutor.settings.index_folder)
    if tutor.settings.chroma_url:
        detail += f"; on {tutor.settings.chroma_url}"
    elif manifest is not None:
        detail += (
            f"; edition {manifest.edition}, embedder {manifest.embedder} ({manifest.dimension}), "
            f"chunker {manifest.chunker}"
        )
    gone = sum(not os.path.exists(info.source) for info in sources)
    if gone:
        cure = "Run 'tutor ingest' on their folder, or 'tutor notes rm' on each, to forget them."
        return Finding("Index", Status.WARNING, f"{detail}; {gone} of the files are gone", cure)
    return Finding("Index", Status.OK, detail)


def progress(settings: Settings) -> Finding:
    """The learner's own data.

    Raises:
        StoreUnavailable: it cannot be read.
    """
    from tutor.progress.store import ProgressStore

    name = "Your answers"
    if not settings.progress_file.exists():
        return Finding(name, Status.OK, "none yet")
    attempts = ProgressStore(settings.progress_file).attempts()
    return Finding(name, Status.OK, f"{len(attempts):,} in {settings.progress_file}")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
