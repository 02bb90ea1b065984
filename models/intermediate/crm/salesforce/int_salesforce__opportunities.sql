with opportunities as (

    select
        *,
        coalesce(is_won, lower(stage) = 'closed won', false) as was_won
    from {{ ref('stg_salesforce__opportunity') }}
    where _is_kept and not coalesce(is_deleted, false)

),

-- CloseDate is a forecast until the opportunity is closed, and a date typed ahead closes nothing.
closed as (

    select
        *,
        coalesce(is_closed, was_won or lower(stage) like 'closed%', false)
        and close_date <= _landed_at + interval '14' hour as has_closed
    from opportunities

),

translated as (

    select
        source_system,
        opportunity_id,
        account_id,
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
