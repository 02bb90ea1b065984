{% set columns = [
    'source_system', 'queue_id', 'owner_id',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__queue_members') }}
    where _is_kept

),

salesforce as (

    select * from {{ ref('int_salesforce__queue_members') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce'], columns) }}

)

select * from stacked
