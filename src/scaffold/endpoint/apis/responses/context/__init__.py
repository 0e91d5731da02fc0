"""How much of a conversation there is room for: counted, and made shorter."""
