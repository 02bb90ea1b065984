{% set columns = [
    'source_system', 'owner_id', 'owner_type', 'name', 'email', 'is_active', 'team_key', 'alternate_team_key',
    'alternate_id',
] %}

with canonical as (

    select * from {{ ref('int_canonical__owners') }}

),

salesforce as (

    select * from {{ ref('int_salesforce__owners') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__owners') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
