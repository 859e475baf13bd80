"""Detectors of identifiers, one a file."""
