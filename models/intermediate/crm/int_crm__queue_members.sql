{% set columns = [
    'source_system', 'queue_id', 'owner_id',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__queue_members') }}
    where _is_kept

),

stacked as (
    {{ union_of(['canonical'], columns) }}

)

select * from stacked
