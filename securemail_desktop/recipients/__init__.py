"""Concerns about recipients: who is probably wrong, and who was probably meant."""
