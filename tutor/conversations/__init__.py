"""What was said in the chat: kept on disk, and remembered in short."""
