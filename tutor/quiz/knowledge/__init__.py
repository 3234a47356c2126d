"""What the notes say, read by rules: terms, definitions, lists, reasons and worked numbers."""
