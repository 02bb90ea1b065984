{#- raw stage, the date that HubSpot keeps of it. The MQL date is a field of its own, since an org may keep its own. -#}
{%- set stages = [
    'subscriber', 'lead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other',
] -%}
with

contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

custom_items as (

    select
        source_system,
        lead_id,
        _landed_at,
        {{ json_array_items('custom_stage_dates') }} as item
    from contacts
    where custom_stage_dates is not null

),

custom_dates as (

    select
        source_system,
        lead_id,
        _landed_at,
        {{ json_text('item', 'value') }} as raw_stage,
        cast({{ json_text('item', 'at') }} as {{ dbt.type_timestamp() }}) as entered_at,
        {{ json_text('item', 'is_day') }} = 'true' as entered_at_is_day
    from custom_items

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

    union all
    {% endfor %}
    -- Nothing happened after it was landed, and no CRM is that old; a bare date may be tomorrow's in UTC.
    select
        source_system,
        lead_id,
        raw_stage,
        entered_at,
        entered_at_is_day
    from custom_dates
    where
        entered_at >= timestamp '1990-01-01 00:00:00'
        and entered_at <= _landed_at + case when entered_at_is_day then interval '14' hour else interval '0' hour end

)

select * from stage_dates
