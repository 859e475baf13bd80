"""The text of bodies and attachments, one file a format."""
