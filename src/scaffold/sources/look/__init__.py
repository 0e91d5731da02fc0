"""What a template would do, told by its files alone: nothing of it is evaluated or run."""
