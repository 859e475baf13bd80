"""Methods of protection: what a recipient can open, which method is chosen, and the methods themselves."""
