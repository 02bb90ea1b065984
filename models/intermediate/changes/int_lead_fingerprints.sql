with

records as (

    select * from {{ ref('int_record_fingerprints') }}

),

opportunity_leads as (

    select * from {{ ref('int_crm__opportunity_leads') }}

),

opportunities as (

    select * from {{ ref('int_crm__opportunities') }}

),

merges as (

    select * from {{ ref('int_crm__merges') }}

),

row_hashes as (

    {{ row_hashes_of(['int_crm__campaign_members', 'int_crm__form_submissions', 'int_crm__stage_dates']) }}

    union all

    select
        opportunity_leads.source_system,
        opportunity_leads.lead_id,
        {{ row_hash(["'opportunity'"] + columns_of('int_crm__opportunities', of='opportunities')) }} as row_hash
    from opportunity_leads
    inner join opportunities
        on
            opportunity_leads.source_system = opportunities.source_system
            and opportunity_leads.opportunity_id = opportunities.opportunity_id

    union all

    select
        source_system,
        loser_lead_id as lead_id,
        {{ row_hash(["'loser'"] + columns_of('int_crm__merges', of='merges')) }} as row_hash
    from merges

    union all

    select
        source_system,
        survivor_lead_id as lead_id,
        {{ row_hash(["'survivor'"] + columns_of('int_crm__merges', of='merges')) }} as row_hash
    from merges

),

stacked as (

    select
        source_system,
        lead_id,
        1 as crm_rows,
        cast(row_hash as decimal(38, 0)) as fingerprint
    from row_hashes
    where
        lead_id is not null
        and {{ keeps_track() }}

    union all

    select
        source_system,
        lead_id,
        crm_rows,
        fingerprint
    from records

),

final as (

    select
        source_system,
        lead_id,
        cast(sum(crm_rows) as bigint) as crm_rows,
        sum(fingerprint) as fingerprint
    from stacked
    group by source_system, lead_id

)

select * from final
