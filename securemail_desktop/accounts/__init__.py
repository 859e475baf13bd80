"""Mail accounts: submission and mailbox access behind one small protocol, one backend a file."""
