{{ by_lead('landed', is_view=true) }}
with changes as (

    select * from {{ ref('stg_canonical__lead_changes') }}
    where _is_kept

),

logged_fields as (

    select * from {{ ref('int_canonical__logged_fields') }}

),

translated as (

    select
        changes.source_system,
        changes.change_id,
        changes.lead_id,
        logged_fields.canonical_field as field,
        changes.old_value,
        changes.new_value,
        changes.changed_at,
        changes.changed_at_is_day,
        changes.changed_by,
        logged_fields.has_old_value,
        cast(null as boolean) as is_automated_source
    from changes
    inner join logged_fields
        on
            changes.source_system = logged_fields.source_system
            and changes.field = logged_fields.field

)

select * from translated
