from tests.support.scene import office, scene

__all__ = ["office", "scene"]
