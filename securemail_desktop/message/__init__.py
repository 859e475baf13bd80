"""Mail as data: addresses, drafts, MIME in and out, and the text of bodies and attachments."""
