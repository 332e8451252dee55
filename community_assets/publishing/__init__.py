"""Publishing: what others read is a finished copy, moved into its place whole.

What belongs here: replacing files and choosing what is published. What is computed is computed in the warehouse.
"""
