"""Write AI samples that run offline at once, and keep running as the services change."""

__version__ = "0.2.0.dev0"
