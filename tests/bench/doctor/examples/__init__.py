"""Programs that resemble real ones, each with faults planted: try `waitbench doctor` on them."""

from pathlib import Path

FOLDER = Path(__file__).parent
