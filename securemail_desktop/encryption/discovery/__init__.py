"""Asking others for a recipient's certificates and keys: one source a file, none of them at Send, and nothing found counts by itself."""
