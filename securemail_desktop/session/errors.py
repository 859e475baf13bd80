"""Errors of the session; the text of each is one sentence for people with the way out."""


class NoAccount(Exception):
    """No account is set up for the draft's sender."""
