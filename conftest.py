"""Stands here because pytest takes options and settings only from where it starts."""

pytest_plugins = ["waitbench.pytest_plugin.plugin"]
