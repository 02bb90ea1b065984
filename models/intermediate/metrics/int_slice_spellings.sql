{#- dimension -> the column that is written by hand -#}
{%- set written = {'source': 'original_source', 'form': 'conversion_point'} -%}
with

handoffs as (

    select * from {{ ref('int_handoff_facts') }}

),

spellings as (

    {% for dimension, column in written.items() %}
    select
        '{{ dimension }}' as dimension,
        {{ match_key(column) }} as spelling_key,
        {{ trimmed(column) }} as spelling,
        count(*) as uses
    from handoffs
    where {{ column }} is not null
    group by {{ match_key(column) }}, {{ trimmed(column) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

numbered as (

    select
        *,
        row_number() over (partition by dimension, spelling_key order by uses desc, spelling) as place
    from spellings

),

final as (

    select
        dimension,
        spelling_key,
        spelling as member
    from numbered
    where place = 1

)

select * from final
