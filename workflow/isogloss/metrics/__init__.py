"""Scores from counts: no torch, no files."""
