{{ by_lead('due') }}
with

queue_spans as (

    select * from {{ ref('int_handoff_owner_spans') }}
    where owner_kind = 'queue'

),

clocks as (

    select * from {{ ref('int_handoff_clocks') }}
    where queue_id != ''

),

queue_members as (

    select * from {{ ref('int_crm__queue_members') }}

),

owners as (

    select * from {{ ref('int_owners') }}

),

queue_policies as (

    select * from {{ ref('int_queue_policies') }}

),

-- Members through other queues count.
{{ nested_members('members_of_members', 'queue_members', 'queue_id', 'owner_id') }},

active_members as (

    select distinct
        members_of_members.source_system,
        members_of_members.queue_id
    from members_of_members
    left join owners
        on
            members_of_members.source_system = owners.source_system
            and members_of_members.owner_id = owners.owner_id
    where
        coalesce(owners.is_active, true)
        and coalesce(owners.owner_type, 'user') = 'user'

),

waits as (

    select
        source_system,
        lead_id,
        handoff_number,
        bool_or(is_overdue) as has_waited_too_long,
        min(case when is_overdue then due_at end) as waited_too_long_at,
        {{ value_at_first('queue_id', 'due_at') }} filter (where is_overdue) as overdue_queue_id,
        {{ value_at_first('business_minutes', 'due_at') }} filter (where is_overdue) as overdue_wait_minutes,
        {{ value_at_first('allowance_minutes', 'due_at') }} filter (where is_overdue) as overdue_wait_allowance
    from clocks
    group by source_system, lead_id, handoff_number

),

watched as (

    select
        queue_spans.source_system,
        queue_spans.lead_id,
        queue_spans.handoff_number,
        bool_or(active_members.queue_id is null) as has_queue_without_members,
        min(case when active_members.queue_id is null then queue_spans.owned_from end) as without_members_from,
        {{ value_at_first('queue_spans.owner_id', 'queue_spans.owned_from') }}
            filter (where active_members.queue_id is null) as queue_without_members,
        bool_or(queue_policies.escalation_owner is null) as has_queue_without_escalation,
        min(case when queue_policies.escalation_owner is null then queue_spans.owned_from end)
            as without_escalation_from,
        {{ value_at_first('queue_spans.owner_id', 'queue_spans.owned_from') }}
            filter (where queue_policies.escalation_owner is null) as queue_without_escalation
    from queue_spans
    left join active_members
        on
            queue_spans.source_system = active_members.source_system
            and queue_spans.owner_id = active_members.queue_id
    left join queue_policies
        on
            queue_spans.source_system = queue_policies.source_system
            and queue_spans.owner_id = queue_policies.queue_id
            and cast(queue_spans.owned_from as date) >= queue_policies.valid_from
            and cast(queue_spans.owned_from as date) < queue_policies.valid_to
    group by queue_spans.source_system, queue_spans.lead_id, queue_spans.handoff_number

),

final as (

    select
        watched.source_system,
        watched.lead_id,
        watched.handoff_number,
        watched.has_queue_without_members,
        watched.without_members_from,
        watched.queue_without_members,
        watched.has_queue_without_escalation,
        watched.without_escalation_from,
        watched.queue_without_escalation,
        coalesce(waits.has_waited_too_long, false) as has_waited_too_long,
        waits.waited_too_long_at,
        waits.overdue_queue_id,
        waits.overdue_wait_minutes,
        waits.overdue_wait_allowance
    from watched
    left join waits
        on
            watched.source_system = waits.source_system
            and watched.lead_id = waits.lead_id
            and watched.handoff_number = waits.handoff_number

)

select * from final
