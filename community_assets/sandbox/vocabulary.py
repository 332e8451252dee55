"""The words a community is made of: what libraries of made-up data do not know.

What belongs here: constants that `generation.py` and its helpers draw from. Every name is invented or taken from
fiction, every domain is reserved (RFC 2606), so that nobody real is meant.
"""

PROJECTS: dict[str, tuple[str, str, float]] = {
    "beacon": ("Go", "Config and secrets for small platforms", 0.85),
    "beacon-operator": ("Go", "Kubernetes operator for Beacon", 0.25),
    "terraform-provider-beacon": ("HCL", "Manage Beacon with Terraform", 0.12),
}
"""Name of a project → language, description, share of the people who starred it."""

COUNTRIES: dict[str, tuple[str, int]] = {
    "US": ("en", 26),
    "CN": ("zh", 11),
    "IN": ("en", 10),
    "DE": ("de", 8),
    "GB": ("en-gb", 6),
    "FR": ("fr", 5),
    "BR": ("pt-br", 5),
    "JP": ("ja", 4),
    "CA": ("en-ca", 4),
    "NL": ("nl", 3),
    "PL": ("pl", 3),
    "RU": ("ru", 3),
    "ES": ("es", 2),
    "KR": ("ko", 2),
    "AU": ("en-au", 2),
    "SE": ("sv", 2),
    "IT": ("it", 2),
    "UA": ("uk", 1),
    "TR": ("tr", 1),
    "CZ": ("cs", 1),
    "MX": ("es-mx", 1),
}
"""Country (ISO 3166-1 alpha-2) → mimesis locale of its names, and share of the people."""

FICTIONAL_EMPLOYERS = [
    "Acme", "Globex", "Initech", "Hooli", "Umbrella", "Soylent", "Stark Industries", "Wayne Enterprises", "Cyberdyne",
    "Tyrell", "Vandelay Industries", "Massive Dynamic", "Pied Piper", "Dunder Mifflin", "Wonka", "Oscorp", "Aperture",
    "Black Mesa", "Sirius Cybernetics", "Weyland-Yutani", "Gringotts", "Bluth Company", "Los Pollos",
]  # fmt: skip
EMPLOYER_KINDS = ["Labs", "Systems", "Software", "Technologies", "Cloud", "Data", "& Sons", "Consulting", "AI", "Bank"]
LEGAL_FORMS = ["Inc.", "Inc", "GmbH", "Ltd.", "LLC", "AG", "B.V.", "S.A.S.", "Pty Ltd", "Corporation", "Ltda.", "Oy"]
JOBS = ["Engineer", "SRE", "Senior Software Engineer", "CTO", "Data Engineer", "Developer", "Founder", "Architect"]

COMPANY_FORMS: dict[str, float] = {
    "{name}": 30,
    "@{login}": 27,
    "{name} {legal}": 7,
    "{lower}": 6,
    "{name}, {legal}": 3,
    "{name} ": 4,
    "@{login} ": 4,
    "{upper}": 3,
    "{upper} {legal}": 2,
    "{job} at {name}": 3,
    "{job} @{login}": 3,
    "@{login} @{other_login}": 2,
    "{name} / {other}": 1,
    "@{login}, formerly @{other_login}": 1,
    "ex-{lower}": 1,
    "Ex-{name}": 0.5,
    "{domain}": 1,
    "https://{domain}": 0.5,
    "{name} (contractor)": 0.5,
    "the {name} team": 0.5,
}
"""How people type an employer → relative frequency."""

NO_COMPANY = [
    "Freelance", "freelancer", "Freelancer", "Self-employed", "self employed", "Student", "student", "Independent",
    "N/A", "none", "-", "Home", "@home", "Open to work", "looking for a job", "Retired", "Personal", "Stealth startup",
    "University of Example", "Example Technical University", "🏠", "myself", "Unemployed", "hobbyist", "学生",
]  # fmt: skip

PLACE_FORMS: dict[str, float] = {
    "{city}": 24,
    "{city}, {country}": 30,
    "{country}": 14,
    "{city}, {code}": 8,
    "{lower_city}, {lower_country}": 4,
    "{city}, {local_country}": 4,
    "{local_city}": 4,
    "{local_country}": 3,
    "{flag}": 2,
    "{city} {flag}": 2,
    "{city}/{country}": 1,
    "{city} | Remote": 1,
    "Remote, {country}": 2,
    "near {city}": 1,
    " {city} ": 1,
    "{latitude}, {longitude}": 0.5,
}
"""How people type a place → relative frequency."""

US_PLACE_FORMS: dict[str, float] = {
    "{city}, {state}": 45,
    "{city}": 14,
    "{city}, {state}, USA": 8,
    "{country}": 8,
    "USA": 6,
    "{lower_city}, {state}": 4,
    "{city} {state}": 3,
    "{city}, USA": 5,
    "{flag}": 1,
    "Remote, US": 2,
}

ODD_PLACES = [
    "Earth", "earth", "Planet Earth", "🌍", "The Internet", "Internet", "127.0.0.1", "localhost", "/dev/null", "Remote",
    "remote", "Worldwide", "Everywhere", "somewhere", "Milky Way", "Mars", "Hogwarts", "NYC", "SF", "SF Bay Area",
    "Bay Area", "Silicon Valley", "LA", "London/Berlin", "EU", "Europe", "東京", "北京", "서울", "Москва", "München",
    "Bengaluru", "bangalore", "Pacific Northwest", "UTC+2", "Berlin ⇄ Lisbon", "404 not found", "in the cloud ☁️",
]  # fmt: skip

LANGUAGES: dict[str, int] = {
    "Python": 20, "TypeScript": 16, "JavaScript": 14, "Go": 12, "Rust": 8, "Java": 8, "Shell": 5, "C++": 5, "HCL": 4,
    "C#": 3, "Ruby": 3, "C": 3, "Kotlin": 2, "PHP": 2, "Jupyter Notebook": 2, "Elixir": 1, "Nix": 1, "Zig": 1,
}  # fmt: skip

TOPICS = [
    "beacon", "kube", "terraform", "data", "api", "cloud", "log", "metrics", "git", "docker", "http", "json", "sql",
    "auth", "chat", "photo", "music", "weather", "recipe", "blog", "portfolio", "todo", "game", "chess", "ml", "llm",
    "stream", "queue", "cache", "graph", "map", "sensor", "home", "backup", "config", "test", "search", "mail",
]  # fmt: skip
REPOSITORY_KINDS = [
    "cli", "server", "client", "lib", "demo", "playground", "dashboard", "operator", "exporter", "kit", "tools", "sdk",
    "template", "bot", "notes", "proxy", "plugin", "action", "app", "workshop",
]  # fmt: skip

ECOSYSTEM_OWNERS = [
    "anvil", "brightfield", "cobalt", "driftwood", "ember", "fathom", "glasshouse", "hollow", "inkwell", "juniper",
    "kestrel", "lattice", "marble", "nimbus", "orchard", "pebble", "quill", "rookery", "saffron", "thicket",
    "umber", "vellum", "willow", "yarrow", "zephyr", "lumen", "quarry", "tidewater", "sparrow", "northpole",
]  # fmt: skip
"""Owners of what everybody knows and uses; their logins end in `-example`."""
ECOSYSTEM_TOPICS = [
    "observability", "kubernetes", "web", "terminal", "database", "machine-learning", "security", "networking",
    "testing", "editor", "games", "infrastructure", "wasm", "iot", "design",
]  # fmt: skip
PROJECT_TOPICS = ["beacon", "configuration", "secrets"]

PRONOUNS = ["she/her", "he/him", "they/them", "she/they", "sie/ihr", "elle"]
MAIL_DOMAINS = ["example.com", "example.org", "example.net"]
SOCIAL_PROVIDERS: dict[str, tuple[str, str]] = {
    "MASTODON": ("@{login}@social.example", "https://social.example/@{login}"),
    "LINKEDIN": ("in/{login}", "https://linkedin.example/in/{login}"),
    "BLUESKY": ("{login}.bsky.example", "https://bsky.example/profile/{login}.bsky.example"),
    "YOUTUBE": ("@{login}", "https://youtube.example/@{login}"),
    "GENERIC": ("https://links.example/{login}", "https://links.example/{login}"),
}
"""Provider → display name and URL of a social account."""

HOSTILE = [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-2",
    "<script>alert('x')</script>",
    "\x1b[31mred\x1b[0m\x07",
    "Robert'); DROP TABLE people;--",
    "say \"hello\", 'twice'\nand a new line\t",
    "\u202egnitirw tfel-ot-thgir",
    "{{ 7 * 7 }} ${HOME} %s \\",
]
"""What profiles contain that breaks careless consumers: spreadsheets, HTML pages, terminals, SQL, templates."""
