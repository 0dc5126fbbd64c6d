"""`make demo`: one believable fictional force, served from this machine.

Northmere lies in the sea; no one lives there.
"""
