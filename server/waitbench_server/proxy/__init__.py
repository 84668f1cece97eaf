"""A proxy with the target's timer: latency, bandwidth and faults in front of any TCP service."""
