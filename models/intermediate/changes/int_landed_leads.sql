with

landed as (

    select source_system, lead_id from {{ ref('int_canonical__landed_leads') }}
    union
    select source_system, lead_id from {{ ref('int_salesforce__landed_leads') }}
    union
    select source_system, lead_id from {{ ref('int_hubspot__landed_leads') }}

)

select * from landed
where lead_id is not null
