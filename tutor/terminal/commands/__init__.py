"""The commands of the chat: a room for each kind, and one table over them all."""
