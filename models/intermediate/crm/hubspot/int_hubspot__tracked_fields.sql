with tracked_fields as (
    {{ tracked_fields('hubspot', 'contact', ['lifecycle_stage', 'status', 'owner_id', 'rejection_reason']) }}

)

select * from tracked_fields
