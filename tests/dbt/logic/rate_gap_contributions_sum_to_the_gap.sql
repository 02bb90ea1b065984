-- What the factors carry is the whole gap, whatever cells are empty.
with

contributions as (

    select * from {{ ref('fct_rate_gap_contributions') }}

),

final as (

    select
        dimension,
        member,
        symptom,
        gap,
        sum(contribution) as carried
    from contributions
    group by dimension, member, symptom, gap
    having
        sum(contribution) is null
        or abs(sum(contribution) - gap) > 1e-9
        or count(*) != 3

)

select * from final
