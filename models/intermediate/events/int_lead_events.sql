{{ by_lead('changed', is_view=true) }}
with

leads as (

    select * from {{ ref('int_lead_records') }}

),

stage_events as (

    select * from {{ ref('int_stage_events') }}

),

status_events as (

    select * from {{ ref('int_status_events') }}

),

owner_events as (

    select * from {{ ref('int_field_events') }}
    where field = 'owner_id'

),

activities as (

    select * from {{ ref('int_lead_activities') }}
    where is_done

),

form_submissions as (

    select * from {{ ref('int_crm__form_submissions') }}

),

campaign_members as (

    select * from {{ ref('int_crm__campaign_members') }}

),

opportunities as (

    select * from {{ ref('int_lead_opportunities') }}

),

exits as (

    select * from {{ ref('int_lead_exits') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

all_events as (

    select
        source_system, lead_id, 'created:' || lead_id as event_id, 'created' as event_type, 1 as event_rank,
        created_at as occurred_at, created_at_is_day as is_day_level, created_by_id as actor_id,
        cast(null as string) as from_value, cast(null as string) as to_value,
        'record' as provenance, 0 as change_order
    from leads
    where created_at is not null

    union all

    select
        source_system, lead_id, 'stage:' || event_id as event_id, 'stage_changed' as event_type, 2 as event_rank,
        occurred_at, is_day_level, actor_id, from_stage as from_value, to_stage as to_value, provenance,
        value_number as change_order
    from stage_events
    where not is_initial

    union all

    select
        source_system, lead_id, 'status:' || event_id as event_id, 'status_changed' as event_type, 3 as event_rank,
        occurred_at, is_day_level, actor_id, from_group as from_value, to_group as to_value, provenance,
        value_number as change_order
    from status_events
    where not is_initial

    union all

    select
        source_system, lead_id, 'owner:' || event_id as event_id, 'owner_changed' as event_type, 4 as event_rank,
        occurred_at, is_day_level, actor_id, from_value, to_value, provenance, value_number as change_order
    from owner_events
    where not is_initial

    union all

    select
        source_system, lead_id, 'activity:' || activity_id as event_id, 'activity' as event_type, 5 as event_rank,
        happened_at as occurred_at, is_day_level, performer_id as actor_id,
        cast(null as string) as from_value, activity_type as to_value, 'record' as provenance, 0 as change_order
    from activities

    union all

    select
        form_submissions.source_system, form_submissions.lead_id,
        'form:' || form_submissions.submission_id as event_id, 'form_submitted' as event_type, 6 as event_rank,
        {{ placed_instant('form_submissions.submitted_at', 'form_submissions.submitted_at_is_day') }} as occurred_at,
        coalesce(form_submissions.submitted_at_is_day, false) as is_day_level, cast(null as string) as actor_id,
        cast(null as string) as from_value, form_submissions.form_name as to_value,
        'record' as provenance, 0 as change_order
    from form_submissions
    cross join clock

    union all

    select
        campaign_members.source_system, campaign_members.lead_id,
        'campaign:' || campaign_members.member_id as event_id, 'campaign_responded' as event_type, 7 as event_rank,
        {{ placed_instant('campaign_members.created_at', 'campaign_members.created_at_is_day') }} as occurred_at,
        coalesce(campaign_members.created_at_is_day, false) as is_day_level, cast(null as string) as actor_id,
        cast(null as string) as from_value, campaign_members.campaign_id as to_value,
        'record' as provenance, 0 as change_order
    from campaign_members
    cross join clock

    union all

    select
        source_system, lead_id, 'opportunity:' || opportunity_id as event_id,
        'opportunity_created' as event_type, 8 as event_rank,
        created_at as occurred_at, is_day_level, owner_id as actor_id,
        cast(null as string) as from_value, opportunity_id as to_value, provenance, 0 as change_order
    from opportunities
    where created_at is not null

    union all

    select
        source_system, lead_id, 'opportunity_closed:' || opportunity_id as event_id,
        'opportunity_closed' as event_type, 9 as event_rank,
        closed_at as occurred_at, closed_at_is_day as is_day_level, owner_id as actor_id,
        cast(null as string) as from_value, case when is_won then 'won' else 'lost' end as to_value,
        'record' as provenance, 0 as change_order
    from opportunities
    where closed_at is not null

    union all

    select
        source_system, lead_id, event_type || ':' || lead_id as event_id, event_type,
        case event_type when 'converted' then 10 when 'merged' then 11 else 12 end as event_rank,
        occurred_at, is_day_level, actor_id,
        cast(null as string) as from_value, cast(null as string) as to_value, provenance, 0 as change_order
    from exits

),

-- Said so that DuckDB does not guess how many of the events it leaves: it would guess a thousand of millions, and hash
-- the events where it should hash the leads and handoffs that they are joined with.
happened as (

    select all_events.*
    from all_events
    cross join clock
    inner join leads
        on
            all_events.source_system = leads.source_system
            and all_events.lead_id = leads.lead_id
    where coalesce(all_events.occurred_at <= clock.as_of, false)

),

final as (

    select
        happened.source_system,
        happened.lead_id,
        happened.event_id,
        happened.event_type,
        happened.event_rank,
        happened.change_order,
        happened.occurred_at,
        happened.is_day_level,
        happened.actor_id,
        case
            when happened.actor_id is null then null
            else
                coalesce(owner_team_periods.owner_type = 'user', true)
                and not coalesce(owner_team_periods.is_automation_user, false)
                and coalesce(owner_team_periods.team_function, '') != 'system'
        end as is_human,
        happened.from_value,
        happened.to_value,
        happened.provenance
    from happened
    left join owner_team_periods
        on
            happened.source_system = owner_team_periods.source_system
            and happened.actor_id = owner_team_periods.owner_id
            and happened.occurred_at >= owner_team_periods.starts_at
            and happened.occurred_at < owner_team_periods.ends_at

)

select * from final
