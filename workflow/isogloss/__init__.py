"""isogloss: pre-train, fine-tune and compare cross-lingually aligned encoders."""

__version__ = "0.1.0"
