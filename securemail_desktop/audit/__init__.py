"""The tamper-evident journal: one intent a message, one outcome for each settled attempt."""
