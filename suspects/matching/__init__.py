"""How people, vehicles and places are found from what was typed. Pure Python: no Django, no database.

`results` holds what goes in and out, `understand` reads the one search box, `keys` makes the search keys that the
database is asked for, `compare` scores a candidate and says in words what is the same and what differs.
"""
