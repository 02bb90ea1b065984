{#- raw stage, the date that HubSpot keeps of it. The MQL date is a field of its own, since an org may keep its own. -#}
{%- set stages = [
    'subscriber', 'lead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other',
] -%}
with

contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

stage_dates as (

    {%- for stage in stages %}
    select
        source_system,
        lead_id,
        '{{ stage }}' as raw_stage,
        became_{{ stage }}_at as entered_at,
        became_{{ stage }}_at_is_day as entered_at_is_day
    from contacts
    where became_{{ stage }}_at is not null
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

)

select * from stage_dates
