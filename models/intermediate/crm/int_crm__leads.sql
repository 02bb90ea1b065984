{{ by_lead('landed') }}
{% set columns = [
    'source_system', 'lead_id', 'created_at', 'created_at_is_day', 'created_by', 'email', 'phone',
    'first_name', 'last_name', 'company', 'job_title', 'country', 'region', 'lifecycle_stage',
    'lifecycle_stage_at', 'lifecycle_stage_at_is_day', 'status', 'owner_id', 'original_source',
    'campaign_id', 'landing_page', 'conversion_point', 'fit_grade', 'fit_score', 'intent_signal',
    'qualification_reason', 'mql_at', 'mql_at_is_day', 'accepted_at', 'accepted_at_is_day', 'assigned_at',
    'assigned_at_is_day', 'rejection_reason', 'rejection_note', 'is_converted', 'converted_at',
    'converted_at_is_day', 'contact_id', 'converted_account_id', 'converted_opportunity_id', 'account_id',
    'is_deleted', 'deleted_at', 'deleted_at_is_day', 'merged_into_id', 'merged_at', 'updated_at', 'updated_at_is_day',
    'synced_at',
] %}

with canonical as (

    select * from {{ ref('int_canonical__leads') }}

),

salesforce as (

    select * from {{ ref('int_salesforce__leads') }}

),

hubspot as (

    select * from {{ ref('int_hubspot__leads') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
