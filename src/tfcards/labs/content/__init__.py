"""What a lab is, read without running anything; and the road that the labs stand on."""
