with

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

sources as (

    select * from {{ source('landing', 'sources') }}

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

-- HubSpot keeps the last versions of a property only.
versions as (

    select
        lead_changes.source_system,
        lead_changes.field,
        lead_changes.lead_id,
        count(*) as kept_versions
    from lead_changes
    inner join sources on lead_changes.source_system = sources.source_system
    where sources.crm = 'hubspot'
    group by lead_changes.source_system, lead_changes.field, lead_changes.lead_id

),

full_logs as (

    select distinct
        source_system,
        field
    from versions
    where kept_versions >= {{ var('hubspot_kept_versions') }}

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
        ) as tracked_since,
        full_logs.field is not null as is_cut_off
    from first_changes
    inner join sources on first_changes.source_system = sources.source_system
    left join first_creations on first_changes.source_system = first_creations.source_system
    left join full_logs
        on
            first_changes.source_system = full_logs.source_system
            and first_changes.field = full_logs.field

)

select * from final
