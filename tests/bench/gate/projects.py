"""Small git projects with benchmarks of their own, made anew for every test."""

import os
import subprocess
from pathlib import Path

BENCHMARKS = '''
"""What is compared."""
import shop
ROWS = list(range(200))
def bench_total():
    return shop.total(ROWS)
bench_total.check = lambda result: None
def bench_double():
    return shop.double(21)
'''
SHOP = '''
"""A shop."""
def total(rows):
    return sum(row * 2 for row in rows)
def double(figure):
    return figure * 2
'''


class Project:
    """A repository in a folder, and git in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.write("benchmarks.py", BENCHMARKS)
        self.write("src/shop.py", SHOP)
        self.commit("first")

    def git(self, *arguments: str) -> str:
        inherited = {name: text for name, text in os.environ.items() if name[:4] != "GIT_"}
        signed = ("-c", "user.name=t", "-c", "user.email=t@invalid")
        done = subprocess.run(
            ["git", *signed, "-C", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            check=True,
            env=inherited,
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, title: str) -> str:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", title)
        return self.git("rev-parse", "HEAD")

    def state(self) -> tuple[str, str, str]:
        """What a gate must leave as it was: files, index and worktrees."""
        files = sorted(
            f"{path.relative_to(self.folder)} {path.stat().st_mtime_ns}"
            for path in self.folder.rglob("*")
            if ".git" not in path.parts
        )
        return "\n".join(files), self.git("status", "--porcelain"), self.git("worktree", "list")
