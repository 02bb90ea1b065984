{#- element, the flag of int_lead_elements that shows it, and whether it is one of capture, qualification or
    ownership. -#}
{%- set lead_elements = [
    ('created_at', 'has_created_at', false),
    ('original_source', 'has_original_source', true),
    ('campaign', 'has_campaign', true),
    ('landing_page', 'has_landing_page', true),
    ('conversion_point', 'has_conversion_point', true),
    ('email', 'has_email', true),
    ('phone', 'has_phone', true),
    ('country', 'has_country', false),
    ('fit', 'has_fit', true),
    ('intent_signal', 'has_intent_signal', true),
    ('qualification_reason', 'has_qualification_reason', true),
    ('lifecycle_stage', 'has_lifecycle_stage', false),
    ('mql_date', 'has_mql_date', false),
    ('status', 'has_status', false),
    ('owner', 'has_owner', true),
    ('assignment_stamp', 'has_assignment_stamp', true),
    ('acceptance_stamp', 'has_acceptance_stamp', false),
    ('rejection_reason', 'has_rejection_reason', false),
    ('rejection_note', 'has_rejection_note', false),
    ('created_by', 'has_created_by', false),
    ('deletion', 'has_deletion', false),
] -%}
{#- element, table, condition that a row must meet to hold a value -#}
{%- set row_elements = [
    ('activity', 'int_crm__activities', "happened_at is not null"),
    ('activity_outcome', 'int_crm__activities', "outcome is not null"),
    ('activity_body', 'int_crm__activities', "has_body"),
    ('next_step', 'int_crm__activities', "due_at is not null or starts_at is not null"),
    ('queue', 'int_crm__owners', "owner_type = 'queue'"),
    ('queue_member', 'int_crm__queue_members', "owner_id is not null"),
    ('owner_is_active', 'int_crm__owners', "is_active is not null"),
    ('account', 'int_crm__accounts', "account_id is not null"),
    ('account_owner', 'int_crm__accounts', "owner_id is not null"),
    ('account_customer', 'int_crm__accounts', "customer_since is not null or account_type is not null"),
    ('opportunity', 'int_crm__opportunity_leads', "lead_id is not null"),
    ('owner_history', 'int_crm__lead_changes', "field = 'owner_id'"),
    ('status_history', 'int_crm__lead_changes', "field = 'status'"),
    ('lifecycle_stage_history', 'int_crm__lead_changes', "field = 'lifecycle_stage'"),
    ('rejection_reason_history', 'int_crm__lead_changes', "field = 'rejection_reason'"),
] -%}
with

lead_elements as (

    select * from {{ ref('int_lead_elements') }}

),

sources as (

    select source_system from {{ source('landing', 'sources') }}

),

lead_counts as (

    select
        source_system,
        count(*) as leads,
        sum(case when is_converted_lead then 1 else 0 end) as converted_leads
        {%- for element, flag, is_early in lead_elements %},
        sum(case when {{ flag }} then 1 else 0 end) as {{ element }}_values,
        sum(case when {{ flag }} and is_converted_lead then 1 else 0 end) as {{ element }}_values_converted,
        min(case when {{ flag }} then created_at end) as {{ element }}_first_recorded_at
        {%- endfor %}
    from lead_elements
    group by source_system

),

from_leads as (

    {% for element, flag, is_early in lead_elements %}
    select
        source_system,
        '{{ element }}' as element,
        leads as records,
        {{ element }}_values as populated,
        {{ element }}_first_recorded_at as first_recorded_at,
        {{ element }}_values > 0
        and {{ is_early }}
        and {{ element }}_values_converted >= 0.95 * {{ element }}_values
        and leads > converted_leads
        and (leads - converted_leads) - ({{ element }}_values - {{ element }}_values_converted)
        >= 0.5 * (leads - converted_leads) as is_recorded_after_outcome
    from lead_counts
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

from_rows as (

    {% for element, table, condition in row_elements %}
    select
        source_system,
        '{{ element }}' as element,
        count(*) as records,
        sum(case when {{ condition }} then 1 else 0 end) as populated,
        cast(null as timestamp) as first_recorded_at,
        false as is_recorded_after_outcome
    from {{ ref(table) }}
    group by source_system
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

counted as (

    select * from from_leads
    union all
    select * from from_rows

),

elements as (

    {% for element in (lead_elements | map('first') | list) + (row_elements | map('first') | list) %}
    select '{{ element }}' as element
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        sources.source_system,
        elements.element,
        coalesce(counted.records, 0) as records,
        coalesce(counted.populated, 0) as populated,
        counted.first_recorded_at,
        coalesce(counted.is_recorded_after_outcome, false) as is_recorded_after_outcome,
        coalesce(counted.populated, 0) > 0 and not coalesce(counted.is_recorded_after_outcome, false) as is_recorded
    from sources
    cross join elements
    left join counted
        on
            sources.source_system = counted.source_system
            and elements.element = counted.element

)

select * from final
