-- Every lead that was kept in staging is a lead of the canonical CRM, and no other is.
with kept as (

    select source_system, lead_id from {{ ref('stg_canonical__leads') }} where _is_kept
    union all
    select source_system, lead_id from {{ ref('stg_salesforce__lead') }} where _is_kept
    union all
    select source_system, lead_id from {{ ref('stg_hubspot__contact') }} where _is_kept

),

leads as (

    select source_system, lead_id from {{ ref('int_crm__leads') }}

)

select
    coalesce(kept.source_system, leads.source_system) as source_system,
    coalesce(kept.lead_id, leads.lead_id) as lead_id
from kept
full outer join leads
    on
        kept.source_system = leads.source_system
        and kept.lead_id = leads.lead_id
where
    kept.lead_id is null
    or leads.lead_id is null
