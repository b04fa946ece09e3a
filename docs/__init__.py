"""The documentation, and what generates the part of it that follows from data."""
