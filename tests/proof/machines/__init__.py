"""Proof of the statistics over machines: false alarms, coverage and margins, by simulation."""
