"""The encrypted store on this machine: outbox, contacts, keys, settings."""
