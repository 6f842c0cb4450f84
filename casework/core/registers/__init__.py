"""A unit's own list of cases, brought in: read, understood row by row, written, and taken back."""
