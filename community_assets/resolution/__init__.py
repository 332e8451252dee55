"""Resolution: raw strings of profiles → companies and places. Pure functions over polars data: frames in, frames out.

Belongs here: normalisation, matching, scoring and the reference data they need. Does not belong here: files,
databases, networks, Dagster.
"""

from community_assets.resolution.companies import resolve_companies
from community_assets.resolution.places import resolve_places

__all__ = ["resolve_companies", "resolve_places"]
