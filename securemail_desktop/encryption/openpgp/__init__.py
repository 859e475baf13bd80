"""OpenPGP through GnuPG in a home of the program's own: keys, sign and encrypt, PGP/MIME (RFC 3156, 4880)."""
