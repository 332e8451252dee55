"""Loopback doubles of the APIs that serve a made-up community: for the demo, tests and trying a configuration.

    community = Community.generate(people=2_000, seed=7)
    with serve(community) as sandbox:
        ...  # with sandbox.environment and sandbox.sections every source loads from it

What belongs here: the made-up community and the APIs that show it. Clients of those APIs do not; the package knows
nothing of Dagster, dbt or dlt.
"""

from community_assets.sandbox.community import Community
from community_assets.sandbox.github_access import Access
from community_assets.sandbox.github_faults import TRANSIENT, Faults
from community_assets.sandbox.github_limits import Quota
from community_assets.sandbox.server import RequestInfo, Sandbox, serve

__all__ = ["TRANSIENT", "Access", "Community", "Faults", "Quota", "RequestInfo", "Sandbox", "serve"]
