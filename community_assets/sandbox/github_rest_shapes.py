"""The shapes of GitHub's REST API: accounts, repositories and contributors as plain data.

What belongs here: how a record is shown, field by field. Paths and lists are `github_rest.py`.
"""

from typing import Any

from community_assets.sandbox.entities import (
    Account,
    Contributor,
    Organization,
    Profile,
    Project,
    Repository,
    User,
    timestamp,
)

Json = dict[str, Any]

_ACCOUNT_LINKS = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}
_ORGANIZATION_LINKS = {
    "repos_url": "repos",
    "events_url": "events",
    "hooks_url": "hooks",
    "issues_url": "issues",
    "members_url": "members{/member}",
    "public_members_url": "public_members{/member}",
}
_REPOSITORY_LINKS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}


def simple_account_json(account: Account, base: str) -> Json:
    """Return an account as lists show it (`simple-user`)."""
    url = f"{base}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.database_id,
        "node_id": account.id,
        "avatar_url": account.avatar_url,
        "gravatar_id": "",
        "url": url,
        "html_url": account.url,
        "type": account.TYPE,
        "user_view_type": "public",
        "site_admin": False,
        **{name: f"{url}/{path}" for name, path in _ACCOUNT_LINKS.items()},
    }


def account_json(account: Account, base: str) -> Json:
    """Return an account with its profile (`public-user`)."""
    profile = account if isinstance(account, Profile) else None
    user = account if isinstance(account, User) else None
    return simple_account_json(account, base) | {
        "name": profile and profile.name,
        "company": user and user.company,
        "blog": (profile and profile.website_url) or "",
        "location": profile and profile.location,
        "email": profile and profile.email,
        "hireable": (user and user.is_hireable) or None,
        "bio": user and user.bio,
        "twitter_username": profile and profile.twitter_username,
        "public_repos": len(profile.repositories) if profile else 0,
        "public_gists": 0,
        "followers": user.followers if user else 0,
        "following": user.following if user else 0,
        "created_at": timestamp(account.created_at),
        "updated_at": timestamp(account.updated_at),
    }


def organization_json(organization: Organization, base: str) -> Json:
    """Return an organization as lists of a person's organizations show it (`organization-simple`)."""
    url = f"{base}/orgs/{organization.login}"
    return {
        "login": organization.login,
        "id": organization.database_id,
        "node_id": organization.id,
        "url": url,
        **{name: f"{url}/{path}" for name, path in _ORGANIZATION_LINKS.items()},
        "avatar_url": organization.avatar_url,
        "description": organization.name,
    }


def contributor_json(contributor: Contributor, account: Account | None, base: str) -> Json:
    """Return somebody who has commits in a repository (`contributor`); who has no account shows by name and address."""
    if account:
        return simple_account_json(account, base) | {"contributions": contributor.contributions}
    return {
        "type": "Anonymous",
        "name": contributor.name,
        "email": contributor.email,
        "contributions": contributor.contributions,
    }


def repository_json(repository: Repository, base: str) -> Json:
    """Return a repository with its counts (`full-repository`)."""
    return _repository_identity(repository, base) | _repository_counts(repository) | _repository_features(repository)


def _repository_identity(repository: Repository, base: str) -> Json:
    url = f"{base}/repos/{repository.name_with_owner}"
    owner = simple_account_json(repository.owner, base)
    return {
        "id": repository.database_id,
        "node_id": repository.id,
        "name": repository.name,
        "full_name": repository.name_with_owner,
        "owner": owner,
        **({"organization": owner} if isinstance(repository.owner, Organization) else {}),
        "html_url": repository.url,
        "url": url,
        **{name: f"{url}/{path}" for name, path in _REPOSITORY_LINKS.items()},
        "clone_url": f"{repository.url}.git",
        "git_url": f"git:{repository.url}.git".replace("https:", ""),
        "ssh_url": f"git@github.example:{repository.name_with_owner}.git",
        "svn_url": repository.url,
        "mirror_url": None,
        "homepage": None,
    }


def _repository_counts(repository: Repository) -> Json:
    stars, forks, issues = repository.stargazer_count, repository.fork_count, _open_issues(repository)
    return {
        "stargazers_count": stars,
        "watchers_count": stars,  # GitHub's name of old: a watcher is a subscriber here
        "watchers": stars,
        "subscribers_count": repository.watcher_count,
        "forks_count": forks,
        "forks": forks,
        "network_count": forks,
        "open_issues_count": issues,
        "open_issues": issues,
        "size": 0,
    }


def _open_issues(repository: Repository) -> int:
    """Return the number of open issues, which in this API are pull requests too."""
    threads = [*repository.issues, *repository.pull_requests] if isinstance(repository, Project) else []
    return sum(thread.state == "OPEN" for thread in threads)


def _repository_features(repository: Repository) -> Json:
    return {
        "description": repository.description,
        "language": repository.primary_language,
        "topics": repository.topics,
        "fork": repository.is_fork,
        "archived": repository.is_archived,
        "private": False,
        "visibility": "public",
        "disabled": False,
        "default_branch": "main",
        "license": None,
        "has_issues": True,
        "has_projects": False,
        "has_wiki": False,
        "has_downloads": False,
        "has_pages": False,
        "has_discussions": isinstance(repository, Project),
        "created_at": timestamp(repository.created_at),
        "updated_at": timestamp(repository.pushed_at),
        "pushed_at": timestamp(repository.pushed_at),
    }
