"""The process that reads attachments: it has no network, no files and no secrets, and little memory and time."""
