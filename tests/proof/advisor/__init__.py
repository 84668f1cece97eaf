"""The advisor's predictions held against measurements, on functions it was not tuned on."""
