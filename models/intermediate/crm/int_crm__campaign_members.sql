{% set columns = [
    'source_system', 'member_id', 'campaign_id', 'lead_id', 'created_at', 'created_at_is_day',
] %}

with canonical as (

    select * from {{ ref('stg_canonical__campaign_members') }}
    where _is_kept

),

salesforce as (

    select * from {{ ref('int_salesforce__campaign_members') }}

),

stacked as (
    {{ union_of(['canonical', 'salesforce'], columns) }}

)

select * from stacked
