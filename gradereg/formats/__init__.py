"""How dates and times are written, by language. Django finds these through FORMAT_MODULE_PATH."""
