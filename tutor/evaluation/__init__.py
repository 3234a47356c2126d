"""Questions with known answers into figures."""
