"""Which model is chosen, what files say about themselves, and downloads from a stand-in hub."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tutor.errors import ModelUnavailable, SettingsError
from tutor.llm.catalog import BUNDLED, DOWNLOADS, Catalog, ModelKind, choose, info, open_model
from tutor.llm.chat_model import Decoding, Message
from tutor.llm.download import fetch
from tutor.llm.remote import RemoteModel
from tutor.schema import Progress
from tutor.settings import Settings


@pytest.fixture
def catalog(tmp_path: Path, tiny_gpt2_gguf: Path) -> Catalog:
    return Catalog(tmp_path / "models", tiny_gpt2_gguf)


def pretend_pulled(catalog: Catalog, number: int, age: float = 0) -> Path:
    path = catalog._path(DOWNLOADS[number])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"GGUF")
    os.utime(path, (time.time() - age,) * 2)
    return path


# ------------------------------------------------------------------------------- choosing


def test_with_nothing_else_it_is_the_bundled_model(catalog: Catalog, tiny_gpt2_gguf: Path) -> None:
    choice = catalog.choose()
    assert (choice.kind, choice.name, choice.path) == (ModelKind.BUNDLED, BUNDLED, tiny_gpt2_gguf)


def test_a_pulled_model_comes_before_the_bundled_one_and_the_latest_first(
    catalog: Catalog,
) -> None:
    pretend_pulled(catalog, 1, age=60)
    latest = pretend_pulled(catalog, 0)
    choice = catalog.choose()
    assert (choice.kind, choice.path) == (ModelKind.PULLED, latest)


def test_a_chosen_model_comes_before_a_pulled_one(catalog: Catalog, tiny_llama_gguf: Path) -> None:
    pretend_pulled(catalog, 0)
    catalog.use(str(tiny_llama_gguf))
    choice = catalog.choose()
    assert (choice.kind, choice.name, choice.path) == (
        ModelKind.FILE,
        "tiny-llama",
        tiny_llama_gguf,
    )
    assert catalog.use(BUNDLED).kind is ModelKind.BUNDLED
    assert catalog.choose().kind is ModelKind.BUNDLED
    assert catalog.use(DOWNLOADS[0].name) == catalog.choose()


def test_a_model_named_now_comes_before_the_chosen_one(
    catalog: Catalog, tiny_llama_gguf: Path
) -> None:
    catalog.use(BUNDLED)
    assert catalog.choose(model=str(tiny_llama_gguf)).kind is ModelKind.FILE


def test_a_server_comes_first(catalog: Catalog, tiny_llama_gguf: Path) -> None:
    choice = catalog.choose(model=str(tiny_llama_gguf), server="http://h/v1", served="big")
    assert (choice.kind, choice.name, choice.server) == (ModelKind.SERVER, "big", "http://h/v1")
    settings = Settings(server="http://h/v1", server_model="big")
    assert choose(settings).name == "big"
    assert isinstance(open_model(choice, settings), RemoteModel)


def test_a_path_chosen_from_another_folder_still_counts(
    catalog: Catalog, tiny_llama_gguf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tiny_llama_gguf.parent)
    catalog.use(tiny_llama_gguf.name)
    monkeypatch.chdir(tmp_path)
    assert catalog.choose().path == tiny_llama_gguf


def test_an_unknown_name_lists_what_there_is(catalog: Catalog) -> None:
    for name in ("llama-4", "gpt"):
        with pytest.raises(SettingsError, match=r"tutor-gpt2, llama-3\.2-1b, llama-3\.2-3b"):
            catalog.choose(model=name)
        with pytest.raises(SettingsError, match=name):
            catalog.use(name)


@pytest.mark.parametrize("name", ["nowhere/x.gguf", "x.gguf", "./x"])
def test_a_path_that_leads_nowhere_is_an_error(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelUnavailable, match="Correct the path"):
        catalog.choose(model=name)


def test_a_model_not_yet_pulled_says_how(catalog: Catalog) -> None:
    with pytest.raises(ModelUnavailable, match=r"tutor model pull llama-3\.2-1b"):
        catalog.use("llama-3.2-1b")


def test_a_chosen_file_that_is_gone_is_not_replaced_in_silence(
    catalog: Catalog, tmp_path: Path, tiny_llama_gguf: Path
) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(tiny_llama_gguf.read_bytes())
    catalog.use(str(file))
    file.unlink()
    with pytest.raises(ModelUnavailable, match="chosen by `tutor model use`"):
        catalog.choose()
    assert "missing" in catalog.available()[1].note


def test_only_a_gguf_file_can_be_chosen(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes")
    with pytest.raises(ModelUnavailable, match="is not a GGUF file"):
        catalog.use(str(tmp_path / "notes.md"))
    assert catalog.chosen() is None


def test_a_missing_bundled_model_says_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Install tutor again"):
        Catalog(tmp_path, tmp_path / "none.gguf").choose()


# -------------------------------------------------------------------------------- listing


def test_the_list_tells_what_is_here_from_what_can_be_had(
    catalog: Catalog, tiny_gpt2_gguf: Path, tiny_llama_gguf: Path
) -> None:
    here = pretend_pulled(catalog, 1)
    catalog.use(str(tiny_llama_gguf))
    entries = {entry.name: entry for entry in catalog.available()}
    assert list(entries) == [BUNDLED, "tiny-llama", *(d.name for d in DOWNLOADS)]
    assert entries[BUNDLED].size == tiny_gpt2_gguf.stat().st_size
    assert entries["tiny-llama"].path == tiny_llama_gguf
    assert (entries["llama-3.2-3b"].path, entries["llama-3.2-3b"].size) == (here, 4)
    assert entries["llama-3.2-1b"].path is None
    assert "tutor model pull" in entries["llama-3.2-1b"].note


def test_a_file_says_what_it_is(catalog: Catalog, tiny_llama_gguf: Path) -> None:
    found = info(catalog.choose(model=str(tiny_llama_gguf)), with_hash=True)
    assert (found.name, found.architecture, found.quantization) == (
        "tiny-llama",
        "llama",
        "all F32",
    )
    assert (found.context_size, found.vocabulary, found.has_template) == (2048, 272, True)
    assert found.parameters * 4 == pytest.approx(found.size, rel=0.1)
    assert found.sha256 == hashlib.sha256(tiny_llama_gguf.read_bytes()).hexdigest()
    assert not info(catalog.choose()).has_template


def test_the_chosen_model_opens_and_replies(catalog: Catalog) -> None:
    model = open_model(catalog.choose(), Settings(threads=1, context_size=256))
    assert model.context_size == 256
    grammar = Decoding(grammar='root ::= "here"')
    assert model.complete([Message("user", "Where?")], grammar).text == "here"


# ----------------------------------------------------------------------------- downloading


class Hub:
    """A stand-in for the hub: one file, with size and checksum, and requests for ranges."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.promised = hashlib.sha256(content).hexdigest()
        self.ranges: list[str | None] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def head(self, start: int = 0) -> None:
                self.send_response(206 if start else 200)
                self.send_header("X-Repo-Commit", "0" * 40)
                self.send_header("ETag", f'"{hub.promised}"')
                self.send_header("Content-Length", str(len(hub.content) - start))
                if start:
                    size = len(hub.content)
                    self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
                self.end_headers()

            def do_HEAD(self) -> None:
                if self.path == "/owner/repository/resolve/main/model.gguf":
                    self.head()
                else:
                    self.send_error(404)

            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                hub.ranges.append(wanted)
                start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
                self.head(start)
                self.wfile.write(hub.content[start:])

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def hub() -> Iterator[Hub]:
    stand_in = Hub(b"GGUF" + os.urandom(3_000_000))
    yield stand_in
    stand_in.server.shutdown()
    stand_in.server.server_close()


def pull(hub: Hub, target: Path, heard: list[Progress] | None = None) -> Path:
    on_progress = (heard if heard is not None else []).append
    return fetch("owner/repository", "model.gguf", target, on_progress, endpoint=hub.url)


def test_a_download_is_complete_and_reports_its_progress(hub: Hub, tmp_path: Path) -> None:
    heard: list[Progress] = []
    target = tmp_path / "models" / "m.gguf"
    assert pull(hub, target, heard) == target
    assert target.read_bytes() == hub.content
    fetching = [p.done for p in heard if p.task == "Fetching"]
    assert fetching == sorted(fetching)
    assert fetching[-1] == heard[0].total == len(hub.content)
    assert not list(target.parent.glob("*.part"))


def test_an_interrupted_download_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    target = tmp_path / "m.gguf"
    whole, hub.content = hub.content, hub.content[:1_000_000]

    def interrupt(progress: Progress) -> None:
        if progress.task == "Checking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("owner/repository", "model.gguf", target, interrupt, endpoint=hub.url)
    assert not target.exists()
    hub.content = whole
    pull(hub, target)
    assert hub.ranges == [None, "bytes=1000000-"]
    assert target.read_bytes() == whole


def test_a_wrong_checksum_is_an_error_and_leaves_nothing(hub: Hub, tmp_path: Path) -> None:
    hub.content = hub.content[:-1] + b"?"
    with pytest.raises(ModelUnavailable, match="checksum"):
        pull(hub, tmp_path / "m.gguf")
    assert not list(tmp_path.glob("m.gguf*[!k]"))


def test_a_file_that_the_hub_does_not_have_is_one_line(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"does not give out other\.gguf") as caught:
        fetch("owner/repository", "other.gguf", tmp_path / "o", lambda _: None, endpoint=hub.url)
    assert "\n" not in str(caught.value)


def test_without_a_network_it_gives_up_within_seconds(hub: Hub, tmp_path: Path) -> None:
    hub.server.server_close()
    started = time.perf_counter()
    with pytest.raises(ModelUnavailable, match="Check the network") as caught:
        pull(hub, tmp_path / "m.gguf")
    assert time.perf_counter() - started < 5
    assert "\n" not in str(caught.value)


def test_only_models_of_the_catalog_can_be_pulled(catalog: Catalog) -> None:
    with pytest.raises(SettingsError, match=r"There are llama-3\.2-1b, "):
        catalog.pull("llama-9", lambda _: None)
