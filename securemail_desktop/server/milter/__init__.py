"""The gateway's filter: mail to the outside passes only with the signature of an enrolled device; this is what `enforced` means."""
