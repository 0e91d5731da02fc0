    # Take each setting from the environment; one that isn't there keeps its default.
    settings = {name: os.getenv(name) or value for name, value in SETTINGS.items()}

    # Start only when none of them is a placeholder still; else say what is missing.
    missing = [
        name for name, value in settings.items() if value.startswith("<insert your ")
    ]
    if missing:
        sys.exit(f"Set these environment variables first: {', '.join(missing)}")
