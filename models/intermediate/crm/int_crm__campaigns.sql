{% set columns = [
    'source_system', 'campaign_id', 'name', 'campaign_type',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__campaigns') }}
    where _is_kept

),

salesforce as (

    select * from {{ ref('stg_salesforce__campaign') }}
    where _is_kept

),

stacked as (
    {{ union_of(['canonical', 'salesforce'], columns) }}

)

select * from stacked
