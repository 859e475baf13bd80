"""The demo organisation on loopback: mail servers, people, drafts and a central server."""
