"""Writes of streaming, one verb a function, `actor` first; a module per noun."""
