{#-
  Every share of the diagnosis, once: of the handoffs it is `asked` of, those that are `due` enter the denominator
  (the rest is pending), and of these the ones that are `met` enter the numerator. Conditions are SQL over
  the columns of `judged` in int_metric_facts; merged and deleted handoffs are asked nothing.
-#}
{% macro metric_definitions() %}
    {%- set tells_acceptance = "records_acceptance and is_status_tracked and is_stage_tracked" -%}
    {%- set tells_action = "records_activity and records_owner and records_sales_team and is_owner_tracked" -%}
    {#- Without a due time the owner is only inferred: then nobody can say what was done in time. -#}
    {%- set is_acted_on = "human_owned_at is not null and first_action_due_at is not null" -%}
    {#-
      What is known by its day only was neither in time nor late. What never happened was not in time, however little
      is known of the closing; but where hardly any instant is known, such misses would be all that is left.
    -#}
    {%- set tells_action_time = "times_actions and (human_activity_count = 0 or not is_first_human_day_level)" -%}
    {%- set tells_owner = "records_owner and records_sales_team and is_owner_tracked" -%}
    {%- set tells_assignment_time = "times_assignments and (assigned_at is null or is_assignment_timed)" -%}
    {%- set tells_outcome = "(records_status or records_lifecycle_stage) and is_status_tracked and is_stage_tracked" -%}
    {%- set is_decided = "outcome != 'open' or is_age_overdue" -%}
    {%- do return([
        {
            'name': 'mql_to_sal_rate',
            'asked': tells_acceptance ~ " and opened_by = 'mql'",
            'due': "accepted_at is not null or outcome != 'open' or is_acceptance_overdue",
            'met': "accepted_at is not null",
        },
        {
            'name': 'first_activity_completion_rate',
            'asked': tells_action ~ " and " ~ is_acted_on,
            'due': "human_activity_count > 0 or outcome != 'open' or is_first_action_overdue",
            'met': "human_activity_count > 0",
        },
        {
            'name': 'first_action_sla_rate',
            'asked': tells_action ~ " and " ~ is_acted_on ~ " and " ~ tells_action_time,
            'due': "human_activity_count > 0 or outcome != 'open' or is_first_action_overdue",
            'met': "human_activity_count > 0 and not is_first_action_overdue",
        },
        {
            'name': 'rejection_reason_completeness',
            'asked': "records_rejection_reason and outcome = 'rejected' and is_reason_known",
            'due': "true",
            'met': "rejection_reason is not null",
        },
        {
            'name': 'opportunity_creation_rate',
            'asked': tells_acceptance ~ " and records_opportunity and accepted_at is not null",
            'due': is_decided,
            'met': "opportunity_created_at is not null",
        },
        {
            'name': 'owner_presence_rate',
            'asked': tells_owner,
            'due': "assigned_at is not null or outcome != 'open' or is_assignment_overdue",
            'met': "assigned_at is not null",
        },
        {
            'name': 'owner_assignment_sla_rate',
            'asked': tells_owner ~ " and " ~ tells_assignment_time,
            'due': "assigned_at is not null or outcome != 'open' or is_assignment_overdue",
            'met': "assigned_at is not null and not is_assignment_overdue",
        },
        {
            'name': 'context_completeness_rate',
            'asked': "records_original_source or records_campaign or records_landing_page or records_conversion_point"
                ~ " or records_intent_signal or records_qualification_reason",
            'due': "true",
            'met': "is_context_complete",
        },
        {
            'name': 'recycle_rate',
            'asked': tells_outcome,
            'due': is_decided,
            'met': "outcome = 'recycled'",
        },
        {
            'name': 'disqualification_rate',
            'asked': tells_outcome,
            'due': is_decided,
            'met': "outcome = 'rejected'",
        },
        {
            'name': 'quality_rejection_rate',
            'asked': tells_outcome ~ " and records_rejection_reason"
                ~ " and (outcome != 'rejected' or (is_reason_known and rejection_reason is not null))",
            'due': is_decided,
            'met': "outcome = 'rejected'"
                ~ " and rejection_reason in ('poor_company_fit', 'wrong_role', 'invalid_contact', 'spam')",
        },
        {
            'name': 'rejected_without_attempt_rate',
            'asked': "records_activity and records_sales_team and outcome = 'rejected'"
                ~ " and coalesce(rejection_reason, '')"
                ~ " not in ('duplicate', 'existing_customer', 'invalid_contact', 'spam')",
            'due': "true",
            'met': "human_activity_count = 0",
        },
        {
            'name': 'reassignment_rate',
            'asked': tells_owner ~ " and records_owner_history and human_owned_at is not null",
            'due': is_decided,
            'met': "reassignment_count > 0",
        },
        {
            'name': 'stale_rate',
            'asked': "records_status_history and is_status_tracked and outcome = 'open'",
            'due': "is_stale_overdue or age_used_minutes > stale_allowance_minutes",
            'met': "is_stale_overdue and not has_future_task",
        },
    ]) -%}
{% endmacro %}

{#-
  Every wait, once: how long it took where it is over, how long it has lasted where it is not (censored at the
  closing or at as_of). Neither known to the minute: the handoff is not on this clock.
-#}
{% macro wait_definitions() %}
    {%- set tells_acceptance = "records_acceptance and is_status_tracked and is_stage_tracked" -%}
    {%- set tells_action = "records_activity and records_sales_team" -%}
    {%- set tells_owner = "records_owner and records_sales_team and is_owner_tracked" -%}
    {%- set never_owned = "assigned_at is null and human_activity_count = 0 and is_assignment_to_the_minute" -%}
    {%- set untouched = "human_activity_count = 0 and first_action_due_at is not null"
        ~ " and is_first_action_to_the_minute" -%}
    {%- set waiting = "human_owned_at is null and human_activity_count = 0 and is_waiting_to_the_minute" -%}
    {%- do return([
        {
            'name': 'sales_acceptance_minutes',
            'asked': tells_acceptance,
            'ended': "case when is_acceptance_to_the_minute and accepted_at is not null"
                ~ " then acceptance_used_minutes end",
            'lasting': "case when is_acceptance_to_the_minute and accepted_at is null then acceptance_used_minutes end",
        },
        {
            'name': 'speed_to_lead_minutes',
            'asked': tells_action,
            'ended': "speed_to_lead_minutes",
            'lasting': "case when " ~ untouched ~ " then routing_minutes + queue_minutes + first_action_used_minutes"
                ~ " when " ~ waiting ~ " then routing_minutes + waiting_used_minutes"
                ~ " when " ~ never_owned ~ " then assignment_used_minutes end",
        },
        {
            'name': 'routing_minutes',
            'asked': tells_owner,
            'ended': "routing_minutes",
            'lasting': "case when " ~ never_owned ~ " then assignment_used_minutes end",
        },
        {
            'name': 'queue_minutes',
            'asked': tells_owner,
            'ended': "queue_minutes",
            'lasting': "case when " ~ waiting ~ " then waiting_used_minutes end",
        },
        {
            'name': 'queue_wait_minutes',
            'asked': tells_owner ~ " and first_queue_id is not null and " ~ is_queue_before_sales(),
            'ended': "queue_minutes",
            'lasting': "case when " ~ waiting ~ " then waiting_used_minutes end",
        },
        {
            'name': 'human_minutes',
            'asked': tells_action ~ " and records_owner and is_owner_tracked",
            'ended': "human_minutes",
            'lasting': "case when " ~ untouched ~ " then first_action_used_minutes end",
        },
    ]) -%}
{% endmacro %}

{#- Whether it is known to the minute when an owner was assigned, and since when one was due. -#}
{% macro is_assignment_timed(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    {{ of }}assigned_at is not null
    and not {{ of }}is_assigned_day_level
    and not {{ of }}is_assigned_inferred
    and not {{ of }}is_opened_inferred
{%- endmacro %}

{#- A queue that gets what sales gives back is not the one that the handoff came through. -#}
{% macro is_queue_before_sales(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    coalesce({{ of }}human_owned_at > {{ of }}assigned_at, true)
{%- endmacro %}
