"""The error family of the tutor.

Every message is one or two sentences: what happened, and what to do next. Errors of other
libraries are translated into these once, where that library is called.

    TutorError
    ├── SettingsError      a setting, agents.yaml or an argument is wrong
    ├── NotesError         a file of notes cannot be read, or no notes match
    ├── IndexUnavailable   the index is locked, damaged, unreachable or from another embedder
    ├── ModelUnavailable   a language model or embedder cannot be loaded, reached or downloaded
    ├── UnusableReply      a model answered, but not in a form the program can use; may be retried
    └── StoreUnavailable   the learner's own data cannot be read or written
"""


class TutorError(Exception):
    """Root of everything the tutor raises on purpose. ``str(error)`` is fit for the screen."""


class SettingsError(TutorError):
    """A setting, ``agents.yaml`` or an argument is wrong; the message names where."""


class NotesError(TutorError):
    """A file of notes cannot be read, or there are no notes that match."""


class IndexUnavailable(TutorError):
    """The index is locked, damaged, unreachable, or was built by another embedder."""


class ModelUnavailable(TutorError):
    """A language model or embedder cannot be loaded, reached or downloaded."""


class UnusableReply(TutorError):
    """A model replied, but the reply cannot be used. The only error worth a retry."""


class StoreUnavailable(TutorError):
    """The learner's own data (attempts, conversations) cannot be read or written."""
