"""PDF to text, page by page."""

from __future__ import annotations

import io
import logging

from tutor.errors import NotesError
from tutor.ingestion.decoding import clean


def read_pdf(data: bytes) -> tuple[str, tuple[int, ...]]:
    """Return the text of a PDF and the offset at which each of its pages starts.

    Raises:
        NotesError: the file is damaged, encrypted, or holds pictures of text only.
    """
    pages = [clean(page).strip("\n") for page in _pages(data)]
    starts: list[int] = []
    offset = 0
    for page in pages:
        starts.append(offset)
        offset += len(page) + 2
    text = "\n\n".join(pages)
    if not text.strip():
        raise NotesError(
            "it holds no text, only pictures. Run text recognition on it first (for instance "
            "with ocrmypdf) and ingest the result."
        )
    return text, tuple(starts)


def _pages(data: bytes) -> list[str]:
    import pypdf
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns about every odd object
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        if not locked:
            return [page.extract_text() for page in reader.pages]
    except DependencyError as error:
        raise NotesError(_ENCRYPTED) from error
    except Exception as error:  # pypdf meets damaged files with every kind of exception
        raise NotesError(
            "it is damaged or no PDF. Open it in a PDF reader, save it anew and ingest that."
        ) from error
    raise NotesError(_ENCRYPTED)


_ENCRYPTED = "it is encrypted. Save a copy without a password and ingest that."
