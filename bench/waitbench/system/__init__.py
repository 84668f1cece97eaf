"""What the system says: machine, CPU, memory, interference, the interpreter's lock."""
