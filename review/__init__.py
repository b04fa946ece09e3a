"""Reports for a person to look at: each value beside the ink it came from; accept, correct, sign.

What a person decides goes into the layer of corrections.py; no report is ever changed.
"""
