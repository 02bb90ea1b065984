-- Whatever holds for a time holds alone: an owner of a lead, a team of an owner, an opening of a calendar, an
-- allowance, a queue's rule. An overlap would count one moment twice.
{%- set periods = [
    ('int_owner_spans', "source_system || ' ' || lead_id", 'starts_at', 'ends_at'),
    ('int_owner_team_periods', "source_system || ' ' || owner_id", 'starts_at', 'ends_at'),
    ('int_owner_crm_teams', "source_system || ' ' || owner_id", 'valid_from', 'valid_to'),
    ('int_calendar_openings', 'calendar_id', 'opens_at', 'closes_at'),
    ('int_allowance_periods', 'allowance', 'valid_from', 'valid_to'),
    ('int_queue_policies', "source_system || ' ' || queue_id", 'valid_from', 'valid_to'),
] %}
with

periods as (

    {% for model, whose, starts_at, ends_at in periods %}
    select
        '{{ model }}' as what,
        {{ whose }} as whose,
        cast({{ starts_at }} as timestamp) as starts_at,
        cast({{ ends_at }} as timestamp) as ends_at
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

followed as (

    select
        periods.*,
        lead(starts_at) over (partition by what, whose order by starts_at, ends_at) as next_starts_at
    from periods

),

final as (

    select * from followed
    where
        ends_at < starts_at
        or next_starts_at < ends_at

)

select * from final
