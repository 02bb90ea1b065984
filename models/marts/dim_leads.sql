{{ by_lead('due') }}
with

leads as (

    select * from {{ ref('int_lead_records') }}

),

merges as (

    select * from {{ ref('int_lead_merges') }}

),

qualification as (

    select * from {{ ref('int_lead_qualification') }}

),

persons as (

    select * from {{ ref('int_lead_persons') }}

),

handoffs as (

    select
        source_system,
        lead_id,
        count(*) as handoff_count
    from {{ ref('int_handoffs') }}
    group by source_system, lead_id

),

final as (

    select
        leads.source_system,
        leads.lead_id,
        leads.created_at,
        leads.original_source,
        leads.country,
        leads.owner_id,
        leads.lifecycle_stage as raw_lifecycle_stage,
        leads.status as raw_status,
        qualification.fit_band,
        qualification.intent_tier,
        qualification.geographic_territory as territory,
        {{ hashed('persons.person_key') }} as person_hash,
        {{ personal('leads.email') }} as contact_address,
        merges.survivor_lead_id as merged_into_lead_id,
        leads.is_deleted,
        leads.is_converted,
        cast(coalesce(handoffs.handoff_count, 0) as integer) as handoff_count
    from leads
    left join merges
        on
            leads.source_system = merges.source_system
            and leads.lead_id = merges.lead_id
    left join qualification
        on
            leads.source_system = qualification.source_system
            and leads.lead_id = qualification.lead_id
    left join persons
        on
            leads.source_system = persons.source_system
            and leads.lead_id = persons.lead_id
    left join handoffs
        on
            leads.source_system = handoffs.source_system
            and leads.lead_id = handoffs.lead_id

)

select * from final
