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
            case when field_events.from_value is null then
                lag(field_events.canonical_value) over (
                    partition by field_events.source_system, field_events.lead_id
                    order by field_events.value_number
                )
            end
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

-- A blank between two stages is no stage: a move is judged against the last stage that had a name.
final as (

    select
        ranked.*,
        not is_undated and to_stage is not null and coalesce(from_stage, '') != to_stage as is_entry,
        not is_undated and is_to_sales_ready and not is_from_sales_ready as is_becoming_sales_ready,
        lead(occurred_at) over (partition by source_system, lead_id order by value_number) as next_occurred_at,
        coalesce(
            from_stage,
            {{ last_known('coalesce(to_stage, from_stage)', 'source_system, lead_id', 'value_number') }}
        ) as last_named_stage
    from ranked

)

select * from final
