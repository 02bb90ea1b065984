{#- The nine elements of a handoff, and what a source must record to have each. -#}
{%- set elements = [
    ('lead record', 'true'),
    ('source and campaign context', 'records_original_source or records_campaign'),
    ('qualification reason', 'records_qualification_reason'),
    ('lifecycle stage', 'records_lifecycle_stage or records_mql_date'),
    ('lead status', 'records_status'),
    ('owner', 'records_owner and records_sales_team'),
    (
        'expected first action',
        'records_owner and records_sales_team and (records_owner_history or records_assignment_stamp)'
    ),
    ('assignment timestamp', 'records_owner_history or records_assignment_stamp'),
    ('outcome path', 'records_opportunity or records_rejection_reason or records_next_step'),
] -%}
with

sources as (

    select * from {{ ref('int_source_elements') }}

),

final as (

    {% for element, condition in elements %}
    select
        source_system,
        {{ loop.index }} as element_number,
        '{{ element }}' as element,
        coalesce({{ condition }}, false) as is_recorded
    from sources
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
