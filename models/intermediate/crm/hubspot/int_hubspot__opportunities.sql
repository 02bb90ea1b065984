with deals as (

    select * from {{ ref('stg_hubspot__deal') }}
    where _is_kept and not coalesce(is_deleted, false)

),

stages as (

    select * from {{ ref('stg_hubspot__deal_pipeline_stage') }}
    where _is_kept

),

associations as (

    select * from {{ ref('stg_hubspot__deal_company') }}
    where _is_kept and not coalesce(is_deleted, false)

),

listed as (

    select
        source_system,
        opportunity_id,
        {{ json_array_items(json_list_of('companies')) }} as item
    from deals
    where companies is not null

),

linked as (

    select
        source_system,
        opportunity_id,
        {{ id_of_json_item('item') }} as account_id
    from listed

    union all

    select
        source_system,
        opportunity_id,
        account_id
    from associations

),

companies as (

    select
        source_system,
        opportunity_id,
        min(account_id) as account_id
    from linked
    group by source_system, opportunity_id

),

judged as (

    select
        deals.*,
        coalesce(deals.account_id, companies.account_id) as company_id,
        coalesce(
            deals.is_won,
            stages.is_closed_won,
            stages.is_closed and stages.probability = 1,
            lower(deals.stage) = 'closedwon',
            false
        ) as was_won,
        coalesce(deals.is_closed, stages.is_closed, lower(deals.stage) in ('closedwon', 'closedlost'), false)
            as was_closed
    from deals
    left join stages
        on
            deals.source_system = stages.source_system
            and deals.stage = stages.stage_id
    left join companies
        on
            deals.source_system = companies.source_system
            and deals.opportunity_id = companies.opportunity_id

),

-- The close date is a forecast until the deal is closed, and a date typed ahead closes nothing.
closed as (

    select
        *,
        (was_won or was_closed) and close_date <= _landed_at + interval '14' hour as has_closed
    from judged

),

translated as (

    select
        source_system,
        opportunity_id,
        company_id as account_id,
        owner_id,
        stage,
        amount,
        created_at,
        created_at_is_day,
        case when has_closed then close_date end as closed_at,
        case when has_closed then close_date_is_day end as closed_at_is_day,
        was_won as is_won
    from closed

)

select * from translated
