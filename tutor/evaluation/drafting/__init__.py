"""Question sets drafted from a user's own notes, for a teacher to correct."""
