"""A private tutor over your own course notes, run wholly on your own machine."""

__version__ = "0.1.0"
