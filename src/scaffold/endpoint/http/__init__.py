"""The ground that all APIs share: what comes in over HTTP, and what goes out."""
