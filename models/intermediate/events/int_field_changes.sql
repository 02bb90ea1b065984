with

lead_changes as (

    select * from {{ ref('int_crm__lead_changes') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

owner_aliases as (

    select * from {{ ref('int_owner_aliases') }}

),

logged as (

    select
        lead_changes.source_system,
        lead_changes.change_id,
        lead_changes.lead_id,
        lead_changes.field,
        case when lead_changes.field = 'owner_id' then coalesce(old_owner.as_owner_id, lead_changes.old_value)
            else lead_changes.old_value end as old_value,
        case when lead_changes.field = 'owner_id' then coalesce(new_owner.as_owner_id, lead_changes.new_value)
            else lead_changes.new_value end as new_value,
        lead_changes.has_old_value,
        {{ placed_instant('lead_changes.changed_at', 'lead_changes.changed_at_is_day') }} as changed_at,
        coalesce(lead_changes.changed_at_is_day, false) as is_day_level,
        coalesce(actor.as_actor_id, lead_changes.changed_by) as actor_id,
        coalesce(lead_changes.is_automated_source, false) as is_automated_source
    from lead_changes
    cross join clock
    left join owner_aliases as old_owner
        on
            lead_changes.source_system = old_owner.source_system
            and lead_changes.old_value = old_owner.alias_id
            and lead_changes.field = 'owner_id'
    left join owner_aliases as new_owner
        on
            lead_changes.source_system = new_owner.source_system
            and lead_changes.new_value = new_owner.alias_id
            and lead_changes.field = 'owner_id'
    left join owner_aliases as actor
        on
            lead_changes.source_system = actor.source_system
            and lead_changes.changed_by = actor.alias_id
    where lead_changes.field in ('lifecycle_stage', 'status', 'owner_id', 'rejection_reason')

),

counted as (

    select
        *,
        count(*) over (partition by source_system, lead_id, field, changed_at) as changes_at_instant
    from logged

),

tied as (

    select
        source_system,
        change_id,
        lead_id,
        field,
        changed_at,
        coalesce({{ match_key('old_value') }}, '') as old_key,
        coalesce({{ match_key('new_value') }}, '') as new_key
    from counted
    where
        changes_at_instant > 1
        and has_old_value

),

-- Changes of one field at one instant follow one another old to new: the step of each is how many come before it.
first_steps as (

    select
        tied.source_system,
        tied.change_id,
        tied.lead_id,
        tied.field,
        tied.changed_at,
        tied.new_key
    from tied
    left join tied as earlier
        on
            tied.source_system = earlier.source_system
            and tied.lead_id = earlier.lead_id
            and tied.field = earlier.field
            and tied.changed_at = earlier.changed_at
            and tied.change_id != earlier.change_id
            and tied.old_key = earlier.new_key
    where earlier.change_id is null

),

-- Where they run in a circle, the one that starts from what stood before goes first.
previous_instants as (

    select
        tied.source_system,
        tied.change_id,
        max(counted.changed_at) as previous_changed_at
    from tied
    inner join counted
        on
            tied.source_system = counted.source_system
            and tied.lead_id = counted.lead_id
            and tied.field = counted.field
            and counted.changed_at < tied.changed_at
    group by tied.source_system, tied.change_id

),

continued_steps as (

    select distinct
        tied.source_system,
        tied.change_id
    from tied
    inner join previous_instants
        on
            tied.source_system = previous_instants.source_system
            and tied.change_id = previous_instants.change_id
    inner join counted
        on
            tied.source_system = counted.source_system
            and tied.lead_id = counted.lead_id
            and tied.field = counted.field
            and previous_instants.previous_changed_at = counted.changed_at
            and tied.old_key = coalesce({{ match_key('counted.new_value') }}, '')

),

{% for step in [2, 3, 4] %}
{%- set before = 'first_steps' if step == 2 else 'steps_' ~ (step - 1) %}
steps_{{ step }} as (

    select
        tied.source_system,
        tied.change_id,
        tied.lead_id,
        tied.field,
        tied.changed_at,
        tied.new_key
    from tied
    inner join {{ before }} as step_before
        on
            tied.source_system = step_before.source_system
            and tied.lead_id = step_before.lead_id
            and tied.field = step_before.field
            and tied.changed_at = step_before.changed_at
            and tied.change_id != step_before.change_id
            and tied.old_key = step_before.new_key

),

{% endfor %}
steps as (

    select source_system, change_id, 1 as step from first_steps
    {% for step in [2, 3, 4] %}
    union all
    select source_system, change_id, {{ step }} as step from steps_{{ step }}
    {% endfor %}

),

chain_steps as (

    select
        source_system,
        change_id,
        min(step) as step
    from steps
    group by source_system, change_id

),

final as (

    select
        counted.source_system,
        counted.change_id,
        counted.lead_id,
        counted.field,
        counted.old_value,
        counted.new_value,
        counted.has_old_value,
        counted.changed_at,
        counted.is_day_level,
        counted.actor_id,
        counted.is_automated_source,
        row_number() over (
            partition by counted.source_system, counted.lead_id, counted.field
            order by
                counted.changed_at,
                coalesce(chain_steps.step, 9),
                case when continued_steps.change_id is not null then 0 else 1 end,
                counted.change_id
        ) as change_number
    from counted
    left join continued_steps
        on
            counted.source_system = continued_steps.source_system
            and counted.change_id = continued_steps.change_id
    left join chain_steps
        on
            counted.source_system = chain_steps.source_system
            and counted.change_id = chain_steps.change_id

)

select * from final
