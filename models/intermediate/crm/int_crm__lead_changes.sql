{{ by_lead('landed') }}
{% set columns = [
    'source_system', 'change_id', 'lead_id', 'field', 'old_value', 'new_value', 'changed_at',
    'changed_at_is_day', 'changed_by', 'has_old_value', 'is_automated_source',
] %}

with canonical as (

    select * from {{ ref('int_canonical__lead_changes') }}

),

salesforce as (

    select * from {{ ref('int_salesforce__lead_changes') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__lead_changes') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
