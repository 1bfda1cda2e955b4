"""What the cards promise."""
