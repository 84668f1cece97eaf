"""waitbench: which concurrency model does this Python work need, and what does each cost?"""

TYPE_CHECKING = False  # workers import this, and start light
if TYPE_CHECKING:
    from waitbench.advisor.api import advise

    __version__: str

__all__ = ["__version__", "advise"]


def __getattr__(name: str) -> object:
    """Import what is public when it is asked for."""
    if name == "advise":
        from waitbench.advisor.api import advise

        return advise
    if name == "__version__":
        from importlib.metadata import version

        return version("waitbench")
    raise AttributeError(f"module 'waitbench' has no attribute {name!r}")
