"""Every statement about calibration: rounds, ratings, what was computed from them, and what waits to be."""
