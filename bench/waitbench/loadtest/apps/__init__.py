"""One application three times, for each way that Python servers call one."""
