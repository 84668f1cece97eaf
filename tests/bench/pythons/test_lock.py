import pytest

from waitbench.pythons import environments, lock
from waitbench.scenario import BenchError

TEXT = """# made by hand
aiohttp==3.14.5 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via waitbench (pyproject.toml)
brotli==1.2.1 ; platform_python_implementation == 'CPython' \\
    --hash=sha256:cc
    # via aiohttp
cffi==2.1.1 \\
    --hash=sha256:dd
    # via
    #   brotli
    #   pycares
Pillow==13.0.0 \\
    --hash=sha256:ee
    # via waitbench (pyproject.toml)
"""


def test_a_package_brings_all_that_it_pulls_in_and_no_more() -> None:
    locked = lock.read(TEXT)
    needed = lock.needed(locked, ["AioHTTP"])
    assert [each.name for each in needed] == ["aiohttp", "brotli", "cffi"]
    assert needed[0].lines == ("aiohttp==3.14.5 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb")
    assert needed[1].lines.startswith("brotli==1.2.1 ; platform_python_implementation == 'CPython'")
    assert [each.name for each in lock.needed(locked, ["pillow"])] == ["Pillow"]


def test_what_the_lock_lacks_is_named_with_what_writes_it() -> None:
    with pytest.raises(BenchError, match=r"has no orjson; `\./scripts/lock`"):
        lock.needed(lock.read(TEXT), ["orjson", "pillow"])


def test_the_real_lock_has_what_every_workload_imports() -> None:
    locked = lock.read(lock.path().read_text(encoding="utf-8"))
    names = {each.name for each in lock.needed(locked, ["requests", "aiohttp"])}
    assert {"requests", "certifi", "idna", "aiohttp", "yarl", "multidict"} <= names
    assert "pytest" not in names


def test_modules_are_asked_for_by_the_package_that_brings_them() -> None:
    assert environments.packages(["PIL.Image", "sqlite3", "aiohttp", "psycopg", "PIL"]) == [
        "pillow",
        "aiohttp",
        "psycopg",
    ]
