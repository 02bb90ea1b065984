{% set columns = [
    'source_system', 'opportunity_id', 'lead_id',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__opportunities') }}
    where _is_kept and lead_id is not null

),

salesforce as (

    select * from {{ ref('int_salesforce__opportunity_leads') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__opportunity_leads') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
