"""Text into a GPT-2 in GGUF."""
