"""Models of performance: demand, queueing, roofline, bottleneck; arithmetic only."""
