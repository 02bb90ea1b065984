{{ by_lead('due', until_as_of='span_ends_at') }}
{%- set clocks = [
    'assignment', 'first_action', 'acceptance', 'age', 'status_update', 'abandon', 'next_step', 'stale',
    'after_rejection', 'opportunity', 'waiting',
] -%}
{%- set parts = [
    'ownership', 'actions', 'progress', 'context', 'queues', 'accounts', 'duplicates', 'rejections', 'timed',
] -%}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

{% for part in parts[:-1] %}
{{ part }} as (

    select * from {{ ref('int_handoff_' ~ part) }}

),

{% endfor %}
merges as (

    select * from {{ ref('int_lead_merges') }}

),

persons as (

    select * from {{ ref('int_lead_persons') }}

),

conflicts as (

    select * from {{ ref('stg_policies__status_stage_conflicts') }}

),

clocks as (

    select * from {{ ref('int_handoff_clocks') }}

),

sources as (

    select * from {{ ref('int_source_elements') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

timed as (

    select
        source_system,
        lead_id,
        handoff_number,
        max(case when clock = 'routing' and is_to_the_minute then business_minutes end) as routing_minutes,
        max(case when clock = 'queue' and is_to_the_minute then business_minutes end) as queue_minutes,
        max(case when clock = 'human' and is_to_the_minute then business_minutes end) as human_minutes,
        max(case when clock = 'routing' and is_to_the_minute then elapsed_minutes end) as routing_elapsed_minutes,
        max(case when clock = 'queue' and is_to_the_minute then elapsed_minutes end) as queue_elapsed_minutes,
        max(case when clock = 'human' and is_to_the_minute then elapsed_minutes end) as human_elapsed_minutes,
        bool_and(case when clock in ('routing', 'queue', 'human') then is_to_the_minute else true end)
            as is_speed_to_the_minute,
        {%- for name in clocks %}
        coalesce(bool_or(clock = '{{ name }}' and is_overdue), false) as is_{{ name }}_overdue,
        max(case when clock = '{{ name }}' then business_minutes end) as {{ name }}_used_minutes,
        max(case when clock = '{{ name }}' then allowance_minutes end) as {{ name }}_allowance_minutes,
        max(case when clock = '{{ name }}' and is_start_known then due_at end) as {{ name }}_due_at,
        coalesce(bool_or(clock = '{{ name }}' and is_to_the_minute), false) as is_{{ name }}_to_the_minute
        {{- ',' if not loop.last }}
        {%- endfor %}
    from clocks
    group by source_system, lead_id, handoff_number

),

final as (

    select
        handoffs.*,
        clock.as_of,
        clock.default_timezone,
        ownership.assigned_at,
        ownership.is_assigned_inferred,
        ownership.is_assigned_day_level,
        ownership.human_owned_at,
        ownership.is_human_owned_inferred,
        ownership.first_sales_owner_id,
        ownership.first_sales_team_id,
        ownership.first_sales_territory,
        ownership.first_queue_id,
        ownership.owner_id,
        ownership.owner_kind,
        ownership.owner_type,
        ownership.is_owner_active,
        ownership.owner_team_id,
        ownership.reassignment_count,
        ownership.third_reassigned_at,
        actions.human_activity_count,
        case when not ownership.is_human_owned_inferred then timed.first_action_due_at end as first_action_due_at,
        actions.first_human_activity_at,
        actions.first_human_stands_at,
        actions.is_first_human_day_level,
        actions.first_human_performer_id,
        actions.first_human_owner_id,
        actions.is_first_human_owner_inferred,
        actions.last_human_activity_at,
        actions.is_last_human_day_level,
        actions.has_last_human_body,
        actions.connected_at,
        actions.has_connected,
        actions.automated_activity_count,
        actions.first_automated_activity_at,
        actions.has_future_task,
        progress.qualified_at,
        progress.accepted_at,
        progress.first_worked_at,
        progress.rejected_at,
        progress.recycled_at,
        progress.worked_after_action_at,
        progress.left_new_at,
        progress.status_group,
        progress.is_status_vague,
        progress.raw_status,
        progress.status_group_at_first_action,
        progress.status_group_at_span_end,
        progress.status_at_span_end_since,
        progress.lifecycle_stage,
        progress.stage_at_span_end,
        progress.stage_at_span_end_since,
        progress.is_stage_active_at_span_end,
        progress.stage_skipped_at,
        progress.skipped_stage,
        progress.stage_regressed_at,
        conflicts.stage is not null as has_status_stage_conflict,
        progress.is_marked_converted,
        progress.has_opportunity_in_window,
        progress.opportunity_created_at,
        progress.has_linked_opportunity,
        progress.won_at,
        progress.deleted_at,
        context.is_created_by_sales,
        context.original_source,
        context.is_source_generic,
        context.channel,
        context.expects_campaign,
        context.expects_form,
        context.campaign_id,
        context.landing_page,
        context.conversion_point,
        context.has_valid_email,
        context.has_valid_phone,
        context.qualification_reason,
        context.intent_signal,
        context.has_fit,
        context.fit_band,
        context.is_fit_sales_ready,
        context.intent_tier,
        context.is_intent_sales_ready,
        context.geographic_territory,
        coalesce(queues.has_queue_without_members, false) as has_queue_without_members,
        queues.without_members_from,
        queues.queue_without_members,
        coalesce(queues.has_queue_without_escalation, false) as has_queue_without_escalation,
        queues.without_escalation_from,
        queues.queue_without_escalation,
        coalesce(queues.has_waited_too_long, false) as has_waited_too_long_in_queue,
        queues.waited_too_long_at,
        queues.overdue_queue_id,
        queues.overdue_wait_minutes,
        queues.overdue_wait_allowance,
        accounts.account_id,
        accounts.account_owner_id,
        coalesce(accounts.is_account_owner_active_sales, false) as is_account_owner_active_sales,
        coalesce(accounts.is_customer_then, false) as is_customer_then,
        coalesce(accounts.has_account_owner_owned, false) as has_account_owner_owned,
        coalesce(accounts.has_account_team_owned, false) as has_account_team_owned,
        duplicates.earlier_lead_id,
        duplicates.earlier_opened_at,
        -- Whoever merged a record away found the other one.
        coalesce(persons.leads_of_person, 1) = 1 and merges.lead_id is null as is_only_lead_of_person,
        rejections.is_reason_known,
        rejections.raw_reason,
        rejections.reason as rejection_reason,
        coalesce(rejections.is_timing_reason, false) as is_timing_reason,
        coalesce(rejections.has_rejection_note, false) as has_rejection_note,
        timed.routing_minutes,
        timed.queue_minutes,
        timed.human_minutes,
        case
            when actions.first_human_activity_at is not null and timed.is_speed_to_the_minute
                then
                    coalesce(timed.routing_minutes, 0)
                    + coalesce(timed.queue_minutes, 0)
                    + coalesce(timed.human_minutes, 0)
        end as speed_to_lead_minutes,
        timed.routing_elapsed_minutes,
        timed.queue_elapsed_minutes,
        timed.human_elapsed_minutes,
        case
            when actions.first_human_activity_at is not null and timed.is_speed_to_the_minute
                then
                    coalesce(timed.routing_elapsed_minutes, 0)
                    + coalesce(timed.queue_elapsed_minutes, 0)
                    + coalesce(timed.human_elapsed_minutes, 0)
        end as speed_to_lead_elapsed_minutes,
        {%- for name in clocks %}
        coalesce(timed.is_{{ name }}_overdue, false) as is_{{ name }}_overdue,
        timed.{{ name }}_used_minutes,
        timed.{{ name }}_allowance_minutes,
        timed.{{ name }}_due_at as {{ name }}_clock_due_at,
        coalesce(timed.is_{{ name }}_to_the_minute, false) as is_{{ name }}_to_the_minute,
        {%- endfor %}
        coalesce(handoffs.opened_at >= sources.owner_tracked_since, true) as is_owner_tracked,
        coalesce(handoffs.opened_at >= sources.status_tracked_since, true) as is_status_tracked,
        coalesce(handoffs.opened_at >= sources.lifecycle_stage_tracked_since, true) as is_stage_tracked,
        sources.status_tracked_since is not null as records_status_history,
        sources.lifecycle_stage_tracked_since is not null as records_stage_history,
        sources.records_original_source,
        sources.records_campaign,
        sources.records_landing_page,
        sources.records_conversion_point,
        sources.records_email,
        sources.records_phone,
        sources.records_country,
        sources.records_fit,
        sources.records_intent_signal,
        sources.records_qualification_reason,
        sources.records_lifecycle_stage,
        sources.records_mql_date,
        sources.records_status,
        sources.records_owner,
        sources.records_sales_team,
        sources.records_assignment_stamp,
        sources.records_rejection_reason,
        sources.records_rejection_note,
        sources.records_created_by,
        sources.records_deletion,
        -- What was done with a merged record is told of the survivor.
        sources.records_activity and merges.lead_id is null as records_activity,
        sources.records_activity_outcome,
        sources.records_next_step,
        sources.records_queue,
        sources.records_queue_member,
        sources.records_owner_is_active,
        sources.records_account,
        sources.records_account_owner,
        sources.tells_customers,
        sources.records_opportunity,
        sources.records_acceptance,
        sources.records_escalation
    from handoffs
    cross join clock
    inner join sources on handoffs.source_system = sources.source_system
    left join merges
        on
            handoffs.source_system = merges.source_system
            and handoffs.lead_id = merges.lead_id
    left join persons
        on
            handoffs.source_system = persons.source_system
            and handoffs.lead_id = persons.lead_id
    {%- for part in parts %}
    left join {{ part }}
        on
            handoffs.source_system = {{ part }}.source_system
            and handoffs.lead_id = {{ part }}.lead_id
            and handoffs.handoff_number = {{ part }}.handoff_number
    {%- endfor %}
    left join conflicts
        on
            progress.status_group_at_span_end = conflicts.status_group
            and progress.stage_at_span_end = conflicts.stage

)

select * from final
