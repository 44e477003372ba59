"""How processes start and find each other: forked, spare, by a call. Standard library only."""
