{{ union_of_sources('stg', 'loads', [
    'load_id',
    'source_name',
    'started_at',
    'finished_at',
    'outcome',
    'message',
    'requests',
    'points',
    'rows_loaded',
    'is_partial',
]) }}
