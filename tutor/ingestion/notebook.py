"""Jupyter notebooks to Markdown: prose as it is, code and its printed results in fences."""

from __future__ import annotations

import json
from typing import Any

from tutor.errors import NotesError
from tutor.ingestion.decoding import clean, decode

_LONGEST_OUTPUT = 2_000


def read_notebook(data: bytes) -> str:
    """Return a notebook (version 3 or 4 of the format) as Markdown.

    Raises:
        NotesError: the file is not a notebook.
    """
    try:
        notebook = json.loads(decode(data))
        language = _language(notebook)
        parts = [_cell(cell, language) for cell in _cells(notebook)]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise NotesError(
            "it is damaged or no Jupyter notebook. Open it in Jupyter and save it anew."
        ) from error
    return clean("\n\n".join(part for part in parts if part.strip()))


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata", {})
    info = metadata.get("language_info") or metadata.get("kernelspec") or {}
    return str(info.get("name") or info.get("language") or "python")


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    if "cells" in notebook:
        return list(notebook["cells"])
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def _cell(cell: dict[str, Any], language: str) -> str:
    kind = cell["cell_type"]
    source = _joined(cell.get("source", cell.get("input", "")))
    if kind == "heading":  # version 3
        return "#" * int(cell.get("level", 1)) + " " + source
    if kind != "code":
        return source
    blocks = [_fenced(source, language)] if source.strip() else []
    printed = "".join(_printed(output) for output in cell.get("outputs", []))
    if printed.strip():
        blocks.append(_fenced(printed[:_LONGEST_OUTPUT], "text"))
    return "\n\n".join(blocks)


def _printed(output: dict[str, Any]) -> str:
    """Return what an output shows as text; pictures, HTML and tracebacks are left out."""
    if output.get("output_type") == "stream":
        return _joined(output.get("text", ""))
    return _joined(output.get("data", {}).get("text/plain", output.get("text", ""))) + "\n"


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _fenced(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"
