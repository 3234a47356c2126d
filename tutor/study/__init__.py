"""A topic of the notes, laid out to be studied; and the loop of study: what is due and what next."""
