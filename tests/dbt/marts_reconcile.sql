{#- Nothing is lost or doubled on the way out: what a mart is made of comes in to the row, less what has not happened
    yet. -#}
{{ config(tags=['tier:structure']) }}
{%- set passed_on = [
    ('int_lead_events', 'fct_lead_events'),
    ('int_handoffs', 'fct_handoffs'),
    ('int_handoff_findings', 'fct_handoff_findings'),
    ('int_lead_records', 'dim_leads'),
] %}
with

clock as (

    select * from {{ ref('int_clock') }}

),

in_and_out as (

    {% for model, mart in passed_on %}
    select
        '{{ model }}' as passed_on_by,
        '{{ mart }}' as passed_on_to,
        (select count(*) from {{ ref(model) }}) as rows_in,
        (select count(*) from {{ ref(mart) }}) as rows_out
    union all
    {% endfor %}
    select
        'int_crm__leads' as passed_on_by,
        'dim_leads, and not created yet' as passed_on_to,
        (select count(*) from {{ ref('int_crm__leads') }}) as rows_in,
        (select count(*) from {{ ref('dim_leads') }})
        + (
            select count(*)
            from {{ ref('int_crm__leads') }} as leads
            cross join clock
            where
                case
                    when leads.created_at_is_day
                        then {{ day_start('cast(leads.created_at as date)', 'clock.default_timezone') }}
                    else leads.created_at
                end > clock.as_of
        ) as rows_out

)

select * from in_and_out
where rows_in != rows_out
