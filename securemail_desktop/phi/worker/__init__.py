"""The process that scans texts for patient data: it has no network, no files and no secrets, and bounded memory and time."""
