"""What to say: a conversation, tools and documents in; a reply out. Pure functions."""
