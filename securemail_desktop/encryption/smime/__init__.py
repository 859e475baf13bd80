"""S/MIME 4.0: certificates checked, signed and encrypted entities made and read (RFC 8551, 8550, 5652)."""
