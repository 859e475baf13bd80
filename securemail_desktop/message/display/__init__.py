"""What of a stranger's message is shown, and in which markup."""
