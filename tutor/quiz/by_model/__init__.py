"""A language model's part in a quiz: it words items that code proposes, and tries them."""
