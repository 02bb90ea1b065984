{{ by_lead('changed') }}
with

field_events as (

    select * from {{ ref('int_field_events') }}
    where field = 'lifecycle_stage'

),

stage_values as (

    select * from {{ ref('int_stage_values') }}

),

stages as (

    select * from {{ ref('stg_policies__lifecycle_stages') }}

),

named as (

    select
        field_events.source_system,
        field_events.lead_id,
        field_events.event_id,
        field_events.occurred_at,
        field_events.is_day_level,
        field_events.provenance,
        field_events.is_initial,
        field_events.is_undated,
        field_events.actor_id,
        field_events.value_number,
        field_events.to_value as to_raw_stage,
        coalesce(field_events.canonical_value, to_values.stage) as to_stage,
        coalesce(
            from_values.stage,
            case when field_events.from_value is null then field_events.from_canonical_value end
        ) as from_stage
    from field_events
    left join stage_values as to_values
        on
            field_events.source_system = to_values.source_system
            and {{ match_key('field_events.to_value') }} = to_values.raw_key
    left join stage_values as from_values
        on
            field_events.source_system = from_values.source_system
            and {{ match_key('field_events.from_value') }} = from_values.raw_key

),

ranked as (

    select
        named.*,
        coalesce(to_stages.is_sales_ready, false) as is_to_sales_ready,
        coalesce(from_stages.is_sales_ready, false) as is_from_sales_ready,
        coalesce(to_stages.is_active_sales, false) as is_to_active_sales,
        to_stages.rank as to_rank
    from named
    left join stages as to_stages on named.to_stage = to_stages.stage
    left join stages as from_stages on named.from_stage = from_stages.stage

),

-- A blank between two stages is no stage: a move is judged against the last stage that had a name. Few leads have one.
leads_with_blanks as (

    select
        source_system,
        lead_id
    from ranked
    where
        from_stage is null
        and value_number > 1
    group by source_system, lead_id

),

named_before as (

    select
        ranked.source_system,
        ranked.lead_id,
        ranked.value_number,
        {{ last_known(
            'coalesce(ranked.to_stage, ranked.from_stage)', 'ranked.source_system, ranked.lead_id', 'ranked.value_number'
        ) }} as stage
    from ranked
    inner join leads_with_blanks
        on
            ranked.source_system = leads_with_blanks.source_system
            and ranked.lead_id = leads_with_blanks.lead_id

),

final as (

    select
        ranked.*,
        not ranked.is_undated and ranked.to_stage is not null and coalesce(ranked.from_stage, '') != ranked.to_stage
            as is_entry,
        not ranked.is_undated and ranked.is_to_sales_ready and not ranked.is_from_sales_ready
            as is_becoming_sales_ready,
        coalesce(ranked.from_stage, named_before.stage) as last_named_stage
    from ranked
    left join named_before
        on
            ranked.source_system = named_before.source_system
            and ranked.lead_id = named_before.lead_id
            and ranked.value_number = named_before.value_number

)

select * from final
