select max(last_observed_at) as as_of
from {{ ref('stg_github__repositories') }}
