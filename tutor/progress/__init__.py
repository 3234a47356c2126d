"""Attempts into what to study next."""
