from tests.support.scene import office

__all__ = ["office"]
