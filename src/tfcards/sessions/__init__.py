"""What a screen shows and what its buttons do, in plain Python. No Qt and no SQL."""
