{{ union_of_sources('int', 'identity_claims', [
    'platform',
    'account_id',
    'kind',
    'claimed_platform',
    'value',
    'field',
    'is_verified',
    'stated_at',
]) }}
