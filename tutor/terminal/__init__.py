"""Events onto the screen."""
