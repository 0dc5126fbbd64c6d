"""Briefings, tasking, crime patterns, geofences, voice notes, hours saved.

Nothing of it is needed by the main job yet.
"""
