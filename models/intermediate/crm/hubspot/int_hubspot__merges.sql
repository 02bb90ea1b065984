with contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

audit as (

    select * from {{ ref('stg_hubspot__contact_merge_audit') }}
    where _is_kept

),

audited as (

    select
        source_system,
        loser_lead_id,
        survivor_lead_id,
        merged_at,
        merged_at_is_day,
        merged_by,
        1 as preference
    from audit

),

-- `hs_calculated_merged_vids` reads 1234:1571154000000;5678:1571154000000.
stamped_parts as (

    select
        source_system,
        lead_id as survivor_lead_id,
        {{ text_parts('merged_vids', ';') }} as part
    from contacts
    where merged_vids is not null

),

stamped as (

    select
        source_system,
        {{ clean_text("split_part(part, ':', 1)") }} as loser_lead_id,
        survivor_lead_id,
        {{ instant_from_text(clean_text("split_part(part, ':', 2)"), 'UTC') }} as merged_at,
        false as merged_at_is_day,
        cast(null as {{ dbt.type_string() }}) as merged_by,
        2 as preference
    from stamped_parts

),

-- `hs_merged_object_ids` reads 1234;5678.
listed_parts as (

    select
        source_system,
        lead_id as survivor_lead_id,
        {{ text_parts('merged_object_ids', ';') }} as part
    from contacts
    where merged_object_ids is not null

),

listed as (

    select
        source_system,
        {{ digits_only('part') }} as loser_lead_id,
        survivor_lead_id,
        cast(null as {{ dbt.type_timestamp() }}) as merged_at,
        cast(null as boolean) as merged_at_is_day,
        cast(null as {{ dbt.type_string() }}) as merged_by,
        3 as preference
    from listed_parts

),

stacked as (

    select * from audited
    union all
    select * from stamped
    union all
    select * from listed

),

-- The audit knows best; a record merged twice over is told of by every survivor, and the first merge took it.
ranked as (

    select
        *,
        row_number() over (
            partition by source_system, loser_lead_id
            order by preference, merged_at nulls last, survivor_lead_id
        ) as place
    from stacked
    where
        loser_lead_id is not null
        and loser_lead_id != ''
        and loser_lead_id != survivor_lead_id

),

translated as (

    select
        ranked.source_system,
        ranked.loser_lead_id,
        ranked.survivor_lead_id,
        coalesce(ranked.merged_at, loser.updated_at, survivor.updated_at) as merged_at,
        case
            when ranked.merged_at is not null then ranked.merged_at_is_day
            when loser.updated_at is not null then loser.updated_at_is_day
            else survivor.updated_at_is_day
        end as merged_at_is_day,
        ranked.merged_by,
        ranked.merged_at is null as is_inferred
    from ranked
    left join contacts as loser
        on
            ranked.source_system = loser.source_system
            and ranked.loser_lead_id = loser.lead_id
    left join contacts as survivor
        on
            ranked.source_system = survivor.source_system
            and ranked.survivor_lead_id = survivor.lead_id
    where ranked.place = 1

)

select * from translated
