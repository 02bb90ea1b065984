{% set columns = [
    'source_system', 'loser_lead_id', 'survivor_lead_id', 'merged_at', 'merged_at_is_day', 'merged_by', 'is_inferred',
] %}

with canonical as (

    select * from {{ ref('int_canonical__merges') }}

),

salesforce as (

    select * from {{ ref('int_salesforce__merges') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__merges') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
