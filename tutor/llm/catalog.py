"""Which language models there are, and which one is used.

In this order: a server the user named; a GGUF file or catalog name the user gave, for once or by
``tutor model use``; the model pulled last; the bundled GPT-2. Nothing is downloaded unasked, and
a name that means nothing is an error, never a silent default.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from tutor import bundled
from tutor.errors import ModelUnavailable, SettingsError
from tutor.llm.gguf_file import ModelInfo as ModelInfo
from tutor.llm.gguf_file import check_gguf, describe
from tutor.schema import Progress
from tutor.settings import Settings

if TYPE_CHECKING:
    from tutor.llm.chat_model import ChatModel  # imports numpy, which a list of models needs not

BUNDLED = "tutor-gpt2"
"""The name of the model that ships with the tutor."""

_CHOSEN = "chosen"  # a file in the models folder: the name or path given to ``tutor model use``


@dataclass(frozen=True, slots=True)
class Download:
    """A model that ``tutor model pull`` fetches: one file of a repository on the hub."""

    name: str
    repository: str
    file: str
    size: int
    about: str


DOWNLOADS = (
    Download(
        "llama-3.2-1b",
        "bartowski/Llama-3.2-1B-Instruct-GGUF",
        "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        807_694_464,
        "Llama 3.2 1B Instruct, for any laptop",
    ),
    Download(
        "llama-3.2-3b",
        "bartowski/Llama-3.2-3B-Instruct-GGUF",
        "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
        2_019_377_696,
        "Llama 3.2 3B Instruct, wants 4 GB of free memory",
    ),
    Download(
        "llama-3.1-8b",
        "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
        "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
        4_920_739_232,
        "Llama 3.1 8B Instruct, wants 8 GB of free memory or a GPU",
    ),
)


class ModelKind(StrEnum):
    """Where a model comes from."""

    SERVER = "server"
    FILE = "file"
    PULLED = "pulled"
    BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model in use: a file, or a name on a server; ``reason`` says who chose it."""

    kind: ModelKind
    name: str
    path: Path | None
    server: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of ``tutor model list``. ``path`` is ``None`` for what is not on disk yet."""

    name: str
    kind: ModelKind
    path: Path | None
    size: int
    note: str


class Catalog:
    """The models of one data folder, and the bundled one."""

    def __init__(self, folder: Path, shipped: Path) -> None:
        """Look after the models in ``folder``; ``shipped`` is the file of the bundled one."""
        self._folder = folder
        self._shipped = shipped

    def choose(
        self, *, model: str | None = None, server: str | None = None, served: str | None = None
    ) -> ModelChoice:
        """Return the model to use; ``served`` is the model's name on the server.

        Raises:
            SettingsError: ``model``, or what ``tutor model use`` was given, means nothing.
            ModelUnavailable: the file that is meant is not there.
        """
        if server:
            return ModelChoice(ModelKind.SERVER, served or server, None, server, "server is set")
        if model:
            return self._named(model, "named by --model or the settings")
        if (chosen := self.chosen()) is not None:
            return self._named(chosen, "chosen by `tutor model use`")
        pulled = [path for path in map(self._path, DOWNLOADS) if path.is_file()]
        if pulled:
            latest = max(pulled, key=lambda path: path.stat().st_mtime)
            name = next(d.name for d in DOWNLOADS if self._path(d) == latest)
            return self._named(name, "pulled last")
        return self._named(BUNDLED, "bundled")

    def chosen(self) -> str | None:
        """Return the name or path that ``tutor model use`` was given, if any."""
        try:
            return (self._folder / _CHOSEN).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{self._folder / _CHOSEN} cannot be read ({error}). Delete it and choose again "
                "with `tutor model use`."
            ) from error

    def use(self, model: str) -> ModelChoice:
        """Make ``model``, a name or a path, the one to use from now on, and return it.

        Raises:
            SettingsError: the name means nothing.
            ModelUnavailable: the file is not there or is no GGUF file, or the choice cannot be
                written down.
        """
        choice = self._named(model, "chosen by `tutor model use`")
        assert choice.path is not None
        check_gguf(choice.path)
        lasting = choice.name if choice.kind is not ModelKind.FILE else str(choice.path.resolve())
        new = self._folder / f"{_CHOSEN}.new"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new.write_text(lasting, encoding="utf-8")
            new.replace(self._folder / _CHOSEN)
        except OSError as error:
            raise ModelUnavailable(
                f"The choice cannot be written to {self._folder} ({error.strerror}). Make room "
                "there, or move the data folder with TUTOR_HOME."
            ) from error
        return choice

    def available(self) -> list[ModelEntry]:
        """Return the bundled model, the one chosen by path, and all that can be pulled."""
        entries = [
            ModelEntry(BUNDLED, ModelKind.BUNDLED, *_on_disk(self._shipped), "ships with tutor")
        ]
        chosen = self.chosen()
        if chosen is not None and self._known(chosen) is None:
            path, size = _on_disk(Path(chosen))
            note = "" if path else "missing: choose another with `tutor model use`"
            entries.append(ModelEntry(Path(chosen).stem, ModelKind.FILE, path, size, note))
        for download in DOWNLOADS:
            path, size = _on_disk(self._path(download))
            note = download.about if path else f"{download.about}; `tutor model pull` fetches it"
            entries.append(
                ModelEntry(download.name, ModelKind.PULLED, path, size or download.size, note)
            )
        return entries

    def pull(self, name: str, on_progress: Callable[[Progress], None]) -> Path:
        """Download a model of the catalog, go on where an earlier try ended, and check it.

        Raises:
            SettingsError: the name is not in the catalog.
            ModelUnavailable: the hub cannot be reached, or the file is not what it should be.
        """
        from tutor.llm.download import fetch

        download = next((d for d in DOWNLOADS if d.name == name), None)
        if download is None:
            raise SettingsError(
                f"There is no model {name!r} to pull. There are "
                f"{', '.join(d.name for d in DOWNLOADS)}."
            )
        return fetch(download.repository, download.file, self._path(download), on_progress)

    def _named(self, model: str, reason: str) -> ModelChoice:
        """Return what a name or path means; the file is there."""
        known = self._known(model)
        kind, name, path = known or (ModelKind.FILE, Path(model).stem, Path(model).expanduser())
        if path.is_file() or (known is None and path.exists()):
            return ModelChoice(kind, name, path, None, reason)
        match kind:
            case ModelKind.PULLED:
                cure = f"Fetch it with `tutor model pull {name}`."
            case ModelKind.BUNDLED:
                cure = "Install tutor again, or name another model (`tutor model list`)."
            case _ if Path(model).name == model and path.suffix != ".gguf":
                names = ", ".join([BUNDLED, *(d.name for d in DOWNLOADS)])
                raise SettingsError(
                    f"There is no model {model!r} ({reason}). Give the path of a GGUF file, or "
                    f"one of {names}."
                )
            case _:
                cure = "Correct the path, or choose another one (`tutor model list`)."
        raise ModelUnavailable(f"The model {name} is not at {path} ({reason}). {cure}")

    def _known(self, name: str) -> tuple[ModelKind, str, Path] | None:
        if name == BUNDLED:
            return ModelKind.BUNDLED, name, self._shipped
        download = next((d for d in DOWNLOADS if d.name == name), None)
        return (ModelKind.PULLED, name, self._path(download)) if download else None

    def _path(self, download: Download) -> Path:
        return self._folder / download.file


def open_catalog(settings: Settings) -> Catalog:
    """Return the models of the data folder and the bundled one."""
    return Catalog(settings.models_folder, bundled.weights())


def choose(settings: Settings) -> ModelChoice:
    """Return the model that the settings lead to; see ``Catalog.choose``."""
    return open_catalog(settings).choose(
        model=settings.model, server=settings.server, served=settings.server_model
    )


def open_model(choice: ModelChoice, settings: Settings) -> ChatModel:
    """Load the chosen file, or get ready to talk to the chosen server.

    Raises:
        ModelUnavailable: the file cannot be loaded.
        SettingsError: the server's address is no URL.
    """
    if choice.server is not None:
        from tutor.llm.remote import RemoteModel

        return RemoteModel(
            choice.server,
            settings.server_model,
            settings.api_key,
            context_size=settings.context_size,
        )
    from tutor.llm.llama import LlamaModel

    assert choice.path is not None
    return LlamaModel(
        choice.path,
        context_size=settings.context_size,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
    )


def info(choice: ModelChoice, *, with_hash: bool = False) -> ModelInfo:
    """Return what is known of a model; hashing its file takes a second for each gigabyte.

    Raises:
        ModelUnavailable: the file is missing, damaged or of an unknown kind.
    """
    if choice.path is None:
        return ModelInfo(choice.name, choice.server or "")
    return describe(choice.path, with_hash=with_hash)


def _on_disk(path: Path) -> tuple[Path | None, int]:
    return (path, path.stat().st_size) if path.is_file() else (None, 0)
