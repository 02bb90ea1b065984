with tracked_fields as (
    {{ tracked_fields('salesforce', 'lead', ['lifecycle_stage', 'status', 'rejection_reason']) }}

)

select * from tracked_fields
