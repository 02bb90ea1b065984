{% set columns = [
    'source_system', 'campaign_id', 'name', 'campaign_type',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__campaigns') }}
    where _is_kept

),

stacked as (
    {{ union_of(['canonical'], columns) }}

)

select * from stacked
