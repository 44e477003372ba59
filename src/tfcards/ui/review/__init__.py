"""The Review room: one card after the other, typed answers, code that runs, ratings, the end."""
