"""Chunks into an index of vectors and keywords."""
