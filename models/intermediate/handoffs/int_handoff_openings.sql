{{ by_lead('changed') }}
with

stage_events as (

    select * from {{ ref('int_stage_events') }}

),

status_events as (

    select * from {{ ref('int_status_events') }}

),

activities as (

    select * from {{ ref('int_lead_activities') }}
    where is_human_sales_activity

),

leads as (

    select * from {{ ref('int_lead_records') }}

),

exits as (

    select * from {{ ref('int_lead_exits') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

sources as (

    select * from {{ ref('int_source_elements') }}

),

became_sales_ready as (

    select
        source_system, lead_id, 'mql' as opened_by, occurred_at as opened_at, is_day_level, provenance,
        case when is_initial then 1 else 2 end as event_rank, value_number as change_order
    from stage_events
    where is_becoming_sales_ready

),

-- Where a CRM records neither stage nor MQL date, being in the lead object is the declaration.
created_as_lead as (

    select
        leads.source_system,
        leads.lead_id,
        'created' as opened_by,
        leads.created_at as opened_at,
        leads.created_at_is_day as is_day_level,
        'record' as provenance,
        1 as event_rank,
        0 as change_order
    from leads
    inner join sources on leads.source_system = sources.source_system
    where
        not sources.records_lifecycle_stage
        and not sources.records_mql_date
        and leads.created_at is not null

),

status_taken_up as (

    select
        source_system, lead_id, 'status_reopened' as opened_by, occurred_at as opened_at, is_day_level, provenance,
        3 as event_rank, value_number as change_order
    from status_events
    where
        is_entry
        and not is_initial
        and to_group in ('accepted', 'working')

),

sales_actions as (

    select
        source_system, lead_id, occurred_at as opened_at, is_day_level, provenance,
        case when is_initial then 1 else 3 end as event_rank, value_number as change_order
    from status_events
    where
        is_entry
        and to_group in ('accepted', 'working', 'rejected')
        and is_by_sales

    union all

    select
        source_system, lead_id, happened_at as opened_at, is_day_level, 'record' as provenance,
        5 as event_rank, 0 as change_order
    from activities

),

-- A date cannot tell what came first on its day: whatever has a time goes before it.
placed_sales_actions as (

    select
        sales_actions.*,
        case
            when sales_actions.is_day_level then {{ end_of_day('sales_actions.opened_at') }}
            else sales_actions.opened_at
        end as opened_by_then
    from sales_actions
    cross join clock

),

numbered_sales_actions as (

    select
        *,
        row_number() over (
            partition by source_system, lead_id order by opened_by_then, event_rank, change_order
        ) as action_number
    from placed_sales_actions

),

first_sales_action as (

    select
        source_system,
        lead_id,
        'sales_action' as opened_by,
        opened_at,
        is_day_level,
        provenance,
        event_rank,
        change_order,
        opened_by_then
    from numbered_sales_actions
    where action_number = 1

),

first_declaration as (

    select
        source_system,
        lead_id,
        min(opened_at) as opened_at
    from (
        select source_system, lead_id, opened_at from became_sales_ready
        union all
        select source_system, lead_id, opened_at from created_as_lead
    ) as declarations
    group by source_system, lead_id

),

undeclared_sales_action as (

    select
        first_sales_action.source_system,
        first_sales_action.lead_id,
        first_sales_action.opened_by,
        first_sales_action.opened_at,
        first_sales_action.is_day_level,
        first_sales_action.provenance,
        first_sales_action.event_rank,
        first_sales_action.change_order
    from first_sales_action
    left join first_declaration
        on
            first_sales_action.source_system = first_declaration.source_system
            and first_sales_action.lead_id = first_declaration.lead_id
            -- The start of the next day is no longer that day.
            and first_declaration.opened_at <= case
                when first_sales_action.is_day_level
                    then {{ add_seconds('first_sales_action.opened_by_then', '-0.000001') }}
                else first_sales_action.opened_by_then
            end
    where first_declaration.lead_id is null

),

all_openings as (

    select *, 1 as opening_rank from became_sales_ready
    union all
    select *, 2 as opening_rank from created_as_lead
    union all
    select *, 3 as opening_rank from status_taken_up
    union all
    select *, 4 as opening_rank from undeclared_sales_action

),

-- A record that was merged away or deleted is handed to nobody any more.
last_exits as (

    select
        source_system,
        lead_id,
        min(occurred_at) as left_at
    from exits
    where event_type in ('merged', 'deleted')
    group by source_system, lead_id

),

final as (

    select all_openings.*
    from all_openings
    inner join leads
        on
            all_openings.source_system = leads.source_system
            and all_openings.lead_id = leads.lead_id
    left join last_exits
        on
            all_openings.source_system = last_exits.source_system
            and all_openings.lead_id = last_exits.lead_id
    where
        last_exits.left_at is null
        or all_openings.opened_at <= last_exits.left_at

)

select * from final
