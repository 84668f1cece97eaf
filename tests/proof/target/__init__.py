"""The target under what it is not made for: malformed requests, thousands at once, a long load."""
