with

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

first_changes as (

    select
        source_system,
        field,
        min(changed_at) as first_changed_at
    from lead_changes
    where field in ('lifecycle_stage', 'status', 'owner_id', 'rejection_reason')
    group by source_system, field

),

first_creations as (

    select
        source_system,
        min(changed_at) as first_created_at
    from lead_changes
    where field = 'created'
    group by source_system

),

-- A creation row shows that the log was kept from that moment on.
final as (

    select
        first_changes.source_system,
        first_changes.field,
        least(
            first_changes.first_changed_at,
            coalesce(first_creations.first_created_at, first_changes.first_changed_at)
        ) as tracked_since
    from first_changes
    left join first_creations on first_changes.source_system = first_creations.source_system

)

select * from final
