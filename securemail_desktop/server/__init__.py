"""The central server: receives audit records and keeps them in a Merkle log."""
