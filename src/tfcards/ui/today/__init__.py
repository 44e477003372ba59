"""The Today room: what is due, labs within reach, cards that need another look."""
