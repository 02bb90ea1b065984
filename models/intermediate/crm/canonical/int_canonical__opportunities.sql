with opportunities as (

    select * from {{ ref('stg_canonical__opportunities') }}
    where _is_kept

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
        closed_at,
        closed_at_is_day,
        coalesce(is_won, false) as is_won
    from opportunities

)

select * from translated
