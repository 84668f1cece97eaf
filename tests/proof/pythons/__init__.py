"""Runs under several interpreters: what they cost, and two names of one called alike."""
