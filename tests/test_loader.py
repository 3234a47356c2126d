"""Reading notes: every format, every encoding, and every way a file can be bad."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import documents
import pytest

from tutor.errors import NotesError
from tutor.ingestion.loader import load_note
from tutor.schema import Note


def note_of(folder: Path, name: str, content: str | bytes) -> Note:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_note(path)


def complaint(path: Path) -> str:
    """Return what is wrong with a file, without its path."""
    with pytest.raises(NotesError) as caught:
        load_note(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.endswith(".")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


# ----------------------------------------------------------------------------- text


def test_markdown_keeps_its_lines_and_takes_its_title_from_the_first_heading(
    tmp_path: Path,
) -> None:
    text = "An aside.\n\n# Optimisers\n\nAdam adapts the step.\n"
    note = note_of(tmp_path, "a.md", text)
    assert note.text == text
    assert note.title == "Optimisers"
    assert note.source == str(tmp_path / "a.md")
    assert note.digest == hashlib.sha256(text.encode()).hexdigest()
    assert note.page_starts == ()


def test_front_matter_names_the_title_before_any_heading(tmp_path: Path) -> None:
    text = "---\ntags: [x]\ntitle: 'Week 3: *Trees*'\n---\n\n# Other\n\nText.\n"
    assert note_of(tmp_path, "a.md", text).title == "Week 3: Trees"


def test_title_falls_back_to_the_file_name(tmp_path: Path) -> None:
    assert note_of(tmp_path, "lecture-4.txt", "just some words, no title.\n").title == "lecture-4"


def test_a_comment_in_code_is_not_taken_for_the_title(tmp_path: Path) -> None:
    assert note_of(tmp_path, "a.md", "```\n# not me\n```\n\n# Me\n\nText.\n").title == "Me"


def test_source_is_absolute_however_the_file_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.md").write_text("Text.")
    monkeypatch.chdir(tmp_path / "sub")
    assert load_note(Path("../a.md")).source == str(tmp_path / "a.md")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = "Das Maß für die Güte: naïve Schätzung.\nZweite Zeile.\n"
    assert note_of(tmp_path, "a.txt", text.encode(encoding)).text == text


def test_a_damaged_byte_does_not_turn_utf8_into_something_else(tmp_path: Path) -> None:
    content = "Güte, Maß und Schätzung".encode() + b" \xff end"
    assert note_of(tmp_path, "a.txt", content).text == "Güte, Maß und Schätzung \ufffd end"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_all_systems_count_alike(tmp_path: Path, end: str) -> None:
    assert note_of(tmp_path, "a.txt", f"one{end}two{end}{end}four").text == "one\ntwo\n\nfour"


def test_controls_and_terminal_sequences_go_and_lines_stay(tmp_path: Path) -> None:
    content = (
        "a\x1b[31mred\x1b[0m\x00b\n\x1b]0;title\x07c\x07\n"
        "d\x0ce\u2028f\x85g\n\u202eh\u200bi\ufeffj\tk\x9b2Jl"
    )
    note = note_of(tmp_path, "a.txt", content)
    assert note.text == "aredb\nc\nd e f g\nhij\tkl"
    assert note.text.splitlines() == note.text.split("\n")


def test_an_unfinished_terminal_sequence_takes_no_text_with_it(tmp_path: Path) -> None:
    assert "all of this stays" in note_of(tmp_path, "a.txt", "\x1b]0;all of this stays").text


# ------------------------------------------------------------------- other text formats


def test_latex_becomes_markdown_line_for_line(tmp_path: Path) -> None:
    lines = [
        r"\documentclass{article} % a comment",
        r"\title{On \emph{Loss}}",
        r"\begin{document}",
        r"\section{Cross \textbf{Entropy}}\label{sec:ce}",
        r"It is $-\log p$, 100\% of the time. % why",
        r"\begin{itemize}",
        r"\item \textbf{Low} is good",
        r"\end{itemize}",
        r"\begin{verbatim}",
        r"\section{not a heading} % kept",
        r"\end{verbatim}",
        r"\end{document}",
    ]
    note = note_of(tmp_path, "a.tex", "\n".join(lines))
    assert note.title == "On Loss"
    assert note.text.split("\n") == [
        "",
        "# On *Loss*",
        "",
        "## Cross **Entropy**",
        r"It is $-\log p$, 100% of the time. ",
        "",
        "- **Low** is good",
        "",
        "```",
        r"\section{not a heading} % kept",
        "```",
        "",
    ]


def test_csv_rows_stay_on_their_lines_and_name_their_columns(tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(
        [["term", "meaning"], ["epoch", "one pass,\nover all data"], ["batch", "a few examples"]]
    )
    note = note_of(tmp_path, "a.csv", out.getvalue())
    assert note.text.split("\n")[:4] == [
        "term | meaning",
        "term: epoch; meaning: one pass, over all data",
        "",
        "term: batch; meaning: a few examples",
    ]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_csv_delimiters_are_recognised(tmp_path: Path, mark: str) -> None:
    assert "b: 2, 3" in note_of(tmp_path, "a.csv", f"a{mark}b\n1{mark}2, 3\n").text


def test_notebook_keeps_prose_code_and_printed_results(tmp_path: Path) -> None:
    notebook = {
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": ["# Softmax\n", "It sums to one."]},
            {
                "cell_type": "code",
                "source": "print(sum(p))\n```",
                "outputs": [
                    {"output_type": "stream", "text": ["1.0\n"]},
                    {"output_type": "display_data", "data": {"image/png": "aGVsbG8="}},
                    {"output_type": "execute_result", "data": {"text/plain": "\ud800 ok"}},
                ],
            },
        ],
    }
    note = note_of(tmp_path, "a.ipynb", json.dumps(notebook))
    assert note.title == "Softmax"
    assert note.text == (
        "# Softmax\nIt sums to one.\n\n"
        "````python\nprint(sum(p))\n```\n````\n\n"
        "```text\n1.0\n\n\ufffd ok\n```"
    )


@pytest.mark.parametrize("content", ["{}", "[]", "not json", '{"cells": [1]}', "[" * 100_000])
def test_a_broken_notebook_is_named_as_such(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.ipynb").write_text(content)
    assert "no Jupyter notebook" in complaint(tmp_path / "a.ipynb")


# ------------------------------------------------------------------------ documents


def test_word_becomes_markdown_with_headings_and_tables(tmp_path: Path) -> None:
    path = documents.write_docx(
        tmp_path / "a.docx",
        [("Heading1", "Activation"), ("", "ReLU cuts off below zero."), ("Heading2", "Others")],
        documents.docx_table([["name", "range"], ["tanh", "-1 to 1"]]),
    )
    note = load_note(path)
    assert note.title == "Activation"
    assert "# Activation\n\nReLU cuts off below zero.\n\n## Others" in note.text
    assert "| tanh | -1 to 1 |" in note.text


def test_slides_are_numbered_as_pages(tmp_path: Path) -> None:
    path = documents.write_pptx(
        tmp_path / "a.pptx",
        [("Dropout", "Turns units off", ""), ("Batch norm", "Rescales", "Say why it helps")],
    )
    note = load_note(path)
    first, second = note.page_starts
    assert note.text[first:second].strip() == "# Dropout\nTurns units off"
    assert note.text[second:].startswith("# Batch norm\nRescales")
    assert "Say why it helps" in note.text[second:]
    assert "<!--" not in note.text


def test_html_loses_scripts_and_pictures(tmp_path: Path) -> None:
    note = note_of(
        tmp_path,
        "a.html",
        "<html><head><script>alert(1)</script></head><body><h1>Trees</h1><p>They <b>split</b>."
        "</p><img alt='a split' src='data:image/png;base64,AAAA'><pre>x = 1</pre></body></html>",
    )
    assert note.title == "Trees"
    assert "They **split**." in note.text
    assert "a split" in note.text
    assert "alert" not in note.text
    assert "base64" not in note.text


def test_menus_of_a_web_page_are_left_out(tmp_path: Path) -> None:
    page = (
        "<nav><a href='/'>Home</a></nav><main><h1>Loss</h1><p>See <a href='#sec'>below</a> or "
        "<a href='https://example.org/x'>there</a>: pad_token * 2.</p></main><footer>Mail</footer>"
    )
    assert note_of(tmp_path, "a.html", page).text == (
        "# Loss\n\nSee below or [there](https://example.org/x): pad_token * 2."
    )


@pytest.mark.parametrize(
    ("head", "encoding", "word"),
    [
        ("", "latin-1", "Güte"),
        ("<meta charset='shift_jis'>", "shift_jis", "勾配"),
        ("<meta http-equiv=x content='text/html; charset=windows-1251'>", "cp1251", "Слово"),
        ("<meta charset=no-such-thing>", "latin-1", "Güte"),
        ("<meta charset=latin-1>", "utf-8", "Güte"),
    ],
)
def test_html_in_other_encodings(tmp_path: Path, head: str, encoding: str, word: str) -> None:
    page = f"{head}<p>{word}</p>".encode(encoding)
    assert note_of(tmp_path, "a.htm", page).text == word


def test_epub_chapters_come_in_reading_order(tmp_path: Path) -> None:
    path = documents.write_epub(tmp_path / "a.epub", ["<h1>One</h1>", "<h1>Two</h1><p>End.</p>"])
    text = load_note(path).text
    assert 0 <= text.index("# One") < text.index("# Two") < text.index("End.")


def test_pdf_pages_headings_and_paragraphs(tmp_path: Path) -> None:
    wide = "Momentum keeps a share of the last step, which carries it over small bumps and opti-"
    (tmp_path / "a.pdf").write_bytes(
        documents.pdf_bytes(
            [
                [
                    ("Learning Rates", "F2", 20),
                    (wide, "F1", 11),
                    ("mizes faster.", "F1", 11),
                    ("", "F1", 11),
                    ("A second paragraph.", "F1", 11),
                ],
                [("Schedules", "F2", 20), ("Cosine decay ends near zero.", "F1", 11)],
            ]
        )
    )
    note = load_note(tmp_path / "a.pdf")
    assert note.title == "Learning Rates"
    first, second = note.page_starts
    assert note.text[first:second].strip() == (
        f"# Learning Rates\n\n{wide[:-1]}mizes faster.\n\nA second paragraph."
    )
    assert note.text[second:] == "# Schedules\n\nCosine decay ends near zero."


def test_bold_print_marks_headings_unless_most_is_bold(tmp_path: Path) -> None:
    lines = [("A Short Line", "F2", 11), ("Words that fill the page. " * 3, "F1", 11)]
    (tmp_path / "a.pdf").write_bytes(documents.pdf_bytes([lines]))
    assert load_note(tmp_path / "a.pdf").text.startswith("**A Short Line**\n\nWords")
    bold = [(text, "F2", size) for text, _, size in lines]
    (tmp_path / "b.pdf").write_bytes(documents.pdf_bytes([bold]))
    assert load_note(tmp_path / "b.pdf").text.startswith("A Short Line\nWords")


def test_running_heads_and_page_numbers_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    pages = [
        [("Course 101", "F1", 11), (f"Words of page {word}.", "F1", 11), (str(i), "F1", 11)]
        for i, word in enumerate(["one", "two", "three", "four"], 1)
    ]
    (tmp_path / "a.pdf").write_bytes(documents.pdf_bytes(pages))
    assert load_note(tmp_path / "a.pdf").text == (
        "Words of page one.\n\nWords of page two.\n\nWords of page three.\n\nWords of page four."
    )


# ------------------------------------------------------------------------- bad input


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.tex", "a.html"])
@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named_as_such(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert "empty" in complaint(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 50,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04 rest",
        hashlib.sha256(b"").digest() * 40,
    ],
)
def test_binary_under_a_text_name_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    assert "not text" in complaint(tmp_path / "a.txt")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.pptx", "a.epub"])
def test_a_mislabelled_document_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("only words\n" * 50)
    assert "damaged or no" in complaint(tmp_path / name)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_truncated_document_is_refused(tmp_path: Path, keep: float) -> None:
    whole = documents.write_docx(tmp_path / "a.docx", [("", "Some words. " * 50)]).read_bytes()
    (tmp_path / "a.docx").write_bytes(whole[: int(keep * len(whole))])
    assert "damaged" in complaint(tmp_path / "a.docx")


def test_a_truncated_pdf_is_refused(tmp_path: Path) -> None:
    whole = documents.pdf_bytes([[("Some words", "F1", 11)]])
    (tmp_path / "a.pdf").write_bytes(whole[: len(whole) // 3])
    assert "damaged" in complaint(tmp_path / "a.pdf")


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(documents.pdf_bytes([[("Words", "F1", 11)]], password="x"))
    assert "encrypted" in complaint(tmp_path / "a.pdf")


def test_a_pdf_of_pictures_asks_for_text_recognition(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(documents.pdf_bytes([[]]))
    assert "text recognition" in complaint(tmp_path / "a.pdf")


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".epub"])
def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bomb{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (65 * 1024 * 1024))
    assert path.stat().st_size < 200_000
    assert "unpacks to far more" in complaint(path)


def test_deeply_nested_html_still_gives_its_text(tmp_path: Path) -> None:
    html = "<div>" * 20_000 + "deep" + "</div>" * 20_000
    assert note_of(tmp_path, "a.html", html).text == "deep"


def test_a_text_of_200_megabytes_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert "too large (200 MB; at most 50 MB" in complaint(tmp_path / "a.txt")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in complaint(tmp_path / "absent.md")
    (tmp_path / "folder.md").mkdir()
    assert "not a regular file" in complaint(tmp_path / "folder.md")
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in complaint(tmp_path / "pipe.txt")
