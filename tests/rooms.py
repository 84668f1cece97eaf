"""The house in figures, from its imports: `python -m tests.rooms` prints them.

A room is a folder of `bench/waitbench` or a module beside the folders; `layers` in `pyproject.toml`
say which may import which.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import grimp

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGE = "waitbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the imports come to.

    Attributes:
        rooms: names of the rooms.
        loose: modules beside the folders, `__init__` left out.
        imports: rooms that import from other rooms: (from, to) with the modules of each import.
        floors: rooms by floor, the lowest first: each imports from floors below its own alone.
        circles: rooms that import each other, directly or by way of others.
        upward: imports against the order of `layers`.
        private: imports of a module whose name begins with `_` from outside its own folder.
    """

    rooms: tuple[str, ...]
    loose: tuple[str, ...]
    imports: dict[tuple[str, str], list[tuple[str, str]]]
    floors: tuple[tuple[str, ...], ...]
    circles: tuple[tuple[str, ...], ...]
    upward: tuple[tuple[str, str], ...]
    private: tuple[tuple[str, str], ...]


def house() -> House:
    """Return the figures of the checkout as it stands."""
    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)
    edges = [
        (module, imported)
        for module in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
    ]
    imports = defaultdict(list)
    for module, imported in edges:
        if room(module) != room(imported):
            imports[room(module), room(imported)].append((module, imported))
    below = {room(module): set[str]() for module in graph.modules}
    for importing, imported in imports:
        below[importing].add(imported)
    order = layers()
    return House(
        rooms=tuple(sorted(below)),
        loose=tuple(sorted(path.stem for path in (CHECKOUT / "bench" / PACKAGE).glob("*.py"))),
        imports=dict(imports),
        floors=floors(below),
        circles=circles(below),
        upward=tuple(
            pair
            for (importing, imported), pairs in imports.items()
            if order.get(importing, 0) >= order.get(imported, len(order) + 1)
            for pair in pairs
        ),
        private=tuple(pair for pair in edges if trespasses(*pair)),
    )


def room(module: str) -> str:
    """Return the room of a module: `race` for `waitbench.race.worker`."""
    return [*module.split("."), "__init__"][1]


def layers() -> dict[str, int]:
    """Return each room's place in the order of `layers`, the highest room first."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers" and f"{PACKAGE}.cli" in contract["layers"]
    )
    return {
        name.strip().removeprefix(f"{PACKAGE}."): place
        for place, layer in enumerate(contract["layers"])
        for name in layer.replace("|", ":").split(":")
    }


def trespasses(module: str, imported: str) -> bool:
    """Return whether a module imports another folder's private module."""
    folder, _, name = imported.rpartition(".")
    return name.startswith("_") and not name.startswith("__") and not module.startswith(folder)


def floors(below: dict[str, set[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the rooms by floor; what stands in a circle, or on one, is on none."""
    placed: set[str] = set()
    result = []
    while floor := sorted(name for name in below if name not in placed and below[name] <= placed):
        placed.update(floor)
        result.append(tuple(floor))
    return tuple(result)


def circles(below: dict[str, set[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of rooms that reach each other."""

    def reached(name: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(below[name])
        while ahead:
            if (step := ahead.pop()) not in seen:
                seen.add(step)
                ahead += below[step]
        return seen

    reach = {name: reached(name) for name in below}
    groups = {
        tuple(sorted(other for other in below if other in reach[name] and name in reach[other]))
        for name in below
        if name in reach[name]
    }
    return tuple(sorted(groups))


def main() -> None:
    """Print the figures."""
    figures = house()
    modules = [name for name in figures.loose if name != "__init__"]
    print(f"rooms: {len(figures.rooms)} on {len(figures.floors)} floors")
    print(f"arrows between them: {len(figures.imports)}")
    for number, floor in reversed(list(enumerate(figures.floors, start=1))):
        print(f"  {number}: {', '.join(floor)}")
    print(f"loose modules at the top: {len(modules)} ({', '.join(modules)})")
    for title, rows in (
        ("circles", figures.circles),
        ("imports against the order of layers", figures.upward),
        ("private modules imported from other folders", figures.private),
    ):
        print(f"{title}: {len(rows)}")
        for row in rows:
            print(f"  {' -> '.join(row)}")


if __name__ == "__main__":
    main()
