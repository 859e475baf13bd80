"""The composition root: one user's open mail program."""
