select max(last_observed_at) as as_of
from {{ ref('int_coverage') }}
