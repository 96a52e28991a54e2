"""What a leaders' page may ask, and the shape of each answer."""
