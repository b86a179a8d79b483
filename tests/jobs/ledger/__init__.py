"""A test-only app: a kind of job whose effects are counted, and the switches that break it."""
