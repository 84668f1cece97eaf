"""A file inside a package is imported as its module."""

from pathlib import Path

from waitbench.user_code.module_names import module_named, module_of


def test_a_file_of_a_package_has_the_dotted_name(tmp_path: Path) -> None:
    place = tmp_path / "app" / "sub"
    place.mkdir(parents=True)
    for folder in (place, place.parent):
        (folder / "__init__.py").touch()
    assert module_of(place / "work.py") == ("app.sub.work", tmp_path)
    assert module_of(place / "__init__.py") == ("app.sub", tmp_path)
    assert module_named("work.py", str(place)) == "app.sub.work"


def test_a_file_beside_no_init_is_named_alone(tmp_path: Path) -> None:
    assert module_of(tmp_path / "work.py") == ("work", tmp_path)
    assert module_named("src/work.py", str(tmp_path)) == "work"
    assert module_named("app.work", str(tmp_path)) == "app.work"
