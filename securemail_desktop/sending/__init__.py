"""The send path: review, approval, delivery, outbox and retry."""
