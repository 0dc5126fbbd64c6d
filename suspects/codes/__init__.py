"""Formats, check letters and words of the police service. Pure: text in, text out, no database, no Django.

A value that cannot be what it should be raises ValueError with words for the person who typed it. A value that has
the right shape and a wrong check letter is not an error: it comes back with `verified` false (STANDARDS 5.2).
"""
