select
    'terraform_registry' as source_name,
    count(*) as expected,
    count(downloads) as seen,
    max(last_observed_at) as last_observed_at
from {{ ref('int_terraform_registry__artifacts') }}
