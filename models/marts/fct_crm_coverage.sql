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

horizons as (

    select * from {{ ref('int_field_history_horizons') }}

),

quarantine as (

    select * from {{ ref('int_crm__quarantine') }}

),

bulk_loads as (

    select * from {{ ref('int_bulk_loads') }}

),

quarantined as (

    select
        source_system,
        case
            when lower(raw_table) like '%histor%' or lower(raw_table) like '%change%' then 'lead_changes'
            when
                lower(raw_table) like '%task%' or lower(raw_table) like '%event%'
                or lower(raw_table) like '%engagement%' or lower(raw_table) like '%activit%'
                then 'activities'
            when lower(raw_table) like '%campaign%' or lower(raw_table) like '%form%' then 'campaigns'
            when lower(raw_table) like '%opportunit%' or lower(raw_table) like '%deal%' then 'opportunities'
            when lower(raw_table) like '%account%' or lower(raw_table) like '%compan%' then 'accounts'
            when
                lower(raw_table) like '%user%' or lower(raw_table) like '%owner%'
                or lower(raw_table) like '%group%' or lower(raw_table) like '%queue%'
                then 'owners'
            else 'leads'
        end as held_by,
        count(*) as quarantined_rows
    from quarantine
    group by 1, 2

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
        horizons.tracked_since as history_since,
        horizons.is_cut_off as is_history_cut_off,
        cast(coalesce(quarantined.quarantined_rows, 0) as bigint) as quarantined_rows,
        case when counts.element = 'created_at' then bulk_loads.bulk_loaded_leads end as bulk_loaded_leads,
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
            when counts.element = 'created_at' and bulk_loads.bulk_loaded_leads is not null
                then
                    cast(bulk_loads.bulk_loaded_leads as varchar)
                    || ' leads share one creation instant: a bulk load, whose handoffs look instant and are not.'
            when not counts.is_recorded then 'Not recorded: nothing that needs it is judged.'
        end as note
    from counts
    inner join elements on counts.element = elements.element
    inner join sources on counts.source_system = sources.source_system
    left join horizons
        on
            counts.source_system = horizons.source_system
            and counts.element
            = case horizons.field when 'owner_id' then 'owner_history' else horizons.field || '_history' end
    left join quarantined
        on
            counts.source_system = quarantined.source_system
            and elements.held_by = quarantined.held_by
    left join bulk_loads on counts.source_system = bulk_loads.source_system

)

select * from final
