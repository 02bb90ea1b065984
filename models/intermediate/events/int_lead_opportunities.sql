with

opportunity_leads as (

    select * from {{ ref('int_crm__opportunity_leads') }}

),

opportunities as (

    select * from {{ ref('int_crm__opportunities') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

placed as (

    select
        opportunity_leads.source_system,
        opportunity_leads.lead_id,
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.amount,
        case
            when opportunities.created_at_is_day
                then {{ day_start('cast(opportunities.created_at as date)', 'clock.default_timezone') }}
            else opportunities.created_at
        end as created_at,
        coalesce(opportunities.created_at_is_day, false) as is_day_level,
        case
            when opportunities.closed_at_is_day
                then {{ day_start('cast(opportunities.closed_at as date)', 'clock.default_timezone') }}
            else opportunities.closed_at
        end as closed_at,
        coalesce(opportunities.closed_at_is_day, false) as closed_at_is_day,
        coalesce(opportunities.is_won, false) as is_won,
        clock.as_of
    from opportunity_leads
    inner join opportunities
        on
            opportunity_leads.source_system = opportunities.source_system
            and opportunity_leads.opportunity_id = opportunities.opportunity_id
    cross join clock

),

-- Without a creation date an opportunity existed, at the latest, when it was closed.
dated as (

    select
        *,
        coalesce(created_at, closed_at) as existed_at,
        case when created_at is null then closed_at_is_day else is_day_level end as existed_is_day
    from placed

),

final as (

    select
        source_system,
        lead_id,
        opportunity_id,
        account_id,
        owner_id,
        amount,
        existed_at as created_at,
        coalesce(existed_is_day, false) as is_day_level,
        case when created_at is null then 'inferred' else 'record' end as provenance,
        case when closed_at <= as_of then closed_at end as closed_at,
        closed_at_is_day,
        is_won and closed_at <= as_of as is_won
    from dated
    where coalesce(existed_at <= as_of, true)

)

select * from final
