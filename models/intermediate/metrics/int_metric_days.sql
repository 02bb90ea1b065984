with

facts as (

    select * from {{ ref('int_metric_facts') }}

),

final as (

    {% for dimension in ['all'] + slice_dimensions() %}
    select
        {{ slice_columns(dimension) }}
        opened_on
        {%- for metric in metric_definitions() %},
        sum(case when {{ metric.name }} = 1 then 1 else 0 end) as {{ metric.name }}_met,
        sum(case when {{ metric.name }} >= 0 then 1 else 0 end) as {{ metric.name }}_due,
        sum(case when {{ metric.name }} = -1 then 1 else 0 end) as {{ metric.name }}_pending
        {%- endfor %}
    from facts
    where {{ is_in_slice(dimension) }}
    group by {{ 'opened_on' if dimension == 'all' else dimension ~ ', opened_on' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
