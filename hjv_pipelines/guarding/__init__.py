"""What an operator decides: a plan of what is held back, letting it go out, taking a run back."""
