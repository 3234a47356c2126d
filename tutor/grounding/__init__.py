"""Text into checked claims."""
