"""Stands first in the PYTHONPATH of an examined program's children; see `sitecustomize`."""
