{{ by_lead('landed') }}
{% set columns = [
    'source_system', 'activity_id', 'lead_id', 'activity_type', 'owner_id', 'created_by', 'happened_at',
    'happened_is_day', 'created_at', 'due_at', 'due_is_day', 'starts_at', 'is_completed', 'is_open_task',
    'direction', 'outcome', 'is_automated_source', 'source', 'has_body', 'synced_at',
] %}

with canonical as (

    select * from {{ ref('int_canonical__activities') }}

),

salesforce as (

    select * from {{ ref('int_salesforce__activities') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__activities') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
