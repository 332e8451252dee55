{{ union_of_sources('int', 'coverage', [
    'source_name',
    'expected',
    'seen',
    'last_observed_at',
]) }}
