-- Olist's marketing funnel in the canonical layout. Variables: source (folder of the Kaggle files) and target (folder
-- to write to), set by examples/to_canonical.py.

create temp view mqls as
select * from read_csv(getvariable('source') || '/olist_marketing_qualified_leads_dataset.csv', all_varchar = true);

-- won_date is in UTC although the file does not say so: read so, all but three deals fall between 8 h and 20 h in São Paulo or
-- at its midnight exactly, in winter and in summer time. Those at midnight are dates and go on as dates.
create temp view deals as

with

won as (

    select
        *,
        cast(won_date as timestamp) as won_at,
        timezone('America/Sao_Paulo', timezone('UTC', cast(won_date as timestamp))) as won_at_in_brazil
    from read_csv(getvariable('source') || '/olist_closed_deals_dataset.csv', all_varchar = true)

)

select
    mql_id,
    sr_id,
    strftime(won_at_in_brazil, '%Y-%m-%d') as won_on,
    case
        when won_at_in_brazil = date_trunc('day', won_at_in_brazil) then strftime(won_at_in_brazil, '%Y-%m-%d')
        else strftime(won_at, '%Y-%m-%dT%H:%M:%SZ')
    end as won_at
from won;

-- One deal was won two days before its lead's first contact: who has bought has been in contact by then.
create temp view first_contacts as
select
    mqls.mql_id,
    least(mqls.first_contact_date, deals.won_on) as contacted_on
from mqls
left join deals on mqls.mql_id = deals.mql_id;

-- Being in this file is the declaration: Olist calls these leads marketing qualified at the first contact.
copy (
    select
        mqls.mql_id as lead_id,
        first_contacts.contacted_on as created_at,
        first_contacts.contacted_on as mql_at,
        mqls.origin as original_source,
        mqls.landing_page_id as landing_page,
        deals.sr_id as owner_id,
        case when deals.mql_id is not null then 'true' else 'false' end as is_converted,
        deals.won_at as converted_at
    from mqls
    inner join first_contacts on mqls.mql_id = first_contacts.mql_id
    left join deals on mqls.mql_id = deals.mql_id
    order by lead_id
) to (getvariable('target') || '/leads.csv') (header);

copy (
    select distinct
        sr_id as owner_id,
        'user' as owner_type,
        'sales' as team_id
    from deals
    order by owner_id
) to (getvariable('target') || '/owners.csv') (header);

-- When a deal was opened is not known, only when it was won: created_at stays blank.
copy (
    select
        mql_id as opportunity_id,
        mql_id as lead_id,
        sr_id as owner_id,
        'won' as stage,
        cast(null as varchar) as created_at,
        won_at as closed_at,
        'true' as is_won
    from deals
    order by opportunity_id
) to (getvariable('target') || '/opportunities.csv') (header);
