{{ by_lead('due', until_as_of='span_ends_at') }}
{%- set passes = ['', '_again', '_once_more'] -%}
{#- What the log has before the opening ends something else. -#}
{%- set ends_it -%}
    closings.closed_at > possible_openings.opened_at or closings.log_order >= possible_openings.log_order
{%- endset -%}
{%- set outcome_rank = 'case when ' ~ ends_it ~ ' then closings.outcome_rank end' -%}
{#- The end is known as well as any of the events that bring this outcome at its instant. -#}
{%- set vagueness -%}
    case
        when not ({{ ends_it }}) then null
        when closings.is_inferred then closings.outcome_rank * 10 + 3
        when closings.is_day_level then closings.outcome_rank * 10 + 2
        else closings.outcome_rank * 10 + 1
    end
{%- endset -%}
with

openings as (

    select * from {{ ref('int_handoff_openings') }}

),

closings as (

    select * from {{ ref('int_handoff_closings') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

opened_leads as (

    select
        source_system,
        lead_id,
        min(opened_at) as first_opened_at
    from openings
    where opened_by != 'status_reopened'
    group by source_system, lead_id

),

moments as (

    select
        source_system, lead_id, opened_at as moment, 0 as is_closing, opened_by, opening_rank, is_day_level,
        provenance = 'inferred' as is_inferred, event_rank * 100000 + change_order as log_order,
        cast(null as timestamp) as closed_at
    from openings

    union all

    select
        closings.source_system, closings.lead_id, closings.closed_at as moment, 1 as is_closing,
        cast(null as string) as opened_by, cast(null as integer) as opening_rank,
        cast(null as boolean) as is_day_level,
        cast(null as boolean) as is_inferred, closings.log_order, closings.closed_at
    from closings
    inner join opened_leads
        on
            closings.source_system = opened_leads.source_system
            and closings.lead_id = opened_leads.lead_id
    where closings.closed_at >= opened_leads.first_opened_at

),

-- Whatever would open a handoff before the same closing belongs to one and the same handoff.
openings_with_closing as (

    select
        source_system,
        lead_id,
        moment as opened_at,
        is_closing,
        opened_by,
        opening_rank,
        is_day_level,
        is_inferred,
        log_order,
        min(closed_at) over (
            partition by source_system, lead_id
            order by moment, log_order, is_closing
            rows between current row and unbounded following
        ) as closed_at
    from moments

),

possible_openings as (

    select
        openings_with_closing.source_system,
        openings_with_closing.lead_id,
        openings_with_closing.opened_at,
        openings_with_closing.opened_by,
        openings_with_closing.opening_rank,
        openings_with_closing.log_order,
        openings_with_closing.is_day_level,
        openings_with_closing.is_inferred,
        openings_with_closing.closed_at
    from openings_with_closing
    inner join opened_leads
        on
            openings_with_closing.source_system = opened_leads.source_system
            and openings_with_closing.lead_id = opened_leads.lead_id
    where
        openings_with_closing.is_closing = 0
        and openings_with_closing.opened_at >= opened_leads.first_opened_at
        and (
            openings_with_closing.opened_by != 'sales_action'
            or openings_with_closing.opened_at = opened_leads.first_opened_at
        )
        and (
            openings_with_closing.opened_by != 'status_reopened'
            or openings_with_closing.opened_at > opened_leads.first_opened_at
        )

),

-- Of several endings at one instant the first of the list counts.
candidates as (

    select
        possible_openings.source_system,
        possible_openings.lead_id,
        possible_openings.opened_at,
        possible_openings.opened_by,
        possible_openings.opening_rank,
        possible_openings.log_order,
        possible_openings.is_day_level,
        possible_openings.is_inferred,
        possible_openings.closed_at,
        coalesce({{ value_at_first('closings.outcome', outcome_rank) }}, 'open') as outcome,
        coalesce({{ value_at_first('closings.is_day_level', vagueness) }}, false) as is_closed_day_level,
        coalesce({{ value_at_first('closings.is_inferred', vagueness) }}, false) as is_closed_inferred
    from possible_openings
    left join closings
        on
            possible_openings.source_system = closings.source_system
            and possible_openings.lead_id = closings.lead_id
            and possible_openings.closed_at = closings.closed_at
    group by
        possible_openings.source_system,
        possible_openings.lead_id,
        possible_openings.opened_at,
        possible_openings.opened_by,
        possible_openings.opening_rank,
        possible_openings.log_order,
        possible_openings.is_day_level,
        possible_openings.is_inferred,
        possible_openings.closed_at

),

-- Which openings count hangs on which handoffs closed before them, and those on which openings counted. An opening of
-- the very instant of such a close opens nothing; the few leads that have one are gone through again without the first
-- of them, since what closes after it may be no close then, and once more without any other.
{% for again in passes %}
ordered_candidates{{ again }} as (

    select
        *,
        row_number() over (
            partition by source_system, lead_id order by opened_at, opening_rank, log_order
        ) as candidate_number
    from candidates{{ again }}

),

windows{{ again }} as (

    select
        source_system,
        lead_id,
        closed_at,
        {{ value_at_first('outcome', 'candidate_number') }} as outcome,
        max(case when opened_by != 'status_reopened' then 1 else 0 end) as is_declared,
        row_number() over (
            partition by source_system, lead_id order by coalesce(closed_at, cast('9999-12-31' as timestamp))
        ) as window_number
    from ordered_candidates{{ again }}
    group by source_system, lead_id, closed_at

),

-- A status alone re-opens a lead only while every handoff since the last declared one ended rejected or recycled.
declarations{{ again }} as (

    select
        *,
        coalesce(sum(is_declared) over (
            partition by source_system, lead_id order by window_number
            rows between unbounded preceding and 1 preceding
        ), 0) as declarations_before
    from windows{{ again }}

),

reopenable{{ again }} as (

    select
        source_system,
        lead_id,
        closed_at,
        window_number,
        is_declared,
        max(case when outcome in ('rejected', 'recycled') then 0 else 1 end) over (
            partition by source_system, lead_id, declarations_before + is_declared
            order by window_number
            rows between unbounded preceding and current row
        ) as has_final_ending
    from declarations{{ again }}

),

reopened{{ again }} as (

    select
        source_system,
        lead_id,
        closed_at,
        window_number,
        is_declared,
        lag(has_final_ending) over (partition by source_system, lead_id order by window_number) as ended_for_good_before
    from reopenable{{ again }}

),

-- A status that may not re-open has opened nothing, so nothing closed where its window ends.
reopenable_before{{ again }} as (

    select
        source_system,
        lead_id,
        closed_at,
        ended_for_good_before,
        max(case when is_declared = 1 or ended_for_good_before = 0 then closed_at end) over (
            partition by source_system, lead_id order by window_number
            rows between unbounded preceding and 1 preceding
        ) as last_closed_at
    from reopened{{ again }}

),

allowed{{ again }} as (

    select
        candidates.*,
        row_number() over (
            partition by
                candidates.source_system,
                candidates.lead_id,
                coalesce(candidates.closed_at, cast('9999-12-31' as timestamp))
            order by candidates.opened_at, candidates.opening_rank, candidates.log_order
        ) as opening_number
    from candidates{{ again }} as candidates
    inner join reopenable_before{{ again }} as reopenable_before
        on
            candidates.source_system = reopenable_before.source_system
            and candidates.lead_id = reopenable_before.lead_id
            and coalesce(candidates.closed_at, cast('9999-12-31' as timestamp))
            = coalesce(reopenable_before.closed_at, cast('9999-12-31' as timestamp))
    where
        (
            candidates.opened_by != 'status_reopened'
            or reopenable_before.ended_for_good_before = 0
        )
        and (
            reopenable_before.last_closed_at is null
            or candidates.opened_at > reopenable_before.last_closed_at
        )

),

{% if not loop.last %}
{%- set next = passes[loop.index] %}
openings_at_a_close{{ again }} as (

    select
        candidates.source_system,
        candidates.lead_id,
        candidates.opened_at,
        coalesce(candidates.closed_at, cast('9999-12-31' as timestamp)) as closed_at,
        row_number() over (
            partition by candidates.source_system, candidates.lead_id order by candidates.opened_at
        ) as close_number
    from candidates{{ again }} as candidates
    inner join reopenable_before{{ again }} as reopenable_before
        on
            candidates.source_system = reopenable_before.source_system
            and candidates.lead_id = reopenable_before.lead_id
            and coalesce(candidates.closed_at, cast('9999-12-31' as timestamp))
            = coalesce(reopenable_before.closed_at, cast('9999-12-31' as timestamp))
            and candidates.opened_at = reopenable_before.last_closed_at
    group by candidates.source_system, candidates.lead_id, candidates.opened_at, candidates.closed_at

),

leads_with_such_openings{{ again }} as (

    select
        source_system,
        lead_id
    from openings_at_a_close{{ again }}
    group by source_system, lead_id

),

candidates{{ next }} as (

    select candidates.*
    from candidates{{ again }} as candidates
    inner join leads_with_such_openings{{ again }} as leads_with_such_openings
        on
            candidates.source_system = leads_with_such_openings.source_system
            and candidates.lead_id = leads_with_such_openings.lead_id
    left join openings_at_a_close{{ again }} as openings_at_a_close
        on
            candidates.source_system = openings_at_a_close.source_system
            and candidates.lead_id = openings_at_a_close.lead_id
            and candidates.opened_at = openings_at_a_close.opened_at
            and coalesce(candidates.closed_at, cast('9999-12-31' as timestamp)) = openings_at_a_close.closed_at
            {%- if loop.first %}
            and openings_at_a_close.close_number = 1
            {%- endif %}
    where openings_at_a_close.lead_id is null

),

{% endif %}
{% endfor %}
opened as (

    {% for again in passes %}
    select allowed.*
    from allowed{{ again }} as allowed
    {% if not loop.last %}
    left join leads_with_such_openings{{ again }} as leads_with_such_openings
        on
            allowed.source_system = leads_with_such_openings.source_system
            and allowed.lead_id = leads_with_such_openings.lead_id
    {% endif %}
    where
        allowed.opening_number = 1
        {%- if not loop.last %}
        and leads_with_such_openings.lead_id is null

    union all

    {% endif %}
    {%- endfor %}

),

numbered as (

    select
        opened.*,
        row_number() over (
            partition by opened.source_system, opened.lead_id order by opened.opened_at
        ) as handoff_number,
        lead(opened.opened_at) over (
            partition by opened.source_system, opened.lead_id order by opened.opened_at
        ) as next_opened_at,
        lead(opened.is_day_level, 1, false) over (
            partition by opened.source_system, opened.lead_id order by opened.opened_at
        ) as is_next_opened_day_level,
        lead(opened.is_inferred, 1, false) over (
            partition by opened.source_system, opened.lead_id order by opened.opened_at
        ) as is_next_opened_inferred
    from opened

),

final as (

    select
        numbered.source_system,
        numbered.lead_id,
        cast(numbered.handoff_number as integer) as handoff_number,
        numbered.opened_at,
        numbered.opened_by,
        numbered.is_day_level as is_opened_day_level,
        numbered.is_inferred as is_opened_inferred,
        numbered.closed_at,
        numbered.outcome,
        numbered.is_closed_day_level,
        numbered.is_closed_inferred,
        coalesce(numbered.closed_at, clock.as_of) as window_ends_at,
        numbered.next_opened_at,
        numbered.is_next_opened_day_level,
        numbered.is_next_opened_inferred,
        -- The span runs to just before the next opening.
        coalesce({{ add_seconds('numbered.next_opened_at', '-0.000001') }}, clock.as_of) as span_ends_at,
        numbered.next_opened_at is null as is_last_handoff,
        {{ local_day('numbered.opened_at', 'clock.default_timezone') }} as opened_on,
        {{ local_day('coalesce(numbered.closed_at, clock.as_of)', 'clock.default_timezone') }} as window_ends_on
    from numbered
    cross join clock

)

select * from final
