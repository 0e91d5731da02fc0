# The SDK says of each call that the Assistants API is deprecated; this sample knows.
warnings.filterwarnings("ignore", message="The Assistants API is deprecated")
