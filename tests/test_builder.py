"""Building the index: incremental, whole at every moment, and the same as a fresh one."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashingEmbedder

from tutor.errors import IndexUnavailable, NotesError
from tutor.index import intake
from tutor.index.builder import IndexBuilder
from tutor.index.embedder import Embedder
from tutor.index.keyword_index import fingerprint
from tutor.index.library import WAITING, Library
from tutor.index.manifest import Manifest
from tutor.schema import Event, Notice, Progress

BATCH = 110
TOPICS = ["ribosome", "mitochondrion", "nucleus", "membrane", "enzyme", "chloroplast"]


def lesson(topic: str, sections: int = 3) -> str:
    parts = [f"# The {topic}\n"]
    for i in range(sections):
        body = f"Fact {i}: the {topic} has property number {i}, which matters for cells. " * 6
        parts.append(f"\n## Section {i} on the {topic}\n\n{body}\n")
    return "".join(parts)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "deep" / "er").mkdir(parents=True)
    for topic in TOPICS[:4]:
        (folder / f"{topic}.md").write_text(lesson(topic))
    (folder / "deep" / "er" / "enzyme.txt").write_text(lesson("enzyme"))
    return folder


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_BATCH", BATCH)


def many(folder: Path) -> None:
    """Write notes of several batches."""
    for i in range(40):
        (folder / f"n{i:02}.md").write_text(lesson(f"organelle{i}", sections=10))


class Place:
    """A library with its builder and an embedder that counts."""

    def __init__(self, folder: Path, url: str | None = None, embedder: Embedder | None = None):
        self.embedder = embedder or HashingEmbedder()
        self.library = Library(folder, self.embedder, url)
        self.builder = IndexBuilder(self.library)

    def state(self) -> dict[str, Any]:
        return state(self.library)


def state(library: Library) -> dict[str, Any]:
    """Everything that two equal indexes have in common."""
    index = library.current()
    if index is None:
        return {}
    chunks = index.store.chunks()
    ids = [chunk.id for chunk in chunks]
    assert index.keywords.fingerprint == fingerprint(ids)
    vectors = index.store.vectors(ids)
    assert len(vectors) == len(ids)
    expected = library.embedder.embed([chunk.embedded_text for chunk in chunks])
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    query = library.embedder.embed(["which property has the enzyme"])[0]
    return {
        "chunks": chunks,
        "near": [round(cosine, 3) for _, cosine in index.store.search(query, 30)],
        "words": index.keywords.search("property of the enzyme", 30),
        "sources": [(s.course, s.source, s.title, s.digest) for s in index.catalog],
    }


def fresh(tmp_path: Path, *ingests: tuple[Path, str]) -> dict[str, Any]:
    place = Place(tmp_path / f"fresh-{os.urandom(4).hex()}")
    for folder, course in ingests:
        place.builder.ingest([folder], course)
    return place.state()


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A library in a folder, or one whose chunks are on a Chroma server."""
    if request.param == "folder":
        return Place(tmp_path / "index")
    embedder = HashingEmbedder(name=f"hashing-{os.urandom(4).hex()}")  # a collection of its own
    return Place(tmp_path / "index", request.getfixturevalue("chroma_url"), embedder)


# ------------------------------------------------------------------- what an ingest does


def test_a_first_ingest_takes_in_everything(place: Place, notes: Path, tmp_path: Path) -> None:
    assert place.library.current() is None
    report = place.builder.ingest([notes], "biology")
    assert (report.course, report.files, report.kept, report.removed) == ("biology", 5, 0, 0)
    assert report.skipped == ()
    index = place.library.current()
    assert index is not None
    assert index.store.count() == report.added > 5
    assert place.state() == fresh(tmp_path, (notes, "biology"))
    near, _ = index.store.search(place.embedder.embed(["the enzyme property"])[0], 1)[0]
    assert near.source == str(notes / "deep" / "er" / "enzyme.txt")


def test_a_second_ingest_embeds_nothing_and_writes_nothing(place: Place, notes: Path) -> None:
    first = place.builder.ingest([notes], "biology")
    before, embedded = place.library.current(), place.embedder.embedded
    second = place.builder.ingest([notes], "biology")
    assert (second.files, second.added, second.kept, second.removed) == (5, 0, first.added, 0)
    assert place.embedder.embedded == embedded
    assert place.library.current() is before, "the same edition is still in force"


def test_a_changed_file_is_embedded_where_it_changed(
    place: Place, notes: Path, tmp_path: Path
) -> None:
    first = place.builder.ingest([notes], "biology")
    file = notes / "nucleus.md"
    file.write_text("A new opening line, long enough to be a passage of its own. " * 5 + "\n\n"
                    + file.read_text().replace("Fact 2", "Claim 2"))  # fmt: skip
    embedded = place.embedder.embedded
    second = place.builder.ingest([notes], "biology")
    assert 0 < second.added < 4
    assert place.embedder.embedded - embedded == second.added
    assert second.kept == first.added - second.removed
    assert place.state() == fresh(tmp_path, (notes, "biology")), "lines have moved along"


def test_a_file_that_only_changes_its_line_ends_is_remembered(place: Place, notes: Path) -> None:
    place.builder.ingest([notes], "biology")
    with (notes / "nucleus.md").open("a") as file:
        file.write("\n\n\n")
    embedded = place.embedder.embedded
    report = place.builder.ingest([notes], "biology")
    assert (report.added, report.removed, place.embedder.embedded) == (0, 0, embedded)
    index = place.library.current()
    assert index is not None
    entry = index.catalog.find("biology", str(notes / "nucleus.md"))
    assert entry is not None
    assert entry.digest == hashlib.sha256((notes / "nucleus.md").read_bytes()).hexdigest()


def test_a_deleted_file_goes_if_its_folder_is_named(
    place: Place, notes: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "other.md").write_text(lesson("chloroplast"))
    place.builder.ingest([notes, elsewhere], "biology")
    (notes / "nucleus.md").unlink()
    (elsewhere / "other.md").unlink()
    report = place.builder.ingest([notes], "biology")
    assert (report.files, report.added) == (4, 0)
    assert report.removed > 0
    sources = {info.source for info in place.builder.sources()}
    assert str(notes / "nucleus.md") not in sources
    assert str(elsewhere / "other.md") in sources, "its folder was not named"


def test_a_folder_whose_name_begins_like_another_is_another(tmp_path: Path) -> None:
    place = Place(tmp_path / "index")
    for name in ("bio", "biology"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(lesson("enzyme"))
        place.builder.ingest([tmp_path / name], "notes")
    (tmp_path / "biology" / "a.md").unlink()
    assert place.builder.ingest([tmp_path / "bio"], "notes").removed == 0


def test_the_last_file_of_a_folder_can_go(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "a.md").write_text(lesson("enzyme"))
    added = place.builder.ingest([folder], "notes").added
    (folder / "a.md").unlink()
    report = place.builder.ingest([folder], "notes")
    assert (report.files, report.removed) == (0, added)
    assert place.builder.sources() == []


def test_courses_are_kept_apart(place: Place, notes: Path, tmp_path: Path) -> None:
    first = place.builder.ingest([notes], "biology")
    second = place.builder.ingest([notes], "revision")
    assert second.added == first.added, "the same file lives in both"
    (notes / "nucleus.md").unlink()
    place.builder.ingest([notes], "revision")
    index = place.library.current()
    assert index is not None
    assert index.store.courses() == ["biology", "revision"]
    assert index.store.count("biology") == first.added
    assert index.store.count("revision") < first.added
    assert len(place.builder.sources("biology")) == 5
    assert len(place.builder.sources("revision")) == 4


def test_two_files_with_the_same_content_are_two_sources(place: Place, tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / "twins" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "twins" / name).write_text(lesson("enzyme") + lesson("enzyme"))
    report = place.builder.ingest([tmp_path / "twins"], "notes")
    infos = place.builder.sources()
    assert [info.chunks for info in infos] == [report.added // 2] * 2
    assert infos[0].title == "The enzyme"


def test_bad_files_are_skipped_with_reasons_and_the_rest_goes_on(
    place: Place, notes: Path, tmp_path: Path
) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 this is no PDF")
    (notes / "empty.md").write_text("")
    (notes / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (notes / "gone.md").symlink_to(tmp_path / "nowhere.md")
    report = place.builder.ingest([notes], "biology")
    assert report.files == 5
    assert [Path(one.source).name for one in report.skipped] == [
        "binary.txt", "broken.pdf", "empty.md", "gone.md"
    ]  # fmt: skip
    for one in report.skipped:
        assert one.reason
        assert one.source not in one.reason


def test_a_file_that_becomes_empty_loses_its_chunks(place: Place, notes: Path) -> None:
    place.builder.ingest([notes], "biology")
    (notes / "nucleus.md").write_text("")
    report = place.builder.ingest([notes], "biology")
    assert report.removed > 0
    assert [Path(one.source).name for one in report.skipped] == ["nucleus.md"]
    assert str(notes / "nucleus.md") not in {info.source for info in place.builder.sources()}


def test_a_file_that_cannot_be_opened_keeps_its_chunks(place: Place, notes: Path) -> None:
    place.builder.ingest([notes], "biology")
    file = notes / "nucleus.md"
    file.unlink()
    file.symlink_to(file)  # a loop: it is there, and nobody can open it
    report = place.builder.ingest([notes], "biology")
    assert report.removed == 0
    assert [Path(one.source).name for one in report.skipped] == ["nucleus.md"]
    assert str(file) in {info.source for info in place.builder.sources()}


def test_nothing_to_take_in_is_an_error_with_the_cure(place: Place, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotesError, match=r"reads Markdown.*PDF"):
        place.builder.ingest([tmp_path / "empty"], "notes")
    (tmp_path / "empty" / "a.md").write_text("")
    with pytest.raises(NotesError, match=r"a\.md: it is empty"):
        place.builder.ingest([tmp_path / "empty"], "notes")
    with pytest.raises(NotesError, match="no file or folder"):
        place.builder.ingest([tmp_path / "missing"], "notes")
    assert place.library.current() is None


def test_progress_grows_to_its_total(place: Place, notes: Path) -> None:
    events: list[Event] = []
    place.builder.ingest([notes], "biology", events.append)
    steps = [event for event in events if isinstance(event, Progress)]
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert steps[-1].done == steps[-1].total == round(
        sum(file.stat().st_size for file in notes.rglob("*.*")) / 1000
    )  # fmt: skip


def test_more_chunks_than_a_batch_holds(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    many(folder)
    place = Place(tmp_path / "index")
    report = place.builder.ingest([folder], "notes")
    assert report.added == sum(info.chunks for info in place.builder.sources()) > 3 * BATCH
    assert len(place.state()["chunks"]) == report.added


def test_a_few_notes_are_taken_in_without_loading_torch(notes: Path, tmp_path: Path) -> None:
    probe = (
        "import sys; from pathlib import Path; from tutor.index.builder import IndexBuilder;"
        "from tutor.index.embedder import open_embedder; from tutor.index.library import Library;"
        "embedder = open_embedder('all-MiniLM-L6-v2', Path(sys.argv[2]) / 'models');"
        "library = Library(Path(sys.argv[2]) / 'index', embedder);"
        "IndexBuilder(library).ingest([Path(sys.argv[1])], 'notes');"
        "print(*{'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, notes, tmp_path], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_removing_a_source_leaves_the_others(place: Place, notes: Path) -> None:
    place.builder.ingest([notes], "biology")
    place.builder.ingest([notes], "revision")
    file = str(notes / "nucleus.md")
    chunks = {info.source: info.chunks for info in place.builder.sources("biology")}[file]
    assert place.builder.remove("biology", file) == chunks
    assert place.builder.remove("biology", file) == 0
    assert file not in {info.source for info in place.builder.sources("biology")}
    assert file in {info.source for info in place.builder.sources("revision")}
    assert {c.source for c in place.state()["chunks"] if c.course == "biology"} == {
        info.source for info in place.builder.sources("biology")
    }
    assert place.builder.ingest([notes], "biology").added == chunks, "the file itself has stayed"


# --------------------------------------------------------------------- readers and writers


class Pausing(HashingEmbedder):
    """Runs ``meanwhile`` in the middle of an ingest."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def embed(self, texts: Any) -> Any:
        self._meanwhile()
        return super().embed(texts)


def test_a_reader_sees_the_old_state_until_the_new_one_is_whole(
    notes: Path, tmp_path: Path
) -> None:
    Place(tmp_path / "index").builder.ingest([notes], "biology")
    reader = Place(tmp_path / "index")
    before = reader.state()
    seen: list[bool] = []
    writer = Place(
        tmp_path / "index", embedder=Pausing(lambda: seen.append(reader.state() == before))
    )
    (notes / "nucleus.md").unlink()
    (notes / "chloroplast.md").write_text(lesson("chloroplast"))
    old = reader.library.current()
    writer.builder.ingest([notes], "biology")
    assert seen == [True]
    assert reader.state() == fresh(tmp_path, (notes, "biology"))
    assert old is not None
    assert old.store.chunks() == before["chunks"], "who still reads the old edition may finish"


def test_a_second_ingest_waits_and_says_so(notes: Path, tmp_path: Path) -> None:
    first_is_in = threading.Event()
    second_waits = threading.Event()

    def pause() -> None:
        first_is_in.set()
        assert second_waits.wait(30)

    def listen(event: Event) -> None:
        if event == Notice(WAITING):
            second_waits.set()

    first = Place(tmp_path / "index", embedder=Pausing(pause))
    thread = threading.Thread(target=first.builder.ingest, args=([notes], "biology"))
    thread.start()
    assert first_is_in.wait(30)
    Place(tmp_path / "index").builder.ingest([notes], "revision", listen)
    thread.join()
    assert second_waits.is_set()
    assert Place(tmp_path / "index").state() == fresh(
        tmp_path, (notes, "biology"), (notes, "revision")
    )


def test_editions_do_not_pile_up(notes: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "index")
    for i in range(4):
        (notes / "nucleus.md").write_text(lesson(f"nucleus{i}"))
        place.builder.ingest([notes], "biology")
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == [
        "edition-3", "edition-4", "ingest.lock", "manifest.json"
    ]  # fmt: skip


def test_another_machine_finds_what_is_on_the_server(
    notes: Path, tmp_path: Path, chroma_url: str
) -> None:
    def machine(name: str) -> Place:
        return Place(tmp_path / name, chroma_url, HashingEmbedder(name=f"shared-{tmp_path.name}"))

    one, other = machine("one"), machine("other")
    one.builder.ingest([notes], "biology")
    assert other.state()["chunks"] == one.state()["chunks"]
    assert {info.title for info in other.builder.sources()} >= {"nucleus"}
    (notes / "chloroplast.md").write_text(lesson("chloroplast"))
    report = other.builder.ingest([notes], "biology")
    found = one.state()
    assert len(found["chunks"]) == report.kept + report.added
    assert "chloroplast" in {Path(c.source).stem for c in found["chunks"]}


# ----------------------------------------------------------------- mismatch, damage, rebuild


def test_another_embedder_is_refused_until_the_index_is_rebuilt(
    place: Place, notes: Path, tmp_path: Path
) -> None:
    place.builder.ingest([notes], "biology")
    place.builder.ingest([notes], "revision")
    before = place.state()
    other = HashingEmbedder(dimension=32, name=f"{place.embedder.name}-32")
    place.library.embedder = other
    for attempt in (
        place.library.current,
        lambda: place.builder.ingest([notes], "biology"),
        lambda: place.builder.remove("biology", str(notes / "nucleus.md")),
    ):
        place.library._index = None
        with pytest.raises(IndexUnavailable, match=r"embedder hashing.*--rebuild") as error:
            attempt()
        assert f"dimension 64 instead of {other.dimension}" in str(error.value)
    report = place.builder.rebuild()
    assert (report.added, report.skipped) == (len(before["chunks"]), ())
    after = place.state()
    assert after["chunks"] == before["chunks"]
    assert after["sources"] == before["sources"]


def test_a_rebuild_keeps_the_chunks_of_files_that_are_no_longer_there(
    place: Place, notes: Path
) -> None:
    place.builder.ingest([notes], "biology")
    before = place.state()
    (notes / "nucleus.md").unlink()
    report = place.builder.rebuild()
    assert report.files == 5
    assert place.state() == before


def test_another_chunker_version_asks_for_a_rebuild(notes: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "index")
    place.builder.ingest([notes], "biology")
    file = tmp_path / "index" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "chunker": 0}))
    with pytest.raises(IndexUnavailable, match="chunker version 0 instead of"):
        place.library.current()
    place.builder.rebuild()
    assert place.state() == fresh(tmp_path, (notes, "biology"))


def test_an_unreadable_manifest_is_reported(notes: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "index")
    place.builder.ingest([notes], "biology")
    (tmp_path / "index" / "manifest.json").write_text("{ not json")
    with pytest.raises(IndexUnavailable, match=r"manifest.*Delete the folder"):
        Place(tmp_path / "index").library.current()


def test_a_data_folder_that_is_a_file_is_told_as_what_it_is(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(IndexUnavailable, match=r"home.*set TUTOR_HOME to another folder"):
        Place(tmp_path / "home" / "index").builder.ingest([notes], "biology")


def _spoil_graph(edition: Path) -> None:
    next(edition.glob("chroma/*/data_level0.bin")).write_bytes(b"nonsense")
    next(edition.glob("chroma/*/index_metadata.pickle")).write_bytes(b"nonsense")


def _spoil_database(edition: Path) -> None:
    (edition / "chroma" / "chroma.sqlite3").write_bytes(b"nonsense" * 100)


def _spoil_catalog(edition: Path) -> None:
    (edition / "sources.json").write_text("nonsense")


@pytest.mark.parametrize("spoil", [_spoil_graph, _spoil_database, _spoil_catalog])
def test_a_damaged_index_says_so_and_a_rebuild_mends_it(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    many(notes)  # enough for Chroma to write its graph
    Place(tmp_path / "index").builder.ingest([notes], "biology")
    spoil(tmp_path / "index" / "edition-1")
    place = Place(tmp_path / "index")
    with pytest.raises(IndexUnavailable, match="--rebuild"):
        place.state()
    place.builder.rebuild()
    assert place.state() == fresh(tmp_path, (notes, "biology"))


def test_a_damaged_keyword_index_mends_itself(notes: Path, tmp_path: Path) -> None:
    Place(tmp_path / "index").builder.ingest([notes], "biology")
    (tmp_path / "index" / "edition-1" / "keywords.npz").write_bytes(b"nonsense")
    assert Place(tmp_path / "index").state() == fresh(tmp_path, (notes, "biology"))


def test_there_must_be_an_index_to_rebuild(place: Place) -> None:
    with pytest.raises(NotesError, match="tutor ingest PATH"):
        place.builder.rebuild()


def test_a_folder_that_cannot_be_written_is_reported(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("in the way")
    with pytest.raises(IndexUnavailable, match="TUTOR_HOME"):
        Place(tmp_path / "index").builder.ingest([notes], "biology")


# ------------------------------------------------------------------------- kills, full disks


DRIVER = Path(__file__).with_name("interrupted_ingest.py")


def driven(*arguments: str | Path) -> Iterator[str]:
    done = subprocess.run(
        [sys.executable, DRIVER, *arguments], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return iter(done.stdout.splitlines())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_step_loses_nothing_and_the_next_run_completes(
    notes: Path, tmp_path: Path
) -> None:
    """Each step that writes is killed in turn; readers and the next run are then looked at."""
    steps = [json.loads(line) for line in driven("kill", notes, tmp_path / "work")]
    assert len(steps) > 12, "the steps were not met"
    for step in steps:
        assert step["readable"], f"the old state is not whole: {step}"
        assert step["equal"], f"not as a fresh index: {step}"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_full_disk_is_reported_and_nothing_is_lost(notes: Path, tmp_path: Path) -> None:
    steps = [json.loads(line) for line in driven("full", notes, tmp_path / "work")]
    refused = [step for step in steps if step["error"]]
    assert len(refused) > 3, "the disk was never full"
    for step in steps:
        assert step["readable"], f"the old state is not whole: {step}"
        assert step["equal"], f"not as a fresh index: {step}"
    for step in refused:
        assert step["error"].startswith("IndexUnavailable"), step
        assert "ake room" in step["error"], step


def test_what_a_killed_run_embedded_is_not_embedded_again(notes: Path, tmp_path: Path) -> None:
    many(notes)
    first = Place(tmp_path / "index", embedder=_Interrupted(after=BATCH))
    with pytest.raises(KeyboardInterrupt):
        first.builder.ingest([notes], "biology")
    second = Place(tmp_path / "index")
    report = second.builder.ingest([notes], "biology")
    assert second.embedder.embedded == report.added - BATCH
    assert second.state() == fresh(tmp_path, (notes, "biology"))
    assert "edition-1" not in {path.name for path in (tmp_path / "index").iterdir()}


class _Interrupted(HashingEmbedder):
    """Stops, as by ctrl-C, once it has embedded ``after`` texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def embed(self, texts: Any) -> Any:
        if self.embedded >= self._after:
            raise KeyboardInterrupt
        return super().embed(texts)


@pytest.mark.parametrize("spoil", [_spoil_graph, _spoil_database])
def test_leavings_that_are_damaged_are_embedded_again(
    spoil: Callable[[Path], None], notes: Path, tmp_path: Path
) -> None:
    many(notes)
    with pytest.raises(KeyboardInterrupt):
        Place(tmp_path / "index", embedder=_Interrupted(after=BATCH)).builder.ingest(
            [notes], "biology"
        )
    spoil(tmp_path / "index" / "edition-1")
    place = Place(tmp_path / "index")
    report = place.builder.ingest([notes], "biology")
    assert place.embedder.embedded == report.added
    assert place.state() == fresh(tmp_path, (notes, "biology"))


def test_leavings_of_another_embedder_are_not_used(notes: Path, tmp_path: Path) -> None:
    many(notes)
    with pytest.raises(KeyboardInterrupt):
        Place(tmp_path / "index", embedder=_Interrupted(after=BATCH)).builder.ingest(
            [notes], "biology"
        )
    other = HashingEmbedder(name="other")
    report = Place(tmp_path / "index", embedder=other).builder.ingest([notes], "biology")
    assert other.embedded == report.added
    manifest = Manifest.load(tmp_path / "index")
    assert manifest is not None
    assert manifest.embedder == "other"
