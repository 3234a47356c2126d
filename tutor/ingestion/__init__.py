"""Notes into chunks."""
