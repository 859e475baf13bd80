"""The client side of the central store: wire formats, enrolment, HTTP."""
