"""People, vehicles, addresses, intelligence, checks, wanted, Click & Collect, curfews.

Nothing of it is needed by the main job yet.
"""
