"""Date and time formats by language, found through FORMAT_MODULE_PATH."""
