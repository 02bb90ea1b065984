{% set columns = ['source_system', 'lead_id', 'raw_stage', 'entered_at', 'entered_at_is_day'] %}

with hubspot as (

    select * from {{ ref('int_hubspot__stage_dates') }}

),

stacked as (
    {{ union_of(['hubspot'], columns) }}

)

select * from stacked
