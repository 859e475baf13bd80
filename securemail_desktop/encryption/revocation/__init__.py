"""Asking authorities in the background whether they have taken certificates back: OCSP first, then lists (CRL)."""
