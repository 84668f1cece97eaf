"""The target: an aiohttp server with precise artificial latency; `python -m waitbench_server`."""
