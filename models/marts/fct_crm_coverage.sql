with

counts as (

    select * from {{ ref('int_source_element_counts') }}

),

elements as (

    select * from {{ ref('coverage_elements') }}

),

sources as (

    select * from {{ source('landing', 'sources') }}

),

history_limits as (

    select * from {{ ref('int_history_limits') }}

),

remarks as (

    select * from {{ ref('int_table_remarks') }}

),

bulk_loads as (

    select * from {{ ref('int_bulk_loads') }}

),

final as (

    select
        counts.source_system,
        counts.element,
        elements.layer,
        elements.tells,
        case
            when counts.is_recorded then 'recorded'
            when counts.is_recorded_after_outcome then 'recorded_after_outcome'
            else 'not_recorded'
        end as coverage,
        counts.is_recorded,
        cast(counts.records as bigint) as records,
        cast(counts.populated as bigint) as populated,
        case when counts.records > 0 then cast(counts.populated as double) / counts.records end as populated_share,
        counts.first_recorded_at as recorded_since,
        history_limits.tracked_since as history_since,
        history_limits.is_cut_off as is_history_cut_off,
        cast(history_limits.truncated_leads as bigint) as truncated_leads,
        cast(history_limits.leads_before_history as bigint) as leads_before_history,
        cast(coalesce(remarks.quarantined_rows, 0) as bigint) as quarantined_rows,
        cast(coalesce(remarks.blanked_stamps, 0) as bigint) as blanked_stamps,
        remarks.quarantine_reasons,
        cast(coalesce(remarks.drifted_columns, 0) as bigint) as drifted_columns,
        remarks.drift,
        bulk_loads.bulk_loaded_leads,
        case
            when counts.is_recorded then null
            when sources.crm = 'salesforce' then elements.salesforce_field
            when sources.crm = 'hubspot' then elements.hubspot_field
            else elements.canonical_field
        end as field_to_add,
        case
            when counts.is_recorded_after_outcome
                then
                    'Filled in almost only on converted leads, after the outcome was known: whether the others lacked '
                    || 'it cannot be told, so it is treated as not recorded.'
            when bulk_loads.bulk_loaded_leads is not null
                then
                    cast(bulk_loads.bulk_loaded_leads as string)
                    || ' leads share their instant with many others: a bulk load or a mass update, whose handoffs look '
                    || 'instant and are not.'
            when not counts.is_recorded then 'Not recorded: nothing that needs it is judged.'
            when history_limits.truncated_leads > 0
                then
                    'Of leads whose log is as long as the CRM keeps one the oldest changes are gone: '
                    || cast(history_limits.truncated_leads as string) || '.'
            when history_limits.is_cut_off
                then
                    'Leads older than the log, of which what was before it is not judged: '
                    || cast(history_limits.leads_before_history as string) || '.'
        end as note
    from counts
    inner join elements on counts.element = elements.element
    inner join sources on counts.source_system = sources.source_system
    left join history_limits
        on
            counts.source_system = history_limits.source_system
            and counts.element
            = case history_limits.field when 'owner_id' then 'owner_history' else history_limits.field || '_history' end
    left join remarks
        on
            counts.source_system = remarks.source_system
            and elements.held_by = remarks.held_by
    left join bulk_loads
        on
            counts.source_system = bulk_loads.source_system
            and counts.element = bulk_loads.element

)

select * from final
