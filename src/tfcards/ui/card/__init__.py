"""A card on screen, drawn from the HTML that it was made into."""
