"""The organisation's recovery key: what opens a user's old mail is kept for it, and two people together get it back."""
