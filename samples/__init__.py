"""Invented reports whose every value is known, drawn as Word and as text in the ways met in the field.

Nothing here reads a report. Places and prose are made up; the forms come from standards/.
"""
