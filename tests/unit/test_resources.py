from securemail_desktop.resources import policies_dir, ui_dir, user_guide


def test_the_shipped_folders_are_found():
    assert (ui_dir() / "desktop" / "style.qss").is_file()
    assert policies_dir().is_dir()
    assert user_guide().is_file()
