with

quarantine as (

    select
        source_system,
        raw_table,
        reason,
        is_row_set_aside,
        {{ held_by_staging_model('staging_model') }} as held_by
    from {{ ref('int_crm__quarantine') }}

),

sources as (

    select * from {{ source('landing', 'sources') }}

),

rejected_rows as (

    select * from {{ source('landing', 'rejected_rows') }}

),

drift as (

    select * from {{ source('landing', 'drift') }}

),

-- What cannot be read at all is set aside while landing, before anything knows what it would have been.
unreadable as (

    select
        sources.source_system,
        rejected_rows.raw_table,
        'unreadable row' as reason,
        true as is_row_set_aside,
        coalesce({{ held_by_raw_table('sources.crm', 'rejected_rows.raw_table') }}, 'leads') as held_by
    from rejected_rows
    inner join sources on rejected_rows.source_system = sources.source_system

),

set_aside as (

    select * from quarantine
    union all
    select * from unreadable

),

reasons as (

    select
        source_system,
        held_by,
        raw_table,
        reason,
        count(*) as uses,
        sum(case when is_row_set_aside then 1 else 0 end) as set_aside_rows,
        sum(case when is_row_set_aside then 0 else 1 end) as blanked_stamps
    from set_aside
    group by source_system, held_by, raw_table, reason

),

quarantined as (

    select
        source_system,
        held_by,
        cast(sum(set_aside_rows) as bigint) as quarantined_rows,
        cast(sum(blanked_stamps) as bigint) as blanked_stamps,
        {{ dbt.listagg(
            "concat(cast(uses as " ~ dbt.type_string() ~ "), ' of ', raw_table, ': ', reason)",
            "'; '",
            "order by uses desc, raw_table, reason"
        ) }} as quarantine_reasons
    from reasons
    group by source_system, held_by

),

-- A column that is gone, or that is not what it was: what was landed of it before stays.
drifted_columns as (

    select
        sources.source_system,
        drift.raw_table,
        drift.column_name,
        drift.landed_at,
        coalesce({{ held_by_raw_table('sources.crm', 'drift.raw_table') }}, 'leads') as held_by,
        case drift.change
            when 'vanished' then concat(drift.column_name, ' of ', drift.raw_table, ' has vanished')
            when 'appeared' then concat(drift.column_name, ' of ', drift.raw_table, ' is new')
            else concat(
                drift.column_name, ' of ', drift.raw_table, ' was ', drift.type_before, ' and is ', drift.type_after
            )
        end as what_changed
    from drift
    inner join sources on drift.source_system = sources.source_system
    where drift.is_current

),

drifted as (

    select
        source_system,
        held_by,
        count(*) as drifted_columns,
        {{ dbt.listagg(
            "concat(what_changed, ' since ', cast(cast(landed_at as date) as " ~ dbt.type_string() ~ "))",
            "'; '",
            "order by landed_at, raw_table, column_name"
        ) }} as drift
    from drifted_columns
    group by source_system, held_by

),

final as (

    select
        coalesce(quarantined.source_system, drifted.source_system) as source_system,
        coalesce(quarantined.held_by, drifted.held_by) as held_by,
        coalesce(quarantined.quarantined_rows, 0) as quarantined_rows,
        coalesce(quarantined.blanked_stamps, 0) as blanked_stamps,
        quarantined.quarantine_reasons,
        coalesce(drifted.drifted_columns, 0) as drifted_columns,
        drifted.drift
    from quarantined
    full outer join drifted
        on
            quarantined.source_system = drifted.source_system
            and quarantined.held_by = drifted.held_by

)

select * from final
