"""The two ways to reach the media engine: in this process (`local`) or over Redis (`redis`)."""
