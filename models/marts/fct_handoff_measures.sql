{%- set dimensions = [
    'source', 'channel', 'campaign', 'form', 'team', 'owner', 'queue', 'territory', 'fit_band', 'intent_tier',
] -%}
with

metric_facts as (

    select * from {{ ref('int_metric_facts') }}

),

facts as (

    select * from {{ ref('int_handoff_facts') }}

),

final as (

    select
        metric_facts.source_system,
        metric_facts.lead_id,
        metric_facts.handoff_number,
        metric_facts.opened_on
        {%- for dimension in dimensions %},
        metric_facts.{{ dimension }}
        {%- endfor %}
        {%- for metric in metric_definitions() %},
        cast(metric_facts.{{ metric.name }} as integer) as {{ metric.name }}
        {%- endfor %}
        {%- for wait in wait_definitions() %},
        metric_facts.{{ wait.name }},
        metric_facts.is_{{ wait.name }}_ended
        {%- endfor %},
        metric_facts.is_open,
        case
            when facts.is_last_handoff and facts.records_status and facts.records_lifecycle_stage
                then coalesce(facts.stage_at_span_end, '(none)')
        end as last_stage,
        case
            when facts.is_last_handoff and facts.records_status and facts.records_lifecycle_stage
                then facts.status_group_at_span_end
        end as last_status_group,
        cast(facts.first_action_allowance_minutes as double) as first_action_allowed_minutes
    from metric_facts
    inner join facts
        on
            metric_facts.source_system = facts.source_system
            and metric_facts.lead_id = facts.lead_id
            and metric_facts.handoff_number = facts.handoff_number

)

select * from final
