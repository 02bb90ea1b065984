{{ by_lead('changed') }}
with

stage_events as (

    select * from {{ ref('int_stage_events') }}

),

status_events as (

    select * from {{ ref('int_status_events') }}

),

opportunities as (

    select * from {{ ref('int_lead_opportunities') }}

),

exits as (

    select * from {{ ref('int_lead_exits') }}

),

closings as (

    select
        source_system, lead_id, to_group as outcome, occurred_at as closed_at, is_day_level, provenance,
        case when is_initial then 1 else 3 end as event_rank, value_number as change_order
    from status_events
    where
        to_group in ('rejected', 'recycled', 'converted')
        and not is_undated

    union all

    select
        source_system, lead_id, case to_stage when 'disqualified' then 'rejected' else 'recycled' end as outcome,
        occurred_at as closed_at, is_day_level, provenance, case when is_initial then 1 else 2 end as event_rank,
        value_number as change_order
    from stage_events
    where
        to_stage in ('disqualified', 'recycled')
        and not is_undated

    union all

    select
        source_system, lead_id, 'converted' as outcome, created_at as closed_at, is_day_level, provenance,
        8 as event_rank, 0 as change_order
    from opportunities
    where created_at is not null

    union all

    select
        source_system, lead_id, event_type as outcome, occurred_at as closed_at, is_day_level, provenance,
        case event_type when 'converted' then 10 when 'merged' then 11 else 12 end as event_rank, 0 as change_order
    from exits

),

-- Two opportunities of one instant, or a lead that is created rejected by status and by stage, close once.
final as (

    select
        source_system,
        lead_id,
        closed_at,
        outcome,
        case outcome
            when 'rejected' then 1
            when 'recycled' then 2
            when 'converted' then 3
            when 'merged' then 4
            else 5
        end as outcome_rank,
        bool_and(is_day_level) as is_day_level,
        bool_and(provenance = 'inferred') as is_inferred,
        event_rank * 100000 + change_order as log_order
    from closings
    group by source_system, lead_id, closed_at, outcome, event_rank, change_order

)

select * from final
