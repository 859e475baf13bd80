"""The command line: one module a command, text for people, exit codes as the contract says."""
