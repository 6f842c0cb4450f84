"""Hållpunkt: case management for Swedish municipalities and their local police, one plugin per focus area."""

__version__ = "0.1.0"
