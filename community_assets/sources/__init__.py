"""Sources: one pure dlt package for each API, which asks it and yields Arrow batches of what it said.

What belongs here: requests, paging, cursors, Arrow schemas. What does not: Dagster, dbt, names of people or companies
made out of the raw strings, and any knowledge of where the rows are stored. Each source runs alone, as its docstring
shows. `load.py` holds what they share.
"""
