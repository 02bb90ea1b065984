{%- set elements = [
    'original_source', 'campaign', 'landing_page', 'conversion_point', 'email', 'phone', 'country', 'fit',
    'intent_signal', 'qualification_reason', 'lifecycle_stage', 'mql_date', 'status', 'owner', 'assignment_stamp',
    'rejection_reason', 'rejection_note', 'created_by', 'deletion', 'activity', 'activity_outcome', 'activity_body',
    'next_step', 'queue', 'queue_member', 'owner_is_active', 'account', 'account_owner', 'account_customer',
    'opportunity', 'owner_history', 'status_history', 'lifecycle_stage_history', 'rejection_reason_history',
] -%}
with

counts as (

    select * from {{ ref('int_source_element_counts') }}

),

status_values as (

    select * from {{ ref('int_status_values') }}

),

stage_values as (

    select * from {{ ref('int_stage_values') }}

),

horizons as (

    select * from {{ ref('int_field_history_horizons') }}

),

queue_policies as (

    select * from {{ ref('int_queue_policies') }}

),

opportunities as (

    select * from {{ ref('int_crm__opportunities') }}

),

pivoted as (

    select
        source_system
        {%- for element in elements %},
        bool_or(element in ('{{ element }}', '{{ element }}_history') and is_recorded) as records_{{ element }}
        {%- endfor %},
        bool_or(element = 'acceptance_stamp' and is_recorded) as records_acceptance_stamp,
        bool_or(element = 'owner' and is_recorded_after_outcome) as is_owner_after_outcome
    from counts
    group by source_system

),

-- Acceptance shows as an accepted status, a stage of sales' own or a stamp, anywhere in the source.
accepting_sources as (

    select source_system from status_values where status_group = 'accepted'
    union
    select source_system from stage_values where stage in ('sal', 'sql')

),

-- A customer shows as one by a date, by a type or by what was won.
winning_sources as (

    select distinct source_system
    from opportunities
    where
        is_won
        and account_id is not null

),

escalating_sources as (

    select distinct source_system from queue_policies

),

-- Where nobody is known to belong to a sales team, nobody can be told from sales.
sales_sources as (

    select distinct source_system
    from {{ ref('int_owner_team_periods') }}
    where owner_kind = 'sales_user'

),

final as (

    select
        pivoted.*,
        pivoted.records_account_customer or winning_sources.source_system is not null as tells_customers,
        pivoted.records_acceptance_stamp or accepting_sources.source_system is not null as records_acceptance,
        escalating_sources.source_system is not null as records_escalation,
        sales_sources.source_system is not null as records_sales_team,
        owner_horizon.tracked_since as owner_tracked_since,
        status_horizon.tracked_since as status_tracked_since,
        stage_horizon.tracked_since as lifecycle_stage_tracked_since,
        reason_horizon.tracked_since as rejection_reason_tracked_since
    from pivoted
    left join accepting_sources on pivoted.source_system = accepting_sources.source_system
    left join winning_sources on pivoted.source_system = winning_sources.source_system
    left join escalating_sources on pivoted.source_system = escalating_sources.source_system
    left join sales_sources on pivoted.source_system = sales_sources.source_system
    left join horizons as owner_horizon
        on pivoted.source_system = owner_horizon.source_system and owner_horizon.field = 'owner_id'
    left join horizons as status_horizon
        on pivoted.source_system = status_horizon.source_system and status_horizon.field = 'status'
    left join horizons as stage_horizon
        on pivoted.source_system = stage_horizon.source_system and stage_horizon.field = 'lifecycle_stage'
    left join horizons as reason_horizon
        on pivoted.source_system = reason_horizon.source_system and reason_horizon.field = 'rejection_reason'

)

select * from final
