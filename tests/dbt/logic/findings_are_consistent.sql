-- Findings that exclude each other never stand together, one that builds on another never stands alone, and a merged
-- handoff is judged on capture, qualification and routing only.
{%- set exclusive = [
    ('source_missing', 'source_generic'),
    ('owner_missing', 'owner_late'),
    ('first_action_missing', 'first_action_late'),
    ('single_touch_abandoned', 'next_step_missing'),
    ('rejection_reason_missing', 'rejection_reason_in_notes'),
    ('rejection_reason_missing', 'rejection_reason_unmapped'),
    ('existing_account_as_new', 'territory_mismatch'),
    ('decision_missing', 'rejected_untouched'),
] %}
{%- set built_on = [
    ('automated_only', 'first_action_missing'),
    ('territory_overrode_account', 'existing_account_as_new'),
] %}
with

findings as (

    select * from {{ ref('fct_handoff_findings') }}

),

handoffs as (

    select * from {{ ref('fct_handoffs') }}

),

together as (

    select
        source_system,
        lead_id,
        handoff_number,
        {%- for pair in exclusive + built_on %}
        {%- set pair_number = loop.index %}
        bool_or(finding_code = '{{ pair[0] }}') as is_first_{{ pair_number }},
        bool_or(finding_code = '{{ pair[1] }}') as is_second_{{ pair_number }},
        {%- endfor %}
        bool_or(layer in ('action', 'status', 'outcome')) as is_judged_afterwards
    from findings
    group by source_system, lead_id, handoff_number

),

final as (

    select together.*
    from together
    inner join handoffs
        on
            together.source_system = handoffs.source_system
            and together.lead_id = handoffs.lead_id
            and together.handoff_number = handoffs.handoff_number
    where
        {%- for pair in exclusive %}
        (is_first_{{ loop.index }} and is_second_{{ loop.index }}) or
        {%- endfor %}
        {%- for pair in built_on %}
        {%- set pair_number = (exclusive | length) + loop.index %}
        (is_first_{{ pair_number }} and not is_second_{{ pair_number }}) or
        {%- endfor %}
        (handoffs.outcome = 'merged' and together.is_judged_afterwards)

)

select * from final
