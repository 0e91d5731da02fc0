"""Images, audio and moderation: what is made up says so, or is plainly a tone and a colour."""
