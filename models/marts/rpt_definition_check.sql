with

handoffs as (

    select * from {{ ref('int_handoff_facts') }}
    where outcome not in ('merged', 'deleted')

),

status_events as (

    select * from {{ ref('int_status_events') }}
    where
        is_entry
        and to_group = 'working'

),

-- Accepted is not contacted yet: only the working statuses claim that.
worked as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number
    from handoffs
    inner join status_events
        on
            handoffs.source_system = status_events.source_system
            and handoffs.lead_id = status_events.lead_id
            and status_events.occurred_at between handoffs.opened_at and handoffs.window_ends_at
    group by handoffs.source_system, handoffs.lead_id, handoffs.handoff_number

),

facts as (

    select
        handoffs.*,
        worked.lead_id is not null as has_working_status
    from handoffs
    left join worked
        on
            handoffs.source_system = worked.source_system
            and handoffs.lead_id = worked.lead_id
            and handoffs.handoff_number = worked.handoff_number

),

by_source as (

    select
        source_system
        {%- for check in definition_checks() %},
        sum(case when ({{ check.asked }}) and ({{ check.due }}) and ({{ check.differs }}) then 1 else 0 end)
            as {{ check.check }}_differing,
        sum(case when ({{ check.asked }}) and ({{ check.due }}) then 1 else 0 end) as {{ check.check }}_handoffs
        {%- endfor %}
    from facts
    group by source_system

),

long as (

    {% for check in definition_checks() %}
    select
        source_system,
        '{{ check.term }}' as term,
        '{{ check.check }}' as check_name,
        {{ check.check }}_differing as differing,
        {{ check.check }}_handoffs as handoffs
    from by_source
    where {{ check.check }}_handoffs > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

with_all as (

    select source_system, term, check_name, differing, handoffs
    from long

    union all

    select 'all' as source_system, term, check_name, sum(differing) as differing, sum(handoffs) as handoffs
    from long
    group by term, check_name

),

shares as (

    select
        *,
        cast(differing as double) / handoffs as share,
        {{ wilson_low('differing', 'handoffs') }} as ci_low,
        {{ wilson_high('differing', 'handoffs') }} as ci_high
    from with_all

),

final as (

    select
        source_system,
        term,
        check_name,
        cast(differing as bigint) as differing,
        cast(handoffs as bigint) as handoffs,
        share,
        ci_low,
        ci_high,
        handoffs >= {{ reliable_from() }} as is_reliable,
        {{ percent_text('share') }} || ' ' || case check_name
            {%- for check in definition_checks() %}
            when '{{ check.check }}' then '{{ check.words }}.'
            {%- endfor %}
        end as in_words
    from shares

)

select * from final
