{#- element, table, the instant that a load stamps, whether only a day is known of it, further condition -#}
{%- set stamps = [
    ('created_at', 'int_crm__leads', 'created_at', 'created_at_is_day', 'true'),
    ('mql_date', 'int_crm__leads', 'mql_at', 'mql_at_is_day', 'true'),
    ('assignment_stamp', 'int_crm__leads', 'assigned_at', 'assigned_at_is_day', 'true'),
    ('acceptance_stamp', 'int_crm__leads', 'accepted_at', 'accepted_at_is_day', 'true'),
    ('activity', 'int_crm__activities', 'happened_at', 'happened_is_day', 'true'),
    ('owner_history', 'int_crm__lead_changes', 'changed_at', 'changed_at_is_day', "field = 'owner_id'"),
    ('status_history', 'int_crm__lead_changes', 'changed_at', 'changed_at_is_day', "field = 'status'"),
    ('lifecycle_stage_history', 'int_crm__lead_changes', 'changed_at', 'changed_at_is_day', "field = 'lifecycle_stage'"),
] -%}
with

-- Instants are counted first and leads only of the few that are left: the logs are long.
busy_instants as (

    {% for element, table, instant, is_day, condition in stamps %}
    select
        source_system,
        '{{ element }}' as element,
        {{ instant }} as stamped_at
    from {{ ref(table) }}
    where
        {{ instant }} is not null
        and not coalesce({{ is_day }}, false)
        and {{ condition }}
    group by source_system, {{ instant }}
    having count(*) >= {{ var('bulk_load_leads') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

stamped as (

    {% for element, table, instant, is_day, condition in stamps %}
    select
        busy_instants.source_system,
        busy_instants.element,
        busy_instants.stamped_at,
        records.lead_id
    from busy_instants
    inner join {{ ref(table) }} as records
        on
            busy_instants.source_system = records.source_system
            and busy_instants.stamped_at = records.{{ instant }}
    where
        busy_instants.element = '{{ element }}'
        and not coalesce(records.{{ is_day }}, false)
        and {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

same_instant as (

    select
        source_system,
        element,
        stamped_at,
        count(distinct lead_id) as leads_at_instant
    from stamped
    group by source_system, element, stamped_at

),

-- Nobody fills in a form, and nobody calls, that often in one instant.
final as (

    select
        source_system,
        element,
        cast(sum(leads_at_instant) as bigint) as bulk_loaded_leads,
        min(stamped_at) as first_bulk_load_at
    from same_instant
    where leads_at_instant >= {{ var('bulk_load_leads') }}
    group by source_system, element

)

select * from final
