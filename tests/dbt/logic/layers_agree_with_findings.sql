-- A layer is broken exactly where a finding of medium severity or above lies in it, and first_broken_layer is the first
-- such layer in the order of the handoff.
{%- set layers = ['capture', 'qualification', 'routing', 'action', 'status', 'outcome'] %}
with

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

findings as (

    select * from {{ ref('fct_handoff_findings') }}
    where severity != 'low'

),

broken as (

    select
        source_system,
        lead_id,
        handoff_number,
        {%- for layer in layers %}
        max(case when layer = '{{ layer }}' then 1 else 0 end) as {{ layer }},
        {%- endfor %}
        min(case layer
            {%- for layer in layers %}
            when '{{ layer }}' then {{ loop.index }}
            {%- endfor %}
        end) as first_broken
    from findings
    group by source_system, lead_id, handoff_number

),

final as (

    select handoffs.*
    from handoffs
    left join broken
        on
            handoffs.source_system = broken.source_system
            and handoffs.lead_id = broken.lead_id
            and handoffs.handoff_number = broken.handoff_number
    where
        {%- for layer in layers %}
        (handoffs.layer_{{ layer }} = 'broken') != (coalesce(broken.{{ layer }}, 0) = 1) or
        {%- endfor %}
        coalesce(handoffs.first_broken_layer, '') != coalesce(case broken.first_broken
            {%- for layer in layers %}
            when {{ loop.index }} then '{{ layer }}'
            {%- endfor %}
        end, '')

)

select * from final
