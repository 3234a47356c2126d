"""A topic laid out to be studied, and the loop of study: what is due and what comes next."""
