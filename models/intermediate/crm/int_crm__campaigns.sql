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

hubspot as (

    select * from {{ ref('stg_hubspot__campaign') }}
    where _is_kept

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
