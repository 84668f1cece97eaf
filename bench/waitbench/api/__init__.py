"""What `import waitbench` offers to scripts and notebooks: load, compare, race."""
