{#-
  The Kaplan–Meier curve of one wait for every slice: a point at minute 0, then one at each minute at which a wait
  ended. A curve is known by one number, made of the slice's dimension and member: it sorts far quicker than their names.
-#}
{% macro survival_mart(wait) -%}
{%- set wait_names = wait_definitions() | map(attribute='name') | list -%}
{%- set dimensions = 100 -%}
with

waits as (

    select * from {{ ref('int_metric_waits') }}
    where wait_number = {{ wait_names.index(wait) + 1 }}

),

numbers as (

    select * from {{ ref('int_slice_numbers') }}

),

slices as (

    select
        dimension,
        member,
        member_number * {{ dimensions }} + case dimension
            {%- for dimension in slice_dimensions() %}
            when '{{ dimension }}' then {{ loop.index }}
            {%- endfor %}
        end as curve_number
    from numbers

    union all

    select 'all' as dimension, 'all' as member, cast(0 as bigint) as curve_number

),

sliced as (

    select cast(0 as bigint) as curve_number, minute, sum(is_ended) as events, count(*) as exits
    from waits
    group by 1, 2

    {% for dimension in slice_dimensions() %}
    union all

    select
        {{ dimension }}_number * {{ dimensions }} + {{ loop.index }} as curve_number,
        minute, sum(is_ended) as events, count(*) as exits
    from waits
    where {{ dimension }}_number is not null
    group by 1, 2

    {% endfor %}
),

starts as (

    select
        curve_number,
        cast(0 as double) as minute
    from sliced
    group by curve_number
    having min(minute) > 0

),

leaving as (

    select curve_number, minute, events, exits
    from sliced

    union all

    select curve_number, minute, 0 as events, 0 as exits
    from starts

),

{{ kaplan_meier('curve', 'leaving', ['curve_number']) }},

final as (

    select
        slices.dimension,
        slices.member,
        curve.minute,
        cast(curve.at_risk as bigint) as at_risk,
        cast(curve.events as bigint) as events,
        exp(curve.log_survival) as survival,
        exp(curve.log_ci_low) as ci_low,
        exp(curve.log_ci_high) as ci_high
    from curve
    inner join slices on curve.curve_number = slices.curve_number

)

select * from final
{%- endmacro %}
