{% set columns = [
    'source_system', 'account_id', 'name', 'domain', 'owner_id', 'created_at', 'created_at_is_day',
    'account_type', 'customer_since', 'customer_since_is_day',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__accounts') }}
    where _is_kept

),

stacked as (
    {{ union_of(['canonical'], columns) }}

)

select * from stacked
