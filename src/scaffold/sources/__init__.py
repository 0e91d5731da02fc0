"""Templates from elsewhere: fetched, looked at, and rendered by Copier in a process of its own."""
