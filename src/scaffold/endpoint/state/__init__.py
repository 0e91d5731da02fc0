"""What lasts as long as the server does."""
