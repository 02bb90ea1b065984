{% set columns = [
    'source_system', 'opportunity_id', 'lead_id',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__opportunities') }}
    where _is_kept and lead_id is not null

),

stacked as (
    {{ union_of(['canonical'], columns) }}

)

select * from stacked
