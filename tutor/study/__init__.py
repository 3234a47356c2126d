"""A topic of the notes, laid out to be studied: an explanation, or a study guide."""
