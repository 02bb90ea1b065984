{% set columns = [
    'source_system', 'opportunity_id', 'account_id', 'owner_id', 'stage', 'amount', 'created_at',
    'created_at_is_day', 'closed_at', 'closed_at_is_day', 'is_won',
] %}

with canonical as (

    select * from {{ ref('int_canonical__opportunities') }}

),

salesforce as (

    select * from {{ ref('int_salesforce__opportunities') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__opportunities') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
