"""Messages into text, by a local or remote language model."""
