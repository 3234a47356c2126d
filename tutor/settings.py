"""Settings: defaults < TOML file < environment < command-line flags, in one frozen object."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tutor.errors import SettingsError
from tutor.schema import RagMode

DEFAULT_COURSE = "notes"
"""The course that notes go to when none is named."""

BUNDLED_COURSE = "machine-learning"
"""The course that ships with the tutor, used while the user has no notes of their own."""


def data_folder() -> Path:
    """Return the folder that holds all state; ``TUTOR_HOME`` moves it."""
    moved = os.environ.get("TUTOR_HOME")
    return Path(moved).expanduser() if moved else platformdirs.user_data_path("tutor", False)


class Settings(BaseSettings):
    """Everything a user can set. An unknown name in the file or a bad value is an error."""

    model_config = SettingsConfigDict(
        env_prefix="TUTOR_", extra="forbid", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(default_factory=data_folder, description="folder that holds all state")
    course: str | None = Field(default=None, description="course to use where none is named")
    agents: Path | None = Field(default=None, description="your own agents.yaml")

    model: str | None = Field(default=None, description="GGUF file, or name from the catalog")
    server: str | None = Field(default=None, description="base URL of an OpenAI-compatible server")
    server_model: str | None = Field(default=None, description="model name to ask the server for")
    api_key: str = Field(default="none", description="key for the server", repr=False)
    context_size: int = Field(default=0, ge=0, description="tokens of context; 0 is the model's")
    threads: int = Field(default=0, ge=0, description="CPU threads; 0 is all cores")
    gpu_layers: int = Field(default=-1, ge=-1, description="layers on the GPU; -1 is all")
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    seed: int = Field(default=0, ge=0)
    max_tokens: int = Field(default=256, ge=16, description="longest answer, in tokens")

    embedder: str = Field(
        default="all-MiniLM-L6-v2", description="a sentence-transformers model name or folder"
    )
    reranker: Path | None = Field(
        default=None, description="folder of a cross-encoder that re-ranks what is found"
    )
    chroma_url: str | None = Field(default=None, description="Chroma server, e.g. http://host:8000")
    passages: int = Field(default=5, ge=1, le=20, description="passages given to the crew")
    rag: RagMode = Field(
        default=RagMode.PROMPT, description="how the model reads passages: prompt, sequence, token"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read flags first, then the environment, then ``config.toml`` in the data folder."""
        file = TomlConfigSettingsSource(settings_cls, data_folder() / "config.toml")
        return init_settings, env_settings, file

    @property
    def index_folder(self) -> Path:
        """Chroma's files, the keyword index and the manifest."""
        return self.home / "index"

    @property
    def models_folder(self) -> Path:
        """Models fetched by ``tutor model pull`` and the query encoder."""
        return self.home / "models"

    @property
    def progress_file(self) -> Path:
        """The learner's SQLite file."""
        return self.home / "progress.sqlite3"


def load_settings(**flags: Any) -> Settings:
    """Return the settings in force; flags that are ``None`` do not count.

    Raises:
        SettingsError: a value is wrong or a name is unknown; the message names each of them.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(
            f"These settings are wrong: {wrong}. Mend them in {data_folder() / 'config.toml'}, "
            "in the environment (TUTOR_...) or on the command line."
        ) from error
    except ValueError as error:  # TOML that does not parse
        raise SettingsError(
            f"{data_folder() / 'config.toml'} cannot be read: {error}. Mend or delete the file."
        ) from error
