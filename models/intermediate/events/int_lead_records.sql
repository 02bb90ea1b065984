{{ by_lead('changed') }}
{%- set stamps = [
    'created_at', 'mql_at', 'accepted_at', 'assigned_at', 'lifecycle_stage_at', 'updated_at', 'deleted_at',
] -%}
with

leads as (

    select * from {{ ref('int_crm__leads') }}

),

clock as (

    select * from {{ ref('int_clock') }}

),

sources as (

    select * from {{ ref('int_source_elements') }}

),

owner_aliases as (

    select * from {{ ref('int_owner_aliases') }}

),

owner_team_periods as (

    select * from {{ ref('int_owner_team_periods') }}

),

-- Whom sales held in every period: of a lead without a creation date nobody knows which one holds.
always_sales as (

    select
        source_system,
        owner_id
    from owner_team_periods
    group by source_system, owner_id
    having bool_and(owner_kind = 'sales_user')

),

-- What was filled in only once the outcome was known is treated as not recorded. A date without a time stands at the
-- start of its day in the zone of the default calendar.
placed as (

    select
        leads.source_system,
        leads.lead_id,
        {% for stamp in stamps %}
        case
            when leads.{{ stamp }}_is_day
                then {{ day_start('cast(leads.' ~ stamp ~ ' as date)', 'clock.default_timezone') }}
            else leads.{{ stamp }}
        end as {{ stamp }},
        coalesce(leads.{{ stamp }}_is_day, false) as {{ stamp }}_is_day,
        {% endfor %}
        leads.is_deleted,
        leads.is_converted,
        case when sources.records_owner then leads.owner_id end as raw_owner_id,
        leads.created_by as raw_created_by,
        leads.lifecycle_stage,
        leads.status,
        leads.email,
        leads.phone,
        leads.country,
        leads.region,
        case when sources.records_original_source then leads.original_source end as original_source,
        case when sources.records_campaign then leads.campaign_id end as campaign_id,
        case when sources.records_landing_page then leads.landing_page end as landing_page,
        case when sources.records_conversion_point then leads.conversion_point end as conversion_point,
        case when sources.records_fit then leads.fit_grade end as fit_grade,
        case when sources.records_fit then leads.fit_score end as fit_score,
        case when sources.records_intent_signal then leads.intent_signal end as intent_signal,
        case when sources.records_qualification_reason then leads.qualification_reason end as qualification_reason,
        leads.rejection_reason,
        leads.rejection_note,
        leads.account_id,
        leads.converted_account_id,
        leads.converted_opportunity_id,
        sources.records_assignment_stamp
    from leads
    cross join clock
    inner join sources on leads.source_system = sources.source_system

),

final as (

    select
        placed.source_system,
        placed.lead_id,
        placed.created_at,
        placed.created_at_is_day,
        placed.mql_at as qualified_stamp_at,
        placed.mql_at_is_day as qualified_stamp_is_day,
        placed.accepted_at as accepted_stamp_at,
        placed.accepted_at_is_day as accepted_stamp_is_day,
        case when placed.records_assignment_stamp then placed.assigned_at end as assigned_stamp_at,
        placed.assigned_at_is_day as assigned_stamp_is_day,
        placed.lifecycle_stage_at as stage_stamp_at,
        placed.lifecycle_stage_at_is_day as stage_stamp_is_day,
        placed.updated_at,
        placed.updated_at_is_day,
        placed.deleted_at,
        placed.deleted_at_is_day,
        coalesce(placed.is_deleted, false) as is_deleted,
        coalesce(placed.is_converted, false) as is_converted,
        coalesce(current_owner.as_owner_id, placed.raw_owner_id) as owner_id,
        coalesce(creator.as_actor_id, placed.raw_created_by) as created_by_id,
        case
            when placed.created_at is null then always_sales.owner_id is not null
            else coalesce(creator_periods.owner_kind = 'sales_user', false)
        end as is_created_by_sales,
        placed.lifecycle_stage,
        placed.status,
        placed.email,
        placed.phone,
        placed.country,
        placed.region,
        placed.original_source,
        placed.campaign_id,
        placed.landing_page,
        placed.conversion_point,
        placed.fit_grade,
        placed.fit_score,
        placed.intent_signal,
        placed.qualification_reason,
        placed.rejection_reason,
        placed.rejection_note,
        placed.account_id,
        placed.converted_account_id,
        placed.converted_opportunity_id
    from placed
    left join owner_aliases as current_owner
        on
            placed.source_system = current_owner.source_system
            and placed.raw_owner_id = current_owner.alias_id
    left join owner_aliases as creator
        on
            placed.source_system = creator.source_system
            and placed.raw_created_by = creator.alias_id
    left join owner_team_periods as creator_periods
        on
            placed.source_system = creator_periods.source_system
            and creator.as_actor_id = creator_periods.owner_id
            and placed.created_at >= creator_periods.starts_at
            and placed.created_at < creator_periods.ends_at
    left join always_sales
        on
            placed.source_system = always_sales.source_system
            and creator.as_actor_id = always_sales.owner_id

),

-- What lies between as_of and the landing has not happened yet.
begun as (

    select final.*
    from final
    cross join clock
    where
        final.created_at is null
        or final.created_at <= clock.as_of

)

select * from begun
