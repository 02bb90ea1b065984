{{ by_lead('due', until_as_of='span_ends_at') }}
with

facts as (

    select * from {{ ref('int_handoff_facts') }}

),

layers as (

    select * from {{ ref('int_handoff_layers') }}

),

elements as (

    select
        *,
        original_source is not null as has_source,
        campaign_id is not null as has_campaign,
        landing_page is not null as has_landing_page,
        conversion_point is not null as has_conversion_point,
        intent_signal is not null as has_intent_signal,
        qualification_reason is not null as has_qualification_reason
    from facts

),

final as (

    select
        elements.source_system,
        elements.lead_id,
        elements.handoff_number,
        elements.opened_at,
        elements.opened_by,
        elements.closed_at,
        elements.outcome,
        elements.span_ends_at,
        elements.is_last_handoff,
        elements.is_opened_day_level,
        elements.qualified_at,
        elements.assigned_at,
        elements.human_owned_at,
        elements.first_action_due_at,
        elements.first_human_activity_at,
        elements.first_automated_activity_at,
        elements.connected_at,
        elements.accepted_at,
        elements.first_worked_at,
        elements.rejected_at,
        elements.recycled_at,
        elements.opportunity_created_at,
        elements.won_at,
        elements.routing_minutes,
        elements.queue_minutes,
        elements.human_minutes,
        elements.speed_to_lead_minutes,
        elements.routing_elapsed_minutes,
        elements.queue_elapsed_minutes,
        elements.human_elapsed_minutes,
        elements.speed_to_lead_elapsed_minutes,
        case when elements.is_acceptance_to_the_minute then elements.acceptance_used_minutes end as acceptance_minutes,
        case when elements.is_first_action_to_the_minute then elements.first_action_used_minutes end
            as first_action_minutes,
        elements.is_first_action_overdue,
        elements.is_acceptance_overdue,
        elements.is_age_overdue as is_outcome_overdue,
        elements.is_assignment_overdue,
        elements.is_stale_overdue and not elements.has_future_task as is_stale,
        cast(elements.human_activity_count as integer) as human_activity_count,
        cast(elements.automated_activity_count as integer) as automated_activity_count,
        cast(elements.reassignment_count as integer) as reassignment_count,
        layers.layer_capture,
        layers.layer_qualification,
        layers.layer_routing,
        layers.layer_action,
        layers.layer_status,
        layers.layer_outcome,
        layers.first_broken_layer,
        true as has_lead_record,
        elements.has_source and elements.has_campaign as has_source_context,
        elements.has_qualification_reason,
        elements.records_lifecycle_stage and elements.lifecycle_stage is not null as has_lifecycle_stage,
        elements.raw_status is not null as has_lead_status,
        elements.owner_kind in ('sales_user', 'queue') as has_owner,
        elements.first_action_due_at is not null as has_first_action_due,
        elements.assigned_at is not null and not elements.is_assigned_inferred as has_assignment_timestamp,
        elements.outcome != 'open' or elements.has_future_task as has_outcome_path,
        elements.has_source,
        elements.has_campaign,
        elements.has_landing_page,
        elements.has_conversion_point,
        elements.has_intent_signal,
        cast(
            case when elements.has_source then 1 else 0 end
            + case when elements.has_campaign then 1 else 0 end
            + case when elements.has_landing_page then 1 else 0 end
            + case when elements.has_conversion_point then 1 else 0 end
            + case when elements.has_intent_signal then 1 else 0 end
            + case when elements.has_qualification_reason then 1 else 0 end as integer
        ) as context_fields_present,
        -- Complete is what this source and this channel can be asked for.
        (elements.has_source or not elements.records_original_source)
        and (elements.has_campaign or not elements.records_campaign or not elements.expects_campaign)
        and (elements.has_landing_page or not elements.records_landing_page or not elements.expects_form)
        and (elements.has_conversion_point or not elements.records_conversion_point or not elements.expects_form)
        and (elements.has_intent_signal or not elements.records_intent_signal)
        and (
            elements.has_qualification_reason
            or not elements.records_qualification_reason
            or elements.opened_by != 'mql'
        ) as is_context_complete,
        elements.owner_id,
        elements.owner_kind,
        coalesce(elements.first_sales_team_id, elements.owner_team_id) as team_id,
        elements.first_queue_id as queue_id,
        elements.original_source,
        elements.channel,
        elements.campaign_id,
        elements.conversion_point,
        elements.geographic_territory as territory,
        elements.fit_band,
        elements.is_fit_sales_ready,
        elements.intent_tier,
        case when elements.records_lifecycle_stage then elements.lifecycle_stage end as lifecycle_stage,
        case when elements.records_status then elements.status_group end as status_group,
        elements.rejection_reason
    from elements
    inner join layers
        on
            elements.source_system = layers.source_system
            and elements.lead_id = layers.lead_id
            and elements.handoff_number = layers.handoff_number

)

select * from final
