{{ by_lead('due') }}
with

handoffs as (

    select * from {{ ref('int_handoffs') }}

),

ownership as (

    select * from {{ ref('int_handoff_ownership') }}

),

context as (

    select * from {{ ref('int_handoff_context') }}

),

sla_policy as (

    select * from {{ ref('stg_policies__sla_policy') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

-- An allowance that starts at a day-level fact starts at the end of that day.
owned as (

    select
        handoffs.source_system,
        handoffs.lead_id,
        handoffs.handoff_number,
        cast(
            case
                when
                    ownership.is_human_owned_day_level
                    or (handoffs.is_opened_day_level and ownership.human_owned_at = handoffs.opened_at)
                    then {{ end_of_day('ownership.human_owned_at') }}
                else ownership.human_owned_at
            end as date
        ) as starts_on,
        ownership.first_sales_team_id,
        {{ match_key('context.intent_tier') }} as intent_tier_key,
        {{ match_key('context.fit_band') }} as fit_band_key
    from handoffs
    cross join clock
    inner join ownership
        on
            handoffs.source_system = ownership.source_system
            and handoffs.lead_id = ownership.lead_id
            and handoffs.handoff_number = ownership.handoff_number
    inner join context
        on
            handoffs.source_system = context.source_system
            and handoffs.lead_id = context.lead_id
            and handoffs.handoff_number = context.handoff_number
    where ownership.human_owned_at is not null

),

-- The row with most conditions wins, then the one that names the team, then the intent, then the fit.
matching as (

    select
        owned.source_system,
        owned.lead_id,
        owned.handoff_number,
        sla_policy.policy_id,
        sla_policy.first_action_minutes,
        row_number() over (
            partition by owned.source_system, owned.lead_id, owned.handoff_number
            order by
                case when coalesce(sla_policy.team_id, '') != '' then 1 else 0 end
                + case when coalesce(sla_policy.intent_tier_key, '') != '' then 1 else 0 end
                + case when coalesce(sla_policy.fit_band_key, '') != '' then 1 else 0 end desc,
                case when coalesce(sla_policy.team_id, '') != '' then 0 else 1 end,
                case when coalesce(sla_policy.intent_tier_key, '') != '' then 0 else 1 end,
                case when coalesce(sla_policy.fit_band_key, '') != '' then 0 else 1 end,
                sla_policy.policy_id
        ) as preference
    from owned
    inner join sla_policy
        on
            sla_policy.valid_from <= owned.starts_on
            and sla_policy.valid_to > owned.starts_on
            and (coalesce(sla_policy.team_id, '') = '' or sla_policy.team_id = owned.first_sales_team_id)
            and (coalesce(sla_policy.intent_tier_key, '') = '' or sla_policy.intent_tier_key = owned.intent_tier_key)
            and (coalesce(sla_policy.fit_band_key, '') = '' or sla_policy.fit_band_key = owned.fit_band_key)

),

final as (

    select
        source_system,
        lead_id,
        handoff_number,
        policy_id,
        first_action_minutes
    from matching
    where preference = 1

)

select * from final
