    # What the sign-in warns of is in its error, too.
    logging.getLogger("azure.identity").setLevel(logging.ERROR)
