with

facts as (

    select * from {{ ref('int_metric_facts') }}

),

numbers as (

    select * from {{ ref('int_slice_numbers') }}

),

numbered as (

    select
        {%- for grain, period_start in metric_periods() if grain != 'all' %}
        {{ day_number(period_start) }} as {{ grain }}_number,
        {%- endfor %}
        facts.is_open
        {%- for dimension in slice_dimensions() %},
        {{ dimension }}_numbers.member_number as {{ dimension }}_number
        {%- endfor %}
        {%- for wait in wait_definitions() %},
        facts.{{ wait.name }},
        facts.is_{{ wait.name }}_ended
        {%- endfor %}
    from facts
    {%- for dimension in slice_dimensions() %}
    left join numbers as {{ dimension }}_numbers
        on
            facts.{{ dimension }} = {{ dimension }}_numbers.member
            and {{ dimension }}_numbers.dimension = '{{ dimension }}'
    {%- endfor %}

),

final as (

    {% for wait in wait_definitions() %}
    select
        {{ loop.index }} as wait_number
        {%- for grain, period_start in metric_periods() if grain != 'all' %},
        {{ grain }}_number
        {%- endfor %}
        {%- for dimension in slice_dimensions() %},
        {{ dimension }}_number
        {%- endfor %},
        {{ wait.name }} as minute,
        case when is_{{ wait.name }}_ended then 1 else 0 end as is_ended,
        case when not is_{{ wait.name }}_ended and is_open then 1 else 0 end as is_lasting
    from numbered
    where {{ wait.name }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
