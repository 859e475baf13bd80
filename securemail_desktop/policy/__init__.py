"""The organisation's policy: loaded, merged, evaluated to a decision, and explained."""
