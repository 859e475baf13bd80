"""Every window and state as a scene, to be looked at (`python -m tests.gui.screenshots`) and to be walked through by tests."""
