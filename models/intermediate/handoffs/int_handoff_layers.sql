{{ by_lead('due') }}
with

facts as (

    select * from {{ ref('int_handoff_facts') }}

),

findings as (

    select * from {{ ref('int_handoff_findings') }}

),

-- A finding of low severity leaves its layer whole.
broken_layers as (

    select
        source_system,
        lead_id,
        handoff_number,
        bool_or(layer = 'capture') as is_capture_broken,
        bool_or(layer = 'qualification') as is_qualification_broken,
        bool_or(layer = 'routing') as is_routing_broken,
        bool_or(layer = 'action') as is_action_broken,
        bool_or(layer = 'status') as is_status_broken,
        bool_or(layer = 'outcome') as is_outcome_broken
    from findings
    where severity in ('medium', 'high', 'critical')
    group by source_system, lead_id, handoff_number

),

verdicts as (

    select
        facts.source_system,
        facts.lead_id,
        facts.handoff_number,
        case
            when broken_layers.is_capture_broken then 'broken'
            when not (
                facts.records_original_source or facts.records_campaign or facts.records_landing_page
                or facts.records_conversion_point or facts.records_email or facts.records_phone
            ) then 'not_recorded'
            else 'ok'
        end as layer_capture,
        case
            when broken_layers.is_qualification_broken then 'broken'
            when not (
                facts.records_fit or facts.records_intent_signal or facts.records_qualification_reason
            ) then 'not_recorded'
            else 'ok'
        end as layer_qualification,
        case
            when broken_layers.is_routing_broken then 'broken'
            when not facts.records_owner or not facts.records_sales_team or not facts.is_owner_tracked
                then 'not_recorded'
            when facts.human_owned_at is not null then 'ok'
            when facts.outcome = 'open' then 'pending'
            else 'not_reached'
        end as layer_routing,
        case
            when broken_layers.is_action_broken then 'broken'
            when facts.outcome = 'merged' then 'not_reached'
            when not facts.records_activity then 'not_recorded'
            when not facts.records_owner or not facts.is_owner_tracked or facts.is_human_owned_inferred
                then 'not_recorded'
            when facts.human_activity_count > 0 then 'ok'
            when facts.outcome = 'open' then 'pending'
            else 'not_reached'
        end as layer_action,
        case
            when broken_layers.is_status_broken then 'broken'
            when facts.outcome in ('merged', 'deleted') then 'not_reached'
            -- Today's status alone cannot tell how a handoff went.
            when not (
                facts.records_status_history or facts.records_stage_history or facts.records_acceptance
                or (facts.records_status and facts.records_lifecycle_stage)
            ) then 'not_recorded'
            when facts.outcome = 'open' and facts.accepted_at is null then 'pending'
            else 'ok'
        end as layer_status,
        case
            when broken_layers.is_outcome_broken then 'broken'
            when
                not facts.records_status and not facts.records_lifecycle_stage and facts.outcome = 'open'
                then 'not_recorded'
            when facts.outcome = 'rejected' and not facts.records_rejection_reason then 'not_recorded'
            when facts.outcome in ('merged', 'deleted') then 'not_reached'
            when facts.outcome = 'open' then 'pending'
            else 'ok'
        end as layer_outcome
    from facts
    left join broken_layers
        on
            facts.source_system = broken_layers.source_system
            and facts.lead_id = broken_layers.lead_id
            and facts.handoff_number = broken_layers.handoff_number

),

final as (

    select
        *,
        case
            when layer_capture = 'broken' then 'capture'
            when layer_qualification = 'broken' then 'qualification'
            when layer_routing = 'broken' then 'routing'
            when layer_action = 'broken' then 'action'
            when layer_status = 'broken' then 'status'
            when layer_outcome = 'broken' then 'outcome'
        end as first_broken_layer
    from verdicts

)

select * from final
