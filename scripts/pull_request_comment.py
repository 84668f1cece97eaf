#!/usr/bin/env python3
"""Keeps one comment on a pull request up to date: `pull_request_comment.py FILE NAME`.

The comment is known by a marker in its first line, and is made where there is none. Variables of
GitHub Actions say which pull request it is; the token goes into the request's header and nowhere
else.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NoReturn

PER_PAGE = 100
MOST_PAGES = 50
WITHIN_S = 30
MAY_NOT = (401, 403, 404)
"""How GitHub answers a token that may not comment, as that of a fork."""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the token is for one address."""

    def redirect_request(self, *_: Any) -> None:
        """Return no other request."""
        return


def main(file: str, name: str) -> None:
    """Comment what a file holds; say so where that cannot be."""
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    number = pull_request()
    if number is None:
        end("this run is of no pull request, so there is nothing to comment on")
    if not token:
        end("there is no token to comment with, as in runs of forks; the job summary has it all")
    marker = f"<!-- waitbench gate: {name} -->"
    body = f"{marker}\n{Path(file).read_text(encoding='utf-8')}\n{footer()}"
    try:
        keep(token, number, marker, body)
    except urllib.error.HTTPError as refused:
        if refused.code in MAY_NOT:
            end(
                f"the token may not comment here (status {refused.code}), as those of forks may "
                "not; the job summary has it all. Else give the job pull-requests: write"
            )
        end(f"GitHub answered the comment with status {refused.code}; the job summary has it all")
    except (OSError, ValueError) as failed:
        end(f"the comment could not be written ({failed}); the job summary has it all")


def keep(token: str, number: int, marker: str, body: str) -> None:
    """Change the comment that begins with the marker, or make one."""
    repository = os.environ["GITHUB_REPOSITORY"]
    comments = f"/repos/{repository}/issues/{number}/comments"
    for page in range(1, MOST_PAGES + 1):
        there = ask(token, "GET", f"{comments}?per_page={PER_PAGE}&page={page}")
        for comment in there:
            if (comment.get("body") or "").startswith(marker):
                ask(token, "PATCH", f"/repos/{repository}/issues/comments/{comment['id']}", body)
                say(f"comment {comment['id']} is up to date")
                return
        if len(there) < PER_PAGE:
            break
    made = ask(token, "POST", comments, body)
    say(f"comment {made['id']} was made")


def ask(token: str, method: str, path: str, body: str | None = None) -> Any:
    """Return GitHub's answer to one request."""
    address = os.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/") + path
    request = urllib.request.Request(  # noqa: S310 - the address is GitHub's own variable
        address,
        method=method,
        data=None if body is None else json.dumps({"body": body}).encode(),
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": "waitbench-gate",
        },
    )
    with urllib.request.build_opener(NoRedirects).open(request, timeout=WITHIN_S) as answer:
        return json.load(answer)


def pull_request() -> int | None:
    """Return the number of the pull request that this run is of; None if it is of none."""
    try:
        event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        return int(event["pull_request"]["number"])
    except (KeyError, OSError, ValueError, TypeError):
        return None


def footer() -> str:
    """Return where the run is found; empty where it does not say."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name, "") for name in names)
    return f"<sub>[run {run}]({server}/{repository}/actions/runs/{run})</sub>\n" if run else ""


def end(sentence: str) -> NoReturn:
    """Say why there is no comment; that is no failure of the gate."""
    say(f"::notice title=waitbench gate::{sentence}")
    raise SystemExit(0)


def say(sentence: str) -> None:
    """Print one line, whatever somebody else's words in it hold."""
    sys.stdout.write(" ".join(sentence.split()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
