"""Drafts into checked items, responses into grades."""
