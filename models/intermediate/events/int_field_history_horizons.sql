with

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

sources as (

    select * from {{ source('landing', 'sources') }}

),

changes_per_lead as (

    select
        source_system,
        field,
        lead_id,
        min(changed_at) as first_changed_at,
        count(*) as changes
    from lead_changes
    where field in ('lifecycle_stage', 'status', 'owner_id', 'rejection_reason')
    group by source_system, field, lead_id

),

first_changes as (

    select
        source_system,
        field,
        min(first_changed_at) as first_changed_at,
        max(changes) as most_changes
    from changes_per_lead
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

-- A creation row shows that the log was kept from that moment on. HubSpot keeps the last versions of a
-- property only.
final as (

    select
        first_changes.source_system,
        first_changes.field,
        least(
            first_changes.first_changed_at,
            coalesce(first_creations.first_created_at, first_changes.first_changed_at)
        ) as tracked_since,
        sources.crm = 'hubspot' and first_changes.most_changes >= {{ var('hubspot_kept_versions') }} as is_cut_off
    from first_changes
    inner join sources on first_changes.source_system = sources.source_system
    left join first_creations on first_changes.source_system = first_creations.source_system

)

select * from final
