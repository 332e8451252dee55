{{ union_of_sources('int', 'interactions', [
    'platform',
    'account_id',
    'kind',
    'target_type',
    'target_id',
    'target_name',
    'happened_at',
    'first_observed_at',
    'ended_at',
]) }}
