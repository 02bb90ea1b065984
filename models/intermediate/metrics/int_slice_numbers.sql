with

facts as (

    select * from {{ ref('int_metric_facts') }}

),

members as (

    {% for dimension in slice_dimensions() %}
    select
        {{ slice_columns(dimension) }}
        count(*) as handoffs
    from facts
    where {{ is_in_slice(dimension) }}
    group by {{ dimension }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        dimension,
        member,
        row_number() over (partition by dimension order by member) as member_number
    from members

)

select * from final
