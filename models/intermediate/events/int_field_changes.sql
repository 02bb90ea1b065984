{{ by_lead('changed', in_parts=true) }}
{#- So many changes of one field at one instant are put in order by their values; more than that by their ids. -#}
{%- set lengths = [1, 2, 3, 4, 5, 6] -%}
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
        coalesce(old_owner.as_owner_id, lead_changes.old_value) as old_value,
        coalesce(new_owner.as_owner_id, lead_changes.new_value) as new_value,
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
            and case when lead_changes.field = 'owner_id' then lead_changes.old_value end = old_owner.alias_id
    left join owner_aliases as new_owner
        on
            lead_changes.source_system = new_owner.source_system
            and case when lead_changes.field = 'owner_id' then lead_changes.new_value end = new_owner.alias_id
    left join owner_aliases as actor
        on
            lead_changes.source_system = actor.source_system
            and lead_changes.changed_by = actor.alias_id
    where lead_changes.field in ('lifecycle_stage', 'status', 'owner_id', 'rejection_reason')

),

-- Hardly any change shares its instant with another one of its field: only those that do are put in order below.
numbered as (

    select
        *,
        row_number() over field_log as number_by_id,
        coalesce(changed_at = lag(changed_at) over field_log, false)
        or coalesce(changed_at = lead(changed_at) over field_log, false) as shares_instant
    from logged
    window field_log as (partition by source_system, lead_id, field order by changed_at, change_id)

),

counted as (

    select
        *,
        count(*) over (partition by source_system, lead_id, field, changed_at) as changes_at_instant,
        min(number_by_id) over (partition by source_system, lead_id, field, changed_at) as first_number
    from numbered
    where shares_instant

),

tied as (

    select
        source_system,
        change_id,
        lead_id,
        field,
        changed_at,
        changes_at_instant,
        coalesce({{ match_key('old_value') }}, '') as old_key,
        coalesce({{ match_key('new_value') }}, '') as new_key
    from counted
    where
        changes_at_instant <= {{ lengths[-1] }}
        and has_old_value

),

-- Changes of an instant from whose new value another of it starts.
passed_on as (

    select distinct
        tied.source_system,
        tied.change_id,
        tied.lead_id,
        tied.field,
        tied.changed_at,
        tied.changes_at_instant
    from tied
    inner join tied as next_change
        on
            tied.source_system = next_change.source_system
            and tied.lead_id = next_change.lead_id
            and tied.field = next_change.field
            and tied.changed_at = next_change.changed_at
            and tied.new_key = next_change.old_key
            and tied.change_id != next_change.change_id

),

passed_on_counted as (

    select
        *,
        count(*) over (partition by source_system, lead_id, field, changed_at) as passed_on_at_instant
    from passed_on

),

-- Their value did not outlast the instant. Of a circle all are passed on, and any may have been the last.
did_not_last as (

    select
        source_system,
        change_id
    from passed_on_counted
    where passed_on_at_instant < changes_at_instant

),

neighbouring_instants as (

    select
        tied.source_system,
        tied.change_id,
        max(case when numbered.changed_at < tied.changed_at then numbered.changed_at end) as previous_changed_at,
        min(case when numbered.changed_at > tied.changed_at then numbered.changed_at end) as next_changed_at
    from tied
    inner join numbered
        on
            tied.source_system = numbered.source_system
            and tied.lead_id = numbered.lead_id
            and tied.field = numbered.field
    group by tied.source_system, tied.change_id

),

-- Changes that start from what stood before, or, where nothing did, from what stands after: a circle ends there too.

continued_changes as (

    select distinct
        tied.source_system,
        tied.change_id
    from tied
    inner join neighbouring_instants as neighbours
        on
            tied.source_system = neighbours.source_system
            and tied.change_id = neighbours.change_id
    inner join numbered
        on
            tied.source_system = numbered.source_system
            and tied.lead_id = numbered.lead_id
            and tied.field = numbered.field
            and coalesce(neighbours.previous_changed_at, neighbours.next_changed_at) = numbered.changed_at
            and tied.old_key = case
                when neighbours.previous_changed_at is null then coalesce({{ match_key('numbered.old_value') }}, '')
                else coalesce({{ match_key('numbered.new_value') }}, '')
            end
    left join did_not_last
        on
            numbered.source_system = did_not_last.source_system
            and case when neighbours.previous_changed_at is not null then numbered.change_id end = did_not_last.change_id
    where did_not_last.change_id is null

),

-- Changes of one field at one instant follow one another old to new. Every such chain, written as its ids.
chains_1 as (

    select
        tied.source_system,
        tied.lead_id,
        tied.field,
        tied.changed_at,
        tied.changes_at_instant,
        tied.new_key,
        case when continued_changes.change_id is null then 1 else 0 end as start_rank,
        '|' || tied.change_id || '|' as chain
    from tied
    left join continued_changes
        on
            tied.source_system = continued_changes.source_system
            and tied.change_id = continued_changes.change_id

),

{% for length in lengths[1:] %}
chains_{{ length }} as (

    select
        chains.source_system,
        chains.lead_id,
        chains.field,
        chains.changed_at,
        chains.changes_at_instant,
        tied.new_key,
        chains.start_rank,
        chains.chain || tied.change_id || '|' as chain
    from chains_{{ length - 1 }} as chains
    inner join tied
        on
            chains.source_system = tied.source_system
            and chains.lead_id = tied.lead_id
            and chains.field = tied.field
            and chains.changed_at = tied.changed_at
            and chains.new_key = tied.old_key
            and instr(chains.chain, '|' || tied.change_id || '|') = 0

),

{% endfor %}
-- A chain counts if it holds every change of its instant; the one that starts from what stood before goes first.
whole_chains as (

    {% for length in lengths[1:] %}
    select * from chains_{{ length }} where changes_at_instant = {{ length }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

numbered_chains as (

    select
        source_system,
        lead_id,
        field,
        changed_at,
        chain,
        row_number() over (
            partition by source_system, lead_id, field, changed_at order by start_rank, chain
        ) as chain_number
    from whole_chains

),

final as (

    select
        source_system,
        change_id,
        lead_id,
        field,
        old_value,
        new_value,
        has_old_value,
        changed_at,
        is_day_level,
        actor_id,
        is_automated_source,
        number_by_id as change_number
    from numbered
    where not shares_instant

    union all

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
        counted.first_number - 1 + row_number() over (
            partition by counted.source_system, counted.lead_id, counted.field, counted.changed_at
            order by instr(numbered_chains.chain, '|' || counted.change_id || '|'), counted.change_id
        ) as change_number
    from counted
    left join numbered_chains
        on
            counted.source_system = numbered_chains.source_system
            and counted.lead_id = numbered_chains.lead_id
            and counted.field = numbered_chains.field
            and counted.changed_at = numbered_chains.changed_at
            and numbered_chains.chain_number = 1

)

select * from final
