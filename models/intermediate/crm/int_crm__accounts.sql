{% set columns = [
    'source_system', 'account_id', 'name', 'domain', 'website', 'owner_id', 'created_at', 'created_at_is_day',
    'account_type', 'customer_since', 'customer_since_is_day',
] %}

with canonical as (

    select
        *,
        cast(null as {{ dbt.type_string() }}) as website
    from {{ ref('stg_canonical__accounts') }}
    where _is_kept

),

salesforce as (

    select * from {{ ref('stg_salesforce__account') }}
    where _is_kept and not coalesce(is_deleted, false)

),

hubspot as (

    select * from {{ ref('stg_hubspot__company') }}
    where _is_kept and not coalesce(is_deleted, false)

),

stacked as (
    {{ union_of(['canonical', 'salesforce', 'hubspot'], columns) }}

)

select * from stacked
