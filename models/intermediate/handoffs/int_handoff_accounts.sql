{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

lead_accounts as (

    select * from {{ ref('int_lead_accounts') }}

),

owner_spans as (

    select * from {{ ref('int_handoff_owner_spans') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

opportunities as (

    select * from {{ ref('int_crm__opportunities') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

won_opportunities as (

    select
        opportunities.source_system,
        opportunities.account_id,
        min({{ placed_instant('opportunities.closed_at', 'opportunities.closed_at_is_day') }}) as first_won_at
    from opportunities
    cross join clock
    where
        opportunities.is_won
        and opportunities.account_id is not null
    group by opportunities.source_system, opportunities.account_id

),

matched as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        handoffs.opened_at,
        lead_accounts.account_id,
        lead_accounts.account_owner_id,
        account_owner.owner_kind as account_owner_kind,
        account_owner.team_id as account_owner_team_id,
        account_owner.is_active as is_account_owner_active,
        -- Only where no won opportunity and no date is held does today's type tell.
        case
            when won_opportunities.first_won_at is null and lead_accounts.customer_since is null
                then coalesce({{ match_key('lead_accounts.account_type') }} like 'customer%', false)
            else
                coalesce({{ is_by_opening('won_opportunities.first_won_at', 'false', 'true') }}, false)
                or coalesce({{ is_by_opening('lead_accounts.customer_since', 'false', 'true') }}, false)
        end as is_customer_then
    from handoffs
    cross join clock
    inner join lead_accounts
        on
            handoffs.source_system = lead_accounts.source_system
            and handoffs.lead_id = lead_accounts.lead_id
    left join won_opportunities
        on
            lead_accounts.source_system = won_opportunities.source_system
            and lead_accounts.account_id = won_opportunities.account_id
    left join owner_team_periods as account_owner
        on
            lead_accounts.source_system = account_owner.source_system
            and lead_accounts.account_owner_id = account_owner.owner_id
            and handoffs.opened_at >= account_owner.starts_at
            and handoffs.opened_at < account_owner.ends_at

),

held as (

    select
        matched.source_system,
        matched.lead_id,
        matched.handoff_number,
        bool_or(owner_spans.owner_id = matched.account_owner_id) as has_account_owner_owned,
        bool_or(
            owner_spans.owner_id = matched.account_owner_id
            or (owner_spans.owner_type = 'user' and owner_spans.team_id = matched.account_owner_team_id)
        ) as has_account_team_owned
    from matched
    inner join owner_spans
        on
            matched.source_system = owner_spans.source_system
            and matched.lead_id = owner_spans.lead_id
            and matched.handoff_number = owner_spans.handoff_number
    group by matched.source_system, matched.lead_id, matched.handoff_number

),

final as (

    select
        matched.source_system,
        matched.lead_id,
        matched.handoff_number,
        matched.account_id,
        matched.account_owner_id,
        matched.account_owner_team_id,
        coalesce(matched.account_owner_kind = 'sales_user' and coalesce(matched.is_account_owner_active, true), false)
            as is_account_owner_active_sales,
        matched.is_customer_then,
        coalesce(held.has_account_owner_owned, false) as has_account_owner_owned,
        coalesce(held.has_account_team_owned, false) as has_account_team_owned
    from matched
    left join held
        on
            matched.source_system = held.source_system
            and matched.lead_id = held.lead_id
            and matched.handoff_number = held.handoff_number

)

select * from final
