{% set columns = [
    'source_system', 'submission_id', 'lead_id', 'form_name', 'page_url', 'submitted_at',
    'submitted_at_is_day',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__form_submissions') }}
    where _is_kept

),

hubspot as (

    select * from {{ ref('int_hubspot__form_submissions') }}

),

stacked as (
    {{ union_of(['canonical', 'hubspot'], columns) }}

)

select * from stacked
